"""Steps written before a row said what kind of step it is: the call they belong to goes on."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now

from calls.agent import phrases
from calls.call_log.events import log_event
from calls.models import Call, CallType, ConversationStep, Engine, EventKind, Transfer
from calls.understanding.recognition_results import RecognitionResult, Verdict
from tests.calls.conversational import engine
from tests.calls.conversational.documents import SURE, spoken, tags
from tests.calls.vendors import Vendors
from tests.people import make_call, make_lead

pytestmark = pytest.mark.django_db(transaction=True)  # the schema is changed under the test
BEFORE = ("calls", "0012_american_spelling")
Kind = ConversationStep.Kind
HEARD = "<Response><Hangup/></Response>"


def migrate(*targets: tuple[str, str]) -> Any:
    """The models as they are once the database is at these targets."""
    executor = MigrationExecutor(connection)
    return executor.migrate(list(targets)).apps


def newest() -> list[tuple[str, str]]:
    return [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] == "calls"]


@pytest.fixture
def before() -> Iterator[Callable[..., None]]:
    """Write steps as they were before, given as verdicts in their order, and go forward to today's rows."""

    def write(call: Call, *verdicts: str) -> None:
        steps = migrate(BEFORE).get_model("calls", "ChainStep").objects
        for number, verdict in enumerate(verdicts):
            steps.create(
                call_id=call.pk, number=number, verdict=verdict, twiml=HEARD, finished_at=now(), answered_at=now(),
                parts=[{"text": "Hello.", "digest": "", "seconds": 9.0}], listens_at=now() - timedelta(seconds=4),
            )  # fmt: skip
        migrate(*newest())

    yield write
    migrate(*newest())


@pytest.fixture
def call(vendors: Vendors, omar: Any) -> Call:
    return make_call(make_lead(owner=omar), type=CallType.CONVERSATIONAL)


def kinds(call: Call) -> list[tuple[str, str]]:
    return [(step.kind, step.verdict) for step in call.steps.all()]


def test_each_old_word_becomes_a_kind_or_stays_a_verdict(call: Call, before: Callable[..., None], omar: Any) -> None:
    transfer = Transfer.objects.create(call=call, reason="request", colleague=omar, phone="+15125550100")
    verdicts = ("greeting", "accepted", "filler", "greeting_again", "continued", f"resumed:{transfer.pk}", "back:5")
    before(call, *verdicts, "promise", "opt_out", "resumed:99999")
    assert kinds(call) == [
        (Kind.OPENING, ""),
        (Kind.TURN, "accepted"),
        (Kind.TURN, "hesitation"),
        (Kind.OPENING_AGAIN, ""),
        (Kind.TAKEOVER, ""),
        (Kind.RESUMED, ""),
        (Kind.RETURNED, ""),
        (Kind.PROMISE, ""),
        (Kind.TURN, "opt_out"),
        (Kind.RESUMED, ""),
    ]
    resumed, returned, lost = call.steps.get(number=5), call.steps.get(number=6), call.steps.get(number=9)
    assert (resumed.transfer, returned.returned_after, lost.transfer) == (transfer, 5, None)


def test_every_kind_has_its_old_word_again_after_a_step_back(call: Call, before: Callable[..., None]) -> None:
    verdicts = ["greeting", "filler", "unsure", "greeting_again", "continued", "back:4", "promise"]
    before(call, *verdicts)
    steps = migrate(BEFORE).get_model("calls", "ChainStep").objects.order_by("number")
    assert [step.verdict for step in steps] == verdicts


def test_a_live_call_from_before_goes_on(call: Call, before: Callable[..., None], vendors: Vendors) -> None:
    before(call, "greeting", "empty", "empty")
    assert engine.first_twiml(call) == HEARD
    assert engine.take_turn(call, 2, RecognitionResult()) == HEARD
    assert tags(engine.take_turn(call, 3, RecognitionResult()))[-1] == "Hangup"  # the third strike
    assert spoken(3, call) == [phrases.GIVING_UP]


def test_an_old_opening_still_cannot_be_talked_into(call: Call, before: Callable[..., None], vendors: Vendors) -> None:
    before(call, "greeting")
    engine.take_turn(call, 1, RecognitionResult("Hello, who is this?", SURE))
    assert not call.events.filter(kind="interrupted").exists()
    assert call.steps.get(number=1).verdict == Verdict.ACCEPTED


def test_a_line_that_came_back_before_is_answered_the_same(call: Call, before: Callable[..., None]) -> None:
    before(call, "greeting", "continued", "accepted", "back:2")
    assert engine.continue_twiml(call) == HEARD
    log_event(call.pk, EventKind.PERSON_AFTER_MACHINE, dedupe_key="person_after_machine")
    assert engine.continue_twiml(call) != HEARD
    assert call.steps.last().kind == Kind.OPENING_AGAIN  # type: ignore[union-attr]


def test_a_transfer_that_failed_before_is_resumed_once(call: Call, before: Callable[..., None], omar: Any) -> None:
    transfer = Transfer.objects.create(
        call=call, reason="request", colleague=omar, phone="+15125550100", back_to=Engine.CONVERSATION
    )
    before(call, "greeting", f"resumed:{transfer.pk}")
    assert engine.resume_twiml(call, transfer) == HEARD
