"""Polly's operations against botocore's service model."""

import json

import pytest
from starlette.datastructures import Headers

from sandbox.conformance.exchange import Answer, Question
from sandbox.conformance.polly_http import synthesize

GOOD = {"Text": "Hello", "VoiceId": "Joanna", "OutputFormat": "mp3"}
SOUND = Answer(200, Headers({"content-type": "audio/mpeg", "x-amzn-requestcharacters": "5"}), b"\xff")


def problems(body: object) -> list[str]:
    question = Question(json.dumps(body).encode(), "", Headers({}))
    return next(found["problems"] for found in synthesize(question, SOUND) if found["by"] == "client")


def test_a_good_request_has_no_problem():
    assert problems(GOOD) == []


@pytest.mark.parametrize("change", [{"VoiceId": "Nobody"}, {"Text": 5}, {"OutputFormat": None}])
def test_a_value_the_service_model_does_not_take_is_named(change):
    assert problems(GOOD | change)


def test_what_is_no_object_is_named():
    assert problems([]) == ["not a JSON object"]
