"""Actions: each is for the carrier, the model or the application, and for one of them only."""

from realtime.bridge.vocabulary import actions as a
from tests.realtime.bridge.vocabulary.test_events import classes, members

ENTRIES = {a.TranscriptLine, a.Spent, a.Note, a.Timing}


def test_every_action_has_one_performer() -> None:
    carrier, model, application = members(a.CarrierAction), members(a.ModelAction), members(a.ApplicationAction)
    assert carrier | model | application == members(a.Action) == classes(a) - ENTRIES
    assert len(carrier) + len(model) + len(application) == len(members(a.Action))


def test_what_can_be_recorded_is_a_line_usage_or_a_note() -> None:
    assert members(a.Entry) == ENTRIES - {a.Timing}


def test_a_line_claims_nothing_until_more_is_known() -> None:
    line = a.TranscriptLine("item_1", a.Speaker.AGENT, a.Kind.SPEECH)
    assert (line.text, line.generated, line.settled, line.confirmed, line.interrupted) == ("", "", False, False, False)


def test_a_plain_request_leaves_the_model_its_own_instructions_and_its_tools() -> None:
    assert (a.Respond().direction, a.Respond().may_use_tools) == (None, True)


def test_speakers_and_kinds_are_stored_by_their_names() -> None:
    assert [str(speaker) for speaker in a.Speaker] == ["agent", "caller"]
    assert [str(kind) for kind in a.Kind] == ["speech", "opening", "recorded", "keys"]
