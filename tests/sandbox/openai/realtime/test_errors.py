"""Errors of a Realtime session as events."""

import re

from sandbox.conformance.sdk_types import missing
from sandbox.openai.realtime.errors import RealtimeError, new_id


def test_an_error_names_its_code_its_field_and_the_event_it_answers():
    error = RealtimeError.from_problem(missing("session.type")).event("event_1")["error"]
    assert (error["code"], error["param"]) == ("missing_required_parameter", "session.type")
    assert (error["type"], error["event_id"]) == ("invalid_request_error", "event_1")


def test_ids_look_like_the_services():
    assert re.fullmatch(r"item_\w{21}", new_id("item"))
    assert new_id("item") != new_id("item")
