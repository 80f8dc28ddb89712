"""The configuration of a call: phrases with or without sound, and timeouts that fit together."""

import base64

from realtime.bridge.vocabulary.call_config import CallConfig, Limits, Phrase


def test_a_phrase_has_its_sound_in_pieces_short_enough_to_tell_what_was_heard() -> None:
    sound = bytes(range(256)) * 20
    phrase = Phrase.of("One moment please.", sound)
    pieces = [base64.b64decode(piece) for piece in phrase.audio]
    assert b"".join(pieces) == sound
    assert [len(piece) for piece in pieces] == [1600, 1600, 1600, 320]
    assert Phrase("One moment please.").audio == ()


def test_the_opening_is_quoted_in_the_direction_to_say_it() -> None:
    assert CallConfig().direct_opening.format(text="I am an AI.").endswith("I am an AI.")


def test_a_second_stream_can_tell_its_own_lines_from_those_of_the_first() -> None:
    assert CallConfig().id_prefix == ""
    assert CallConfig(id_prefix="stream-2-") != CallConfig()


def test_a_wait_is_bridged_before_it_is_given_up() -> None:
    limits = Limits()
    assert limits.silence_filler_s < limits.answer_s
    assert limits.tool_filler_s < limits.tool_s
    assert limits.liveness_s + limits.probe_s < limits.silence_filler_s
    assert limits.reconnect_pause_s < limits.reconnect_s
    assert limits.wrap_up_s < limits.call_s
