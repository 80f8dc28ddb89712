"""Whose session, whose request: what the wire tells."""

from sandbox.journal.exchanges import Exchange
from sandbox.journal.pairing import Held, Owner, owner_of_exchange, owner_of_session

MARIAS, JOSEPHS = bytes(range(200)), bytes(reversed(range(200)))


def test_a_session_belongs_to_the_call_whose_voice_it_was_sent() -> None:
    early = Held("CA1", 0.0, streams=((10.0, None),), spoken=(MARIAS,))
    late = Held("CA2", 0.0, streams=((13.0, None),), spoken=(JOSEPHS,))

    assert owner_of_session(10.1, [JOSEPHS[40:80], JOSEPHS[80:120]], [early, late]) == Owner("CA2", "voice")


def test_the_same_voice_in_two_calls_is_told_apart_by_time() -> None:
    calls = [Held(f"CA{n}", 0.0, streams=((10.0 * n, None),), spoken=(MARIAS,)) for n in (1, 2)]

    assert owner_of_session(19.0, [MARIAS[:40]], calls) == Owner("CA2", "voice")


def test_without_a_voice_it_belongs_to_the_stream_that_began_nearest() -> None:
    calls = [Held(f"CA{n}", 0.0, streams=((10.0 * n, None),)) for n in (1, 2)]

    assert owner_of_session(12.0, [], calls) == Owner("CA1", "time")


def test_a_session_without_a_stream_belongs_to_nobody() -> None:
    over = Held("CA1", 0.0, 20.0, streams=((10.0, 20.0),))

    assert owner_of_session(60.0, [], [over, Held("CA2", 0.0)]) == Owner()


def chat(heard: str, at: float = 5.0) -> Exchange:
    return Exchange(at, "POST", "/v1/chat/completions", 200, 30, {"heard": heard})


def test_a_request_that_names_a_call_or_its_recording_belongs_to_it() -> None:
    calls = [Held("CA1", 0.0), Held("CA2", 0.0, recordings=frozenset({"RE2"}))]

    for path, sid in [("/2010-04-01/Accounts/AC0/Calls/CA1.json", "CA1"), ("/2010-04-01/Accounts/AC0/RE2.wav", "CA2")]:
        assert owner_of_exchange(Exchange(5.0, "GET", path, 200, 3), calls) == Owner(sid, "names it")


def test_a_request_to_the_model_belongs_to_the_call_whose_words_it_repeats() -> None:
    calls = [Held("CA1", 0.0, words=("Three bedrooms, please.",)), Held("CA2", 0.0, words=("I want to sell.",))]

    assert owner_of_exchange(chat("three bedrooms please"), calls) == Owner("CA1", "words")


def test_speech_belongs_to_the_call_that_was_given_the_answer() -> None:
    calls, answers = [Held("CA1", 0.0), Held("CA2", 0.0)], [("CA2", "Of course. I found three homes.")]
    request = Exchange(5.0, "POST", "/v1/speech", 200, 30, {"Text": "I found three homes."})

    assert owner_of_exchange(request, calls, answers=answers) == Owner("CA2", "words")


def test_what_nothing_tells_belongs_to_the_only_call_or_to_nobody() -> None:
    alone, other = Held("CA1", 0.0), Held("CA2", 0.0)

    assert owner_of_exchange(chat("yes"), [alone]) == Owner("CA1", "only call")
    assert owner_of_exchange(chat("yes"), [alone, other]) == Owner()
