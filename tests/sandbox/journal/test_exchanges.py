"""What is kept of a request to a vendor."""

import json

import pytest

from sandbox.journal.exchanges import Exchange, gist


@pytest.mark.parametrize(
    ("path", "vendor"),
    [("/2010-04-01/Accounts/AC1/Calls.json", "twilio"), ("/v1/speech", "polly"), ("/v1/chat/completions", "openai")],
)
def test_the_vendor_is_told_by_the_path(path, vendor):
    assert Exchange(0.0, "POST", path, 200, 5).vendor == vendor


def test_of_a_rest_request_the_form_and_the_answers_names_are_kept():
    kept = gist("/2010-04-01/Accounts/AC1/Calls.json", b"To=%2B15125550101&Url=", b'{"sid": "CA1", "price": null}')
    assert kept == {"form": {"To": "+15125550101", "Url": ""}, "sid": "CA1"}


def test_of_a_chat_the_last_words_heard_and_the_answer_are_kept():
    asked = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Three bedrooms."}]}
    chunks = [{"choices": [{"delta": {"content": "Thank "}}]}, {"choices": [{"delta": {"content": "you."}}]}]
    streamed = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    kept = gist("/v1/chat/completions", json.dumps(asked).encode(), streamed.encode())
    assert (kept["heard"], kept["answer"], kept["tools"]) == ("Three bedrooms.", "Thank you.", [])


def test_what_is_not_json_does_no_harm():
    assert gist("/v1/chat/completions", b"{", b"oops")["answer"] == ""
