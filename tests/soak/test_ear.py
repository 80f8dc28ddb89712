"""How silence on a line is measured."""

from tests.soak.ear import Ear, Silence


def test_silence_is_what_neither_side_fills() -> None:
    ear = Ear()
    ear.hears_agent(1.0, 2.0)
    ear.caller_speaks(3.5, 1.0)
    assert ear.silences(0.0, 6.0) == [Silence(0.0, 1.0), Silence(3.0, 0.5), Silence(4.5, 1.5)]


def test_sound_sent_ahead_is_played_one_after_the_other() -> None:
    ear = Ear()
    ear.hears_agent(0.0, 2.0)
    assert ear.hears_agent(0.1, 2.0) == 4.0
    assert ear.silences(0.0, 5.0) == [Silence(4.0, 1.0)]


def test_sound_thrown_away_was_not_heard() -> None:
    ear = Ear()
    ear.hears_agent(0.0, 5.0)
    ear.agent_cut(1.5)
    assert ear.silences(0.0, 3.0) == [Silence(1.5, 1.5)]


def test_a_silence_that_began_before_the_fault_counts_with_its_whole_length() -> None:
    ear = Ear()
    ear.hears_agent(0.0, 1.0)
    ear.hears_agent(4.0, 1.0)
    assert ear.longest_silence(0.0, 5.0, after=3.0) == 3.0
    assert ear.longest_silence(0.0, 5.0, after=4.5) == 0.0
