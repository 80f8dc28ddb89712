"""One text message."""

import pytest

from sandbox.twilio.rest.message import new_message
from sandbox.twilio.rest_errors import RestError

FORM = {"To": ["+15125550101"], "From": ["+15125550100"], "Body": ["Hello"]}


@pytest.mark.parametrize(("body", "segments"), [("a" * 160, 1), ("a" * 161, 2), ("é" * 70, 1), ("é" * 71, 2)])
def test_a_long_message_has_segments(body, segments):
    assert new_message(FORM | {"Body": [body]}, "AC1", frozenset()).segments == segments


@pytest.mark.parametrize(
    ("change", "code"),
    [({"To": []}, 21604), ({"From": []}, 21603), ({"Body": []}, 21602), ({"Body": ["a" * 1601]}, 21617)],
)
def test_what_twilio_refuses_has_its_code(change, code):
    with pytest.raises(RestError) as refused:
        new_message(FORM | change, "AC1", frozenset())
    assert refused.value.code == code


def test_a_callback_says_where_the_message_is():
    message = new_message(FORM | {"MessagingServiceSid": ["MG1"]}, "AC1", frozenset())
    assert message.status == "accepted"
    message.becomes("undelivered", 30003)
    form = dict(message.form())
    assert (form["MessageStatus"], form["ErrorCode"], form["MessagingServiceSid"]) == ("undelivered", "30003", "MG1")
