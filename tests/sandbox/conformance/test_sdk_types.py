"""Objects checked against the OpenAI SDK's own types, to the last field."""

import pytest
from openai.types.chat import ChatCompletionMessageParam
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from openai.types.realtime import RealtimeTruncationRetentionRatio

from sandbox.conformance.sdk_types import literals, misfits


def problems(annotation, value):
    return [(problem.code, problem.param) for problem in misfits(annotation, value)]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"type": "retention_ratio", "retention_ratio": 0.5}, []),
        ({"type": "retention_ratio"}, [("missing_required_parameter", "retention_ratio")]),
        ({"type": "retention_ratio", "retention_ratio": "half"}, [("invalid_type", "retention_ratio")]),
        ({"type": "other", "retention_ratio": 0.5}, [("invalid_value", "type")]),
        ({"type": "retention_ratio", "retention_ratio": 0.5, "more": 1}, [("unknown_parameter", "more")]),
    ],
)
def test_a_model_takes_its_fields_and_no_others(value, found):
    assert problems(RealtimeTruncationRetentionRatio, value) == found


def test_the_shape_a_value_means_is_told_by_its_role():
    assert problems(ChatCompletionMessageParam, {"role": "user", "content": "Hello"}) == []
    assert problems(
        ChatCompletionMessageParam, {"role": "tool", "content": "{}", "tool_call_id": "a", "name": "b"}
    ) == [("unknown_parameter", "name")]
    assert problems(ChatCompletionMessageParam, {"role": "king"})[0][0] == "invalid_value"


def test_what_a_typed_dict_requires_is_required_although_its_annotations_are_text():
    assert problems(ChatCompletionMessageParam, {"role": "tool", "content": "{}"}) == [
        ("missing_required_parameter", "tool_call_id")
    ]
    assert problems(CompletionCreateParamsNonStreaming, {"model": "gpt-4o-mini"}) == [
        ("missing_required_parameter", "messages")
    ]


def test_literals_are_found_below_unions():
    assert "retention_ratio" in literals(RealtimeTruncationRetentionRatio.model_fields["type"].annotation)
