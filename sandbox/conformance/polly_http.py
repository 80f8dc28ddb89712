"""Checks Polly's two operations against botocore's service model: members, types, enumerations, errors, headers."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import botocore.session
from botocore.validate import ParamValidator

from sandbox.conformance.exchange import Answer, Finding, Judge, Question, finding, read_json

SOURCE = "polly"
# Errors every service of Amazon's may answer, which no operation lists.
_COMMON_ERRORS = frozenset(
    {
        "IncompleteSignatureException",
        "MissingAuthenticationTokenException",
        "SerializationException",
        "ThrottlingException",
        "ValidationException",
    }
)
_CONTENT_TYPES = ("audio/mpeg", "audio/ogg", "audio/pcm", "audio/mulaw", "audio/alaw", "application/x-json-stream")


@cache
def _operation(name: str) -> Any:
    return botocore.session.get_session().get_service_model("polly").operation_model(name)


def synthesize(question: Question, answer: Answer) -> Iterator[Finding]:
    unread = not question.body and not answer.good  # refused by its headers
    shape = _operation("SynthesizeSpeech").input_shape
    problems = [] if unread else _misfits(shape, read_json(question.body))
    yield finding(SOURCE, "client", "SynthesizeSpeech", problems)
    if answer.good:
        yield finding(SOURCE, "sandbox", "speech", _sound_misfits(answer))
    else:
        yield _error("SynthesizeSpeech", answer)


def voices(question: Question, answer: Answer) -> Iterator[Finding]:
    operation = _operation("DescribeVoices")
    asked = dict(parse_qsl(question.query))
    yield finding(SOURCE, "client", "DescribeVoices", _misfits(operation.input_shape, asked))
    if answer.good:
        yield finding(SOURCE, "sandbox", "voices", _misfits(operation.output_shape, answer.json()))
    else:
        yield _error("DescribeVoices", answer)


def _misfits(shape: Any, value: Any) -> list[str]:
    """Members, types and enumerations."""
    if not isinstance(value, dict):
        return ["not a JSON object"]
    report = ParamValidator().validate(value, shape)
    found = [line for line in report.generate_report().splitlines() if line]
    return found or list(_outside(shape, value, ""))


def _outside(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Values that are none of an enumeration."""
    if shape.type_name == "structure":
        for name, one in value.items():
            yield from _outside(shape.members[name], one, f"{path}.{name}".removeprefix("."))
    elif shape.type_name == "list":
        for one in value:
            yield from _outside(shape.member, one, path)
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path}: not in the service's list"


def _sound_misfits(answer: Answer) -> list[str]:
    problems = [] if answer.content_type in _CONTENT_TYPES else [f"content type {answer.content_type}"]
    if not answer.headers.get("x-amzn-requestcharacters", "").isdigit():
        problems.append("x-amzn-RequestCharacters is missing")
    return problems if answer.body else [*problems, "no sound"]


def _error(operation: str, answer: Answer) -> Finding:
    name = answer.headers.get("x-amzn-errortype", "").partition(":")[0]
    known = {shape.name for shape in _operation(operation).error_shapes} | _COMMON_ERRORS
    body = answer.json()
    problems = [] if name in known else [f"{name} is no error of {operation}"]
    told = isinstance(body, dict) and isinstance(body.get("message"), str)
    return finding(SOURCE, "sandbox", "error", problems if told else [*problems, "message is missing"])


JUDGES: Mapping[tuple[str, str], Judge] = {
    ("POST", "/v1/speech"): synthesize,
    ("GET", "/v1/voices"): voices,
}
