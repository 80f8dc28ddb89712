"""Fixtures of the realtime engine: a call in progress, a carrier's REST API, a voice, and Ringside on a port."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pytest_django import Settings

from calls.agent.opening import prepare_opening
from calls.models import Call
from realtime.routing import websocket_application
from tests.calls.conftest import _carrier_server, _vendor_server, carrier, vendors
from tests.calls.vendors import Vendors
from tests.people import make_call, make_lead
from tests.realtime.peers import Model, modelling
from tests.realtime.serving import Served, serving

__all__ = ["_carrier_server", "_vendor_server", "carrier", "vendors"]


@pytest.fixture
def call(transactional_db: None, vendors: Vendors) -> Call:
    """A realtime call that has just been answered, with its lines rendered as they are while the phone rings."""
    call = make_call(make_lead())
    prepare_opening(call)
    return call


@pytest_asyncio.fixture
async def model(vendors: Vendors, settings: Settings) -> AsyncIterator[Model]:
    """The realtime model."""
    async with modelling() as (peer, base_url):
        settings.OPENAI_BASE_URL = base_url
        yield peer


@pytest_asyncio.fixture
async def ringside(transactional_db: None, model: Model) -> AsyncIterator[Served]:
    """Ringside on a port; it has finished with everybody before the tables are emptied."""
    async with serving(websocket_application) as server:
        yield server
