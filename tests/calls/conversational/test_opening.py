"""How a conversational call opens."""

from xml.etree import ElementTree

import pytest

from calls.agent.briefing import brief
from calls.agent.opening import prepare_opening
from calls.conversational import gather
from calls.models import Call, CallType, Engine, Turn, Usage
from calls.speech.normalization import normalize
from tests.calls.conversational.documents import spoken, tags
from tests.calls.vendors import Vendors
from tests.people import make_call, make_lead

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own


def test_the_call_opens_with_the_disclosure_which_nobody_talks_over(call: Call) -> None:
    document = gather.first_twiml(call)
    assert set(tags(document)) == {"Gather", "Play"}
    attributes = ElementTree.fromstring(document)[0].attrib  # noqa: S314 - our own document
    assert attributes["bargeIn"] == "false"
    assert "dtmf" in attributes["input"]
    assert f"/webhooks/twilio/gather/{call.pk}/1" in attributes["action"]
    assert " ".join(spoken(0, call)) == brief(call).greeting


def test_the_opening_is_in_the_transcript_as_the_agents_words(greeted: Call) -> None:
    turn = Turn.objects.get(call=greeted)
    assert (turn.speaker, turn.engine, turn.text) == ("agent", Engine.CONVERSATION, brief(greeted).greeting)
    assert greeted.spans.get().engine == Engine.CONVERSATION


def test_an_answer_webhook_that_comes_twice_opens_once(call: Call, vendors: Vendors) -> None:
    first = gather.first_twiml(call)
    rendered = len(vendors.spoken)
    assert gather.first_twiml(call) == first
    assert len(vendors.spoken) == rendered
    assert Turn.objects.filter(call=call).count() == 1


def test_a_prepared_greeting_costs_nothing_when_the_call_is_answered(call: Call, vendors: Vendors) -> None:
    prepare_opening(call)
    prepared = len(vendors.spoken)
    gather.first_twiml(call)
    assert len(vendors.spoken) == prepared
    paid = sum(row.quantity for row in Usage.objects.filter(call=call, meter="polly.character"))
    assert paid == sum(map(len, map(normalize, spoken(0, call))))  # the phrases of all calls are not this one's to pay


def test_the_sentences_every_opening_shares_are_rendered_once_for_all_calls(call: Call, vendors: Vendors) -> None:
    gather.first_twiml(call)
    gather.first_twiml(make_call(make_lead(first_name="Ivan"), type=CallType.CONVERSATIONAL))
    assert vendors.spoken.count("This call is recorded.") == 1
