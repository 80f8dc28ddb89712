"""The body of a request for Chat Completions."""

import pytest

from sandbox.openai.chat.request import Refused, read_request

GOOD = {"model": "gpt-4o-mini", "messages": [{"role": "system", "content": "Sell."}, {"role": "user", "content": "Hi"}]}


def test_a_good_body_becomes_a_turn_of_the_dated_model():
    wanted = read_request(GOOD | {"stream": True, "stop": "END"})
    assert (wanted.model, wanted.stream, wanted.stop) == ("gpt-4o-mini-2024-07-18", True, ("END",))
    assert [message.role for message in wanted.turn.messages][-1] == "user"


@pytest.mark.parametrize(
    ("change", "status", "param"),
    [
        ({"model": "gpt-realtime"}, 404, "model"),
        ({"model": "llama"}, 404, None),
        ({"messages": []}, 400, "messages"),
        ({"temperature": 3}, 400, "temperature"),
        ({"mood": "good"}, 400, "mood"),
    ],
)
def test_what_the_service_refuses_is_refused_by_its_field(change, status, param):
    with pytest.raises(Refused) as refused:
        read_request(GOOD | change)
    assert (refused.value.status, refused.value.param) == (status, param)


def test_a_model_of_ones_own_is_accepted_when_it_is_listed():
    assert read_request(GOOD | {"model": "llama"}, extra_models=["llama"]).model == "llama"
