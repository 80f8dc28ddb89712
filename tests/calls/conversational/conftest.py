"""A conversational call at several points of its life."""

from typing import Any

import pytest

from calls.models import Call, CallType, ConversationStep
from calls.understanding.recognition_results import RecognitionResult
from tests.calls.conversational import engine
from tests.calls.conversational.documents import HOMES, SURE, rest_of, tags
from tests.calls.vendors import Vendors, says
from tests.people import make_call, make_lead


@pytest.fixture
def call(vendors: Vendors, omar: Any) -> Call:
    """A conversational call that has just been answered."""
    return make_call(make_lead(owner=omar), type=CallType.CONVERSATIONAL)


@pytest.fixture
def greeted(call: Call) -> Call:
    """The same, after the opening."""
    engine.first_twiml(call)
    return call


@pytest.fixture
def offered(greeted: Call, vendors: Vendors) -> Call:
    """A call in which homes have been named, in a prompt of some seconds."""
    vendors.script = [says(HOMES)]
    document = engine.take_turn(greeted, 1, RecognitionResult("What do you have", SURE))
    while "Redirect" in tags(document):
        document = rest_of(greeted, document)
    ConversationStep.objects.filter(call=greeted, number=1).update(
        parts=[{"text": sentence, "digest": "", "seconds": 4.0} for sentence in HOMES.split(". ")], listens_from=0
    )
    return greeted
