"""Keeping what the bridge records."""

from channels.db import database_sync_to_async

from calls.models import Call
from realtime.bridge.actions import Note, Spent
from realtime.records import Recorder


async def test_a_usage_report_that_makes_no_sense_costs_nothing_else(call: Call) -> None:
    records = Recorder(call.pk, began_ms=0)
    records.keep(Spent("response", "resp_1", {"input_token_details": 5}))
    records.keep(Note("later", 10, {}))
    records.finish()
    await records.run()
    assert await database_sync_to_async(call.events.filter(kind="later").exists)()
