"""The engine's documents, as the carrier reads them."""

from xml.etree import ElementTree

import pytest

from calls.conversational.documents import Ear, Spoken, end, go_on, listen, wait
from sandbox.twilio.twiml import parse

EAR = Ear("https://x.example/gather/2", ("Willow Creek", "Maria, Lopez", "Willow Creek"), "phone_call")
SOUND = Spoken("Hello.", "https://x.example/speech/abc.wav")


def root(document: str) -> ElementTree.Element:
    return ElementTree.fromstring(document)  # noqa: S314 - our own document


@pytest.mark.parametrize("document", [listen([SOUND], EAR), go_on([SOUND], "https://x"), wait("https://x"), end([])])
def test_no_document_breaks_the_carriers_schema(document: str) -> None:
    assert parse(document).warnings == ()


def test_listening_plays_inside_the_gather_and_reports_silence_too() -> None:
    gather = root(listen([SOUND], EAR))[0]
    assert gather.tag == "Gather"
    assert [child.text for child in gather] == [SOUND.url]
    assert gather.attrib["actionOnEmptyResult"] == "true"
    assert gather.attrib["action"] == EAR.action
    assert gather.attrib["input"] == "speech dtmf"


def test_a_pinned_model_gets_a_pause_in_seconds_and_none_gets_auto() -> None:
    pinned = root(listen([], EAR))[0].attrib
    free = root(listen([], Ear("https://x")))[0].attrib
    assert (pinned["speechModel"], pinned["speechTimeout"]) == ("phone_call", "1")
    assert ("speechModel" in free, free["speechTimeout"]) == (False, "auto")


def test_a_number_of_any_length_is_typed_up_to_the_hash_or_one_key_is_enough() -> None:
    number = root(listen([], EAR))[0].attrib
    key = root(listen([], Ear("https://x", one_key=True)))[0].attrib
    assert ("numDigits" in number, number["finishOnKey"]) == (False, "#")
    assert (key["numDigits"], key["finishOnKey"]) == ("1", "")


def test_hints_are_comma_separated_each_once_and_within_the_limits() -> None:
    assert root(listen([], EAR))[0].attrib["hints"] == "Willow Creek,Maria Lopez"
    many = Ear("https://x", tuple(f"Name {number} {'x' * 200}" for number in range(900)))
    hints = root(listen([], many))[0].attrib["hints"].split(",")
    assert len(hints) == 500
    assert max(map(len, hints)) <= 100


def test_the_carriers_voice_says_what_ours_would(settings: object) -> None:
    say = root(end([Spoken("1204 W 6th St is $450,000.")]))[0]
    assert say.text == "twelve oh four West sixth Street is four hundred fifty thousand dollars."


def test_words_without_a_sound_are_said_by_the_carriers_own_polly(settings: object) -> None:
    say = root(end([Spoken("Fish & <b>chips</b> < 5")]))[0]
    assert say.tag == "Say"
    assert (say.text or "").startswith("Fish and chips")
    assert say.attrib["voice"].startswith("Polly.")


def test_the_rest_of_an_answer_is_fetched_after_its_beginning() -> None:
    assert [(verb.tag, verb.text) for verb in root(go_on([SOUND], "https://x/more"))] == [
        ("Play", SOUND.url),
        ("Redirect", "https://x/more"),
    ]


def test_the_end_hangs_up_after_the_last_word() -> None:
    assert [verb.tag for verb in root(end([SOUND]))] == ["Play", "Hangup"]
