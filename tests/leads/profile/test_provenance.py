"""What is kept of where a fact comes from."""

import uuid
from datetime import UTC, datetime

from leads.profile.provenance import RejectedField, StatementSource

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def test_a_statement_on_a_call_names_the_call_the_turn_and_how_sure_it_was() -> None:
    call = uuid.uuid4()
    stamp = StatementSource(at=AT, call_id=call, turn=7).stamp(confidence=0.6, confirmed=False)
    assert stamp == {
        "call_id": str(call),
        "turn": 7,
        "confidence": 0.6,
        "confirmed": False,
        "at": "2026-11-23T15:00:00+00:00",
    }


def test_what_staff_typed_has_no_call_and_is_confirmed() -> None:
    stamp = StatementSource(at=AT).stamp()
    assert (stamp["call_id"], stamp["turn"], stamp["confirmed"]) == (None, None, True)


def test_a_rejected_field_names_the_values_only_where_there_are_any() -> None:
    assert RejectedField("beds_min", "CONFLICT", 3, 4).as_json() == {
        "field": "beds_min",
        "reason": "CONFLICT",
        "old": 3,
        "new": 4,
    }
    assert RejectedField("areas", "UNKNOWN_AREA").as_json() == {"field": "areas", "reason": "UNKNOWN_AREA"}
