"""What the pipeline makes of a recognition result."""

import pytest

from calls.understanding.recognition_results import Heard, Verdict, judge, read


@pytest.mark.parametrize(
    ("heard", "verdict"),
    [
        (Heard("I want three bedrooms", 0.92), Verdict.ACCEPTED),
        (Heard("I want three bedrooms", None), Verdict.ACCEPTED),
        (Heard("yes", 0.61), Verdict.ACCEPTED),
        (Heard("Alaska Air", 0.41), Verdict.DOUBTFUL),
        (Heard("Alaska Air", 0.12), Verdict.UNSURE),
        (Heard("", None), Verdict.EMPTY),
        (Heard(" . ", 0.9), Verdict.EMPTY),
        (Heard("Uh.", 0.9), Verdict.HESITATION),
        (Heard("um, uh", 0.2), Verdict.HESITATION),
        (Heard("mhm", 0.9), Verdict.ACCEPTED),
        (Heard("Thanks for watching!", 0.97), Verdict.INVENTED),
        (Heard("you", 0.8), Verdict.INVENTED),
        (Heard("Subtitles by the Amara.org community", 0.9), Verdict.INVENTED),
        (Heard("Thank you.", 0.9), Verdict.ACCEPTED),
        (Heard("Thank you for calling", 0.9), Verdict.ACCEPTED),
        (Heard("you can come at two", 0.9), Verdict.ACCEPTED),
        (Heard(digits="3"), Verdict.KEYPAD),
        (Heard(digits="9"), Verdict.OPT_OUT),
        (Heard("please stop calling me", 0.95), Verdict.OPT_OUT),
    ],
)
def test_each_result_has_one_verdict(heard: Heard, verdict: Verdict) -> None:
    assert judge(heard) == verdict


def test_an_opt_out_counts_however_unsure_the_recogniser_was() -> None:
    assert judge(Heard("stop calling me", 0.05)) == Verdict.OPT_OUT


def test_only_silence_mumbling_and_invented_words_are_strikes() -> None:
    strikes = {verdict for verdict in Verdict if verdict.is_strike}
    assert strikes == {Verdict.EMPTY, Verdict.UNSURE, Verdict.INVENTED}


@pytest.mark.parametrize(
    ("confidence", "expected"), [("0.87", 0.87), ("0.0", None), ("", None), ("high", None), ("7", None), ("nan", None)]
)
def test_a_confidence_that_says_nothing_counts_as_none(confidence: str, expected: float | None) -> None:
    assert read({"SpeechResult": "hi", "Confidence": confidence}).confidence == expected


def test_a_result_webhook_is_read() -> None:
    heard = read({"SpeechResult": "  two   baths ", "Confidence": "0.8", "Digits": "1#x"})
    assert heard == Heard("two baths", 0.8, "1#")


def test_keys_stand_in_the_transcript_as_pressed() -> None:
    assert Heard(digits="42").text == "(pressed 42)"
