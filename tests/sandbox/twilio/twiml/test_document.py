"""TwiML as it is read: what runs, what is warned about, what is refused."""

import inspect
from typing import Any

import pytest
from twilio.twiml import TwiML, voice_response
from twilio.twiml.voice_response import Connect, Dial, Gather, Start, Stop, Stream, VoiceResponse

from sandbox.twilio.twiml import TwimlError, attributes, document, parse


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


ELEMENTS = [name for name in document._ATTRIBUTES if name != "Response"]
# The text of an element, and what the library calls otherwise than the wire.
TEXT = {"message", "url", "number", "phone_number"}


@pytest.mark.parametrize("element", ELEMENTS)
def test_an_element_has_the_attributes_of_twilios_library(element: str) -> None:
    text = TEXT - {"url"} if element in ("Number", "Stream") else TEXT
    attributes = set(inspect.signature(_builder(element)).parameters) - {"self", "kwargs"} - text

    assert {_camel(name) for name in attributes} == set(document._ATTRIBUTES[element].split())


def _builder(element: str) -> Any:
    """The library's method that adds such an element."""
    method = element.lower()
    homes = (VoiceResponse, Gather, Dial, Connect, Start, Stop, Stream)
    return next(getattr(home, method) for home in homes if method in vars(home))


def test_every_element_of_twilios_library_is_done_or_said_to_be_missing() -> None:
    classes = {name for name, one in vars(voice_response).items() if inspect.isclass(one) and issubclass(one, TwiML)}
    parts = {"Config", "Parameter", "Language", "Task", "Identity", "Uri", "Header", "Headers"}
    others = {name for name in classes if name.startswith(("Ssml", "Sip", "Refer", "Application", "TwiML", "Voice"))}

    assert classes - others - parts <= set(ELEMENTS) | document._NOT_OFFERED


def test_what_twilio_does_and_the_sandbox_does_not_is_no_fault_of_the_apps() -> None:
    document = parse("<Response><Enqueue>support</Enqueue><Dial><Conference>Room</Conference></Dial></Response>")

    assert document.warnings == ()
    assert document.not_offered == ("Enqueue", "Conference")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


WARNED = [
    ("<Dance/>", 12200),
    ('<Say speed="9">Hi</Say>', 12200),
    ("<Gather><Dial/></Gather>", 12200),
    ("<Say><Play/></Say>", 12200),
    ('<Say VOICE="x">Hi</Say>', 12200),
    ('<Say loop="twice">Hi</Say>', 13510),
    ('<Play loop="-1">/a.mp3</Play>', 13410),
    ('<Play digits="1,2"/>', 13430),
    ('<Pause length="1.5"/>', 13910),
    ('<Redirect method="PUT">/next</Redirect>', 13710),
    ('<Reject reason="rude"/>', 13810),
    ('<Gather input="speach"/>', 13326),
    ('<Gather input=""/>', 13326),
    ('<Gather method="PUT"/>', 13312),
    ('<Gather timeout="abc"/>', 13313),
    ('<Gather speechTimeout="soon"/>', 13327),
    ('<Gather maxSpeechTime="0"/>', 13328),
    ('<Gather profanityFilter="no"/>', 13333),
    ('<Gather finishOnKey="hash"/>', 13310),
    ('<Gather numDigits="0"/>', 13314),
    ('<Gather partialResultCallbackMethod="HEAD"/>', 13329),
    ('<Gather bargeIn="1"/>', 13332),
    ('<Gather actionOnEmptyResult="yes"/>', 13338),
    ('<Dial method="PUT">+15125550101</Dial>', 13210),
    ('<Dial timeout="0">+15125550101</Dial>', 13212),
    ('<Dial timeLimit="long">+15125550101</Dial>', 13216),
    ('<Dial record="yes">+15125550101</Dial>', 13217),
    ('<Dial answerOnBridge="yes">+15125550101</Dial>', 13219),
    ('<Dial recordingTrack="all">+15125550101</Dial>', 12200),
    ('<Dial recordingStatusCallbackEvent="done">+15125550101</Dial>', 13621),
    ('<Dial><Number method="PUT">+15125550101</Number></Dial>', 13221),
    ('<Dial><Number statusCallbackEvent="picked-up">+15125550101</Number></Dial>', 12200),
    ('<Record timeout="-5"/>', 13611),
    ('<Record maxLength="0"/>', 13612),
    ('<Record playBeep="no"/>', 13616),
    ('<Record trim="yes"/>', 13699),
    ('<Connect method="PUT"/>', 12200),
    ('<Start><Recording channels="both"/></Start>', 12200),
]


@pytest.mark.parametrize(("body", "code"), WARNED)
def test_what_twilio_does_not_know_is_warned_about(body: str, code: int) -> None:
    warnings = parse(f"<Response>{body}<Pause/></Response>").warnings

    assert [warned.code for warned in warnings] == [code]


TAKEN = [
    '<Gather input="speech dtmf" finishOnKey="" speechTimeout="auto" timeout="0" bargeIn="True" method="get"/>',
    '<Gather finishOnKey="#*9" numDigits="20" maxSpeechTime="60"/>',
    '<Dial record="record-from-ringing-dual" timeLimit="14400" recordingStatusCallbackEvent="in-progress absent"/>',
    '<Dial record="true" trim="do-not-trim"/>',
    '<Say loop="0">Hi</Say><Play digits="ww12#W"/><Pause length="0"/><Reject reason="busy"/>',
]


@pytest.mark.parametrize("body", TAKEN)
def test_what_twilio_takes_is_not(body: str) -> None:
    assert parse(f"<Response>{body}</Response>").warnings == ()


def test_an_attribute_of_a_wrong_value_counts_as_not_given() -> None:
    [gather] = parse('<Response><Gather input="speach" timeout="4" method="PUT"/></Response>').verbs

    assert gather.attributes == {"timeout": "4"}


def test_every_judged_attribute_is_one_of_its_element() -> None:
    for element, rules in attributes._RULES.items():
        assert rules.keys() <= set(document._ATTRIBUTES[element].split())


def test_ssml_is_read_as_its_words() -> None:
    document = parse('<Response><Say>One <break time="1s"/> <emphasis>two</emphasis> three</Say></Response>')

    assert (document.verbs[0].text, document.warnings) == ("One two three", ())


REFUSED = [
    ("<Response>", 12100),
    ("", 12100),
    ("plain words", 12100),
    ('<!DOCTYPE x [<!ENTITY a "b">]><Response>&a;</Response>', 12100),
    ("<html/>", 12102),
    (f"<Response>{' ' * 66_000}</Response>", 11750),
]


@pytest.mark.parametrize(
    ("text", "code"),
    REFUSED,
)
def test_what_is_no_twiml_is_refused_with_twilios_code(text: str, code: int) -> None:
    with pytest.raises(TwimlError) as refused:
        parse(text)

    assert refused.value.code == code
