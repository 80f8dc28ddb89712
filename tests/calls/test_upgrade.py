"""A database of version 0.1 comes forward whole, and a call that is live meanwhile goes on.

`old_database.json.gz` is what version 0.1 left after seeding the demo and a side-by-side comparison, with calls added
that stand at each point of their life: `manage.py dumpdata calls leads auth.user auth.group`.
"""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps as present
from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils.module_loading import import_string

from calls.models import Call, CallStatus, Turn
from tests.calls.carrier_stub import hook
from tests.calls.conversational.documents import last_of, tags
from tests.calls.vendors import Vendors, says
from tests.people import make_call

BEFORE = [("calls", "0011_beats_of_early_answers"), ("leads", "0005_constraint_words")]
ROWS: list[dict[str, Any]] = json.loads(gzip.decompress(Path(__file__).with_name("old_database.json.gz").read_bytes()))

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def old(db: None) -> None:
    """The database as version 0.1 left it, and then migrated."""
    before = MigrationExecutor(connection)
    before.migrate(BEFORE)
    load(before.loader.project_state(BEFORE).apps)
    after = MigrationExecutor(connection)
    after.migrate(after.loader.graph.leaf_nodes())


def load(apps: Apps) -> None:
    """Write the rows through the models of that time, in an order in which each finds what it refers to."""
    apps.get_model("calls", "Price").objects.all().delete()  # the migrations' own; the rows bring theirs
    order = ("auth.group", "auth.user", "leads.listing", "leads.lead", "calls.comparison", "calls.call")
    rank = {model: place for place, model in enumerate(order)}
    for row in sorted(ROWS, key=lambda row: rank.get(row["model"], len(order))):
        model = apps.get_model(row["model"])
        fields = {field.name: field for field in model._meta.concrete_fields}
        values = {
            fields[name].attname: fields[name].to_python(value)
            for name, value in row["fields"].items()
            if name in fields
        }
        model._base_manager.create(pk=model._meta.pk.to_python(row["pk"]), **values)
    with connection.cursor() as cursor:  # rows with keys of their own do not move PostgreSQL's sequences
        for statement in connection.ops.sequence_reset_sql(no_style(), [*apps.get_models()]):
            cursor.execute(statement)


def fields_of(model: str) -> list[dict[str, Any]]:
    return [row["fields"] for row in ROWS if row["model"] == model]


def test_every_row_comes_forward_with_what_was_said_and_done(old: None) -> None:
    counted = Counter(row["model"].replace("chainstep", "conversationstep") for row in ROWS)
    assert (counted["calls.call"], counted["leads.lead"]) == (8, 60)
    now_there = {name: present.get_model(name)._base_manager.count() for name in counted}
    assert now_there == dict(counted) | {"calls.speechclip": 0}  # forgotten: their names could be guessed
    assert sorted(Turn.objects.values_list("text", flat=True)) == sorted(row["text"] for row in fields_of("calls.turn"))
    outcomes = Counter(row["outcome"] for row in fields_of("calls.call"))
    assert Counter(Call.objects.values_list("outcome", flat=True)) == outcomes
    statuses = Counter(row["status"].replace("dialling", "dialing") for row in fields_of("calls.call"))
    assert Counter(Call.objects.values_list("status", flat=True)) == statuses
    assert statuses[CallStatus.DIALING] == 1


def test_a_live_call_goes_on(old: None, client: Client, vendors: Vendors) -> None:
    """First the carrier repeats a webhook whose answer was lost while the processes restarted."""
    call = live_call(steps_over=20)
    given = max(
        (row for row in fields_of("calls.chainstep") if row["call"] == str(call.pk)), key=lambda row: row["number"]
    )
    number = given["number"]
    again = hook(client, "twilio_gather", call.pk, number, SpeechResult=given["heard"], Confidence="0.9")
    assert again.content.decode() == given["twiml"]
    assert vendors.chats == []
    vendors.script = [says("We have three homes in Mueller.")]
    answer = hook(client, "twilio_gather", call.pk, number + 1, SpeechResult="What do you have", Confidence="0.93")
    assert "Gather" in tags(last_of(call, answer.content.decode()))
    said = call.turns.filter(speaker="agent").order_by("pk").last()
    assert said is not None
    assert "We have three homes in Mueller." in said.text
    assert call.steps.filter(number=number + 1).exists()


def test_a_call_that_has_been_everywhere_can_be_entered_again(old: None, client: Client, vendors: Vendors) -> None:
    call = live_call(steps_over=10, below=15)
    for name in ("twilio_continue", "twilio_voice"):
        answer = hook(client, name, call.pk)
        assert answer.status_code == 200
        assert answer.content.startswith(b"<?xml")


def test_what_the_carrier_and_the_queue_still_hold_is_answered(client: Client) -> None:
    assert client.get(f"/webhooks/twilio/dialled/{make_call().pk}").status_code == 405  # known, and POST only
    for task in ("calls.tasks.prepare_call", "calls.tasks.process_recording"):
        assert import_string(task).call


def live_call(*, steps_over: int, below: int = 1000) -> Call:
    """The live conversational call with that many steps."""
    calls = Call.objects.filter(type="conversational", status=CallStatus.IN_PROGRESS)
    return next(call for call in calls if steps_over < call.steps.count() < below)
