"""TwiML as it is read: what runs, what is warned about, what is refused."""

import inspect

import pytest
from twilio.twiml import voice_response
from twilio.twiml.voice_response import VoiceResponse

from sandbox.twilio import twiml
from sandbox.twilio.twiml import TwimlError, parse


def test_what_twilios_builder_writes_is_read_without_a_warning() -> None:
    response = VoiceResponse()
    gather = response.gather(
        input="speech dtmf", action="/turn", timeout=4, speech_timeout="auto", hints="buy, sell", barge_in=True
    )
    gather.say("How can I help?", voice="Polly.Joanna-Neural")
    response.connect().stream(url="wss://h.example/media").parameter(name="token", value="k3")
    dial = response.dial(caller_id="+15125550100", answer_on_bridge=True, record="record-from-answer-dual")
    dial.number("+15125550101", url="/whisper", status_callback_event="answered completed")

    document = parse(str(response), base="https://h.example/voice")

    assert document.warnings == ()
    assert [verb.name for verb in document.verbs] == ["Gather", "Connect", "Dial"]
    assert document.verbs[0].children[0].text == "How can I help?"
    assert document.verbs[1].children[0].children[0].get("value") == "k3"
    assert document.verbs[2].flag("answerOnBridge")


@pytest.mark.parametrize("verb", ["Say", "Play", "Pause", "Gather", "Dial", "Record", "Redirect", "Reject"])
def test_every_attribute_of_twilios_library_is_known(verb: str) -> None:
    method = getattr(VoiceResponse, verb.lower())
    attributes = set(inspect.signature(method).parameters) - {"self", "kwargs", "message", "url", "number"}
    camel = {voice_response.VoiceResponse.MAP.get(name, _camel(name)) for name in attributes}

    assert camel <= set(twiml._ATTRIBUTES[verb].split())


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


@pytest.mark.parametrize(
    "body",
    [
        "<Dance/>",
        '<Say speed="9">Hi</Say>',
        "<Gather><Dial/></Gather>",
        "<Say><Play/></Say>",
        '<Say VOICE="x">Hi</Say>',
    ],
)
def test_what_the_schema_does_not_know_is_warned_about(body: str) -> None:
    assert len(parse(f"<Response>{body}<Pause/></Response>").warnings) == 1


def test_ssml_is_read_as_its_words() -> None:
    document = parse('<Response><Say>One <break time="1s"/> <emphasis>two</emphasis> three</Say></Response>')

    assert (document.verbs[0].text, document.warnings) == ("One two three", ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<Response>", 12100),
        ("", 12100),
        ("plain words", 12100),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Response>&a;</Response>', 12100),
        ("<html/>", 12200),
        (f"<Response>{' ' * 66_000}</Response>", 11750),
    ],
)
def test_what_is_no_twiml_is_refused_with_twilios_code(text: str, code: int) -> None:
    with pytest.raises(TwimlError) as refused:
        parse(text)

    assert refused.value.code == code
