"""What the pipeline makes of a recognition result."""

import pytest

from calls.understanding.recognition_results import (
    RecognitionResult,
    Verdict,
    classify,
    read_partial_result,
    read_result,
)


@pytest.mark.parametrize(
    ("heard", "verdict"),
    [
        (RecognitionResult("I want three bedrooms", 0.92), Verdict.ACCEPTED),
        (RecognitionResult("I want three bedrooms", None), Verdict.ACCEPTED),
        (RecognitionResult("yes", 0.61), Verdict.ACCEPTED),
        (RecognitionResult("Alaska Air", 0.41), Verdict.DOUBTFUL),
        (RecognitionResult("Alaska Air", 0.12), Verdict.UNSURE),
        (RecognitionResult("", None), Verdict.EMPTY),
        (RecognitionResult(" . ", 0.9), Verdict.EMPTY),
        (RecognitionResult("Uh.", 0.9), Verdict.HESITATION),
        (RecognitionResult("um, uh", 0.2), Verdict.HESITATION),
        (RecognitionResult("mhm", 0.9), Verdict.ACCEPTED),
        (RecognitionResult("Thanks for watching!", 0.97), Verdict.INVENTED),
        (RecognitionResult("you", 0.8), Verdict.INVENTED),
        (RecognitionResult("Subtitles by the Amara.org community", 0.9), Verdict.INVENTED),
        (RecognitionResult("Thank you.", 0.9), Verdict.ACCEPTED),
        (RecognitionResult("Thank you for calling", 0.9), Verdict.ACCEPTED),
        (RecognitionResult("you can come at two", 0.9), Verdict.ACCEPTED),
        (RecognitionResult(digits="3"), Verdict.KEYPAD),
        (RecognitionResult(digits="9"), Verdict.OPT_OUT),
        (RecognitionResult("please stop calling me", 0.95), Verdict.OPT_OUT),
    ],
)
def test_each_result_has_one_verdict(heard: RecognitionResult, verdict: Verdict) -> None:
    assert classify(heard) == verdict


def test_an_opt_out_counts_however_unsure_the_recognizer_was() -> None:
    assert classify(RecognitionResult("stop calling me", 0.05)) == Verdict.OPT_OUT


def test_only_silence_mumbling_and_invented_words_are_strikes() -> None:
    strikes = {verdict for verdict in Verdict if verdict.is_strike}
    assert strikes == {Verdict.EMPTY, Verdict.UNSURE, Verdict.INVENTED}


@pytest.mark.parametrize(
    ("confidence", "expected"), [("0.87", 0.87), ("0.0", None), ("", None), ("high", None), ("7", None), ("nan", None)]
)
def test_a_confidence_that_says_nothing_counts_as_none(confidence: str, expected: float | None) -> None:
    assert read_result({"SpeechResult": "hi", "Confidence": confidence}).confidence == expected


def test_a_result_webhook_is_read() -> None:
    heard = read_result({"SpeechResult": "  two   baths ", "Confidence": "0.8", "Digits": "1#x"})
    assert heard == RecognitionResult("two baths", 0.8, "1#")


def test_keys_stand_in_the_transcript_as_pressed() -> None:
    assert RecognitionResult(digits="42").text == "(pressed 42)"


def test_a_result_is_one_line_that_every_row_can_hold() -> None:
    heard = read_result({"SpeechResult": "caf\0e\n\u2028two \ud800baths\u202e", "Digits": "1" * 5000})
    assert (heard.speech, heard.digits) == ("cafe two baths", "1" * 40)
    assert len(read_result({"SpeechResult": "word " * 200_000}).speech) == 4_000


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "x", "٣", ""])
def test_a_partial_result_of_no_number_is_the_first(number: str) -> None:
    form = {"SequenceNumber": number, "StableSpeechResult": "two", "UnstableSpeechResult": "b\0aths"}
    said = read_partial_result(form)
    assert (said.sequence, said.words) == (0, "two baths")
