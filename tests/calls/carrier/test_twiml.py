"""Building TwiML: well formed and escaped, whatever the values are."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from calls.carrier import twiml


@given(text=st.text())
def test_whatever_a_model_writes_the_document_is_well_formed(text: str) -> None:
    document = twiml.document(twiml.verb("Say", text), twiml.verb("Parameter", value=text))
    say, parameter = ElementTree.fromstring(document)  # noqa: S314
    assert (say.text or "").splitlines() == twiml.clean(text).splitlines()
    assert parameter.tag == "Parameter"


def test_markup_in_a_name_is_text() -> None:
    document = twiml.document(twiml.say("Ann <Hangup/> & Co."))
    assert [verb.tag for verb in ElementTree.fromstring(document)] == ["Say"]  # noqa: S314


def test_attributes_are_written_as_twilio_writes_them() -> None:
    verb = twiml.verb("Dial", answer_on_bridge=True, time_limit=60, caller_id="+15125550100", record=None)
    assert verb.attrib == {"answerOnBridge": "true", "timeLimit": "60", "callerId": "+15125550100"}


def test_a_polite_end_says_its_words_and_hangs_up() -> None:
    said, hangup = ElementTree.fromstring(twiml.polite_end("Goodbye."))  # noqa: S314
    assert (said.tag, said.text, hangup.tag) == ("Say", "Goodbye.", "Hangup")


def test_an_end_without_words_says_who_called_and_where_to_call_back(settings: Settings) -> None:
    settings.BROKERAGE_NAME, settings.TWILIO_FROM_NUMBER = "Lakeside Homes Realty", "+15125550100"
    said, hangup = ElementTree.fromstring(twiml.polite_end())  # noqa: S314
    words = str(said.text)
    assert words.startswith("This is an automated call from Lakeside Homes Realty.")
    assert "call one, five one two, five five five, oh one oh oh." in words.replace("zero", "oh")
    assert hangup.tag == "Hangup"


@pytest.mark.parametrize("name", ["", None])
def test_an_end_without_a_number_or_name_is_an_end_all_the_same(settings: Settings, name: str | None) -> None:
    settings.BROKERAGE_NAME = settings.TWILIO_FROM_NUMBER = name
    [said, _] = ElementTree.fromstring(twiml.polite_end())  # noqa: S314
    assert str(said.text).endswith("We will be in touch. Goodbye.")


@pytest.mark.parametrize(
    ("engine", "voice"),
    [("standard", "Polly.Joanna"), ("neural", "Polly.Joanna-Neural"), ("generative", "Polly.Joanna-Generative")],
)
def test_the_carrier_s_voice_is_the_configured_one(settings: Settings, engine: str, voice: str) -> None:
    settings.POLLY_VOICE, settings.POLLY_ENGINE = "Joanna", engine
    assert twiml.carrier_voice() == voice
    assert twiml.say("Hello").get("voice") == voice
