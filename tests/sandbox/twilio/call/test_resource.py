"""The Call resource."""

from datetime import UTC, datetime, timedelta

from sandbox.twilio.call.resource import Call, formatted, new_sid

OURS, LEAD = "+15125550100", "+15125550101"


def test_the_person_is_who_is_called_or_who_called_in():
    assert Call("AC1", LEAD, OURS).person == LEAD
    assert Call("AC1", OURS, LEAD, direction="inbound").person == LEAD


def test_begun_seconds_and_minutes_count_whole():
    call = Call("AC1", LEAD, OURS)
    call.started = datetime.now(UTC)
    call.ended = call.started + timedelta(seconds=60.1)
    assert (call.seconds, call.minutes) == (61, 2)


def test_a_call_nobody_answered_has_no_length_and_no_price():
    call = Call("AC1", LEAD, OURS)
    call.becomes("no-answer")
    shown = call.as_json()
    assert (shown["duration"], shown["price"], call.live) == ("0", None, False)


def test_an_answered_call_is_billed_by_the_minute():
    call = Call("AC1", LEAD, OURS)
    call.becomes("in-progress")
    call.becomes("completed")
    call.started = call.ended and call.ended - timedelta(seconds=61)
    assert call.as_json()["price"] == "-0.02800"


def test_numbers_are_formatted_and_sids_are_new():
    assert formatted("+15125550101") == "(512) 555-0101"
    assert formatted("+491715550101") == "+491715550101"
    assert new_sid("CA") != new_sid("CA")
