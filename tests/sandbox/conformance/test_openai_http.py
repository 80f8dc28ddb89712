"""Answers of Chat Completions against the SDK's own models."""

import json

from starlette.datastructures import Headers

from sandbox.conformance.exchange import Answer, Question
from sandbox.conformance.openai_http import chat

QUESTION = Question(b"{}", "", Headers({}))
MESSAGE = {"role": "assistant", "content": "Hello", "refusal": None}
WHOLE = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4o-mini-2024-07-18",
    "choices": [{"index": 0, "message": MESSAGE, "finish_reason": "stop", "logprobs": None}],
}


def problems(body: object) -> list[str]:
    answer = Answer(200, Headers({"content-type": "application/json"}), json.dumps(body).encode())
    return [problem for found in chat(QUESTION, answer) if found["by"] == "sandbox" for problem in found["problems"]]


def test_a_whole_answer_conforms():
    assert problems(WHOLE) == []


def test_a_field_the_model_does_not_have_or_lacks_is_named():
    assert "mood" in " ".join(problems(WHOLE | {"mood": "good"}))
    assert "choices" in " ".join(problems({name: value for name, value in WHOLE.items() if name != "choices"}))
