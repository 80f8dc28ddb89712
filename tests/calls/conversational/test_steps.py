"""The rows of the turn chain: what two webhooks that know nothing of each other make of one step."""

import pytest

from calls.conversational.steps import Part, answered_rest, record_filler
from calls.models import Call, ConversationStep, Turn
from tests.people import make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def call() -> Call:
    return make_call(type="conversational")


def step_of(call: Call) -> ConversationStep:
    """That step, as another webhook has read it."""
    return ConversationStep.objects.select_related("call").get_or_create(call=call, number=1)[0]


def test_of_two_documents_for_one_webhook_the_first_counts(call: Call) -> None:
    one, other = step_of(call), step_of(call)
    assert answered_rest(one, "1/0", "<first/>") == ("<first/>", True)
    assert answered_rest(other, "1/0", "<second/>") == ("<first/>", False)


def test_documents_for_different_parts_are_kept_side_by_side(call: Call) -> None:
    one, other = step_of(call), step_of(call)
    answered_rest(one, "1/0", "<first/>")
    answered_rest(other, "2/0", "<second/>")
    assert step_of(call).more == {"1/0": "<first/>", "2/0": "<second/>"}


def test_two_waits_within_an_answer_are_two_things_that_were_said(call: Call) -> None:
    step, phrase = step_of(call), Part("One moment, please.", "", 1.0)
    record_filler(step, phrase, first=0, waited=0)
    record_filler(step, phrase, first=1, waited=0)
    record_filler(step, phrase, first=1, waited=0)
    assert Turn.objects.filter(call=call).count() == 2
