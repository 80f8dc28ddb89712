"""Which values an attribute takes."""

import pytest

from sandbox.twilio.twiml.attributes import wrong_value


@pytest.mark.parametrize(
    ("element", "attribute", "value", "code"),
    [
        ("Gather", "input", "voice", 13326),
        ("Gather", "speechTimeout", "soon", 13327),
        ("Dial", "timeLimit", "0", 13216),
        ("Record", "finishOnKey", "A", 13613),
        ("Stream", "statusCallbackMethod", "PUT", 12200),
    ],
)
def test_another_value_has_twilios_code(element, attribute, value, code):
    warned = wrong_value(element, attribute, value)
    assert warned is not None
    assert warned.code == code


@pytest.mark.parametrize(
    ("element", "attribute", "value"),
    [("Gather", "input", "dtmf speech"), ("Dial", "record", "true"), ("Say", "voice", "anything"), ("Foo", "bar", "")],
)
def test_a_good_one_and_one_that_is_not_checked_have_none(element, attribute, value):
    assert wrong_value(element, attribute, value) is None
