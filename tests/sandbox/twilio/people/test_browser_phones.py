"""Phones in browsers, without a browser."""

import asyncio
from typing import Any

import pytest

from sandbox.twilio.call.resource import Call
from sandbox.twilio.people.browser_phones import BrowserPhone, BrowserPhones

LEAD = "+15125550101"


class Page:
    """What was told to a browser."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def tell(self, event: str, **data: Any) -> None:
        self.told.append(event)

    def play(self, frame: bytes) -> None:
        """A page of a test has no speaker."""


def phones_with(*pages: Page) -> tuple[BrowserPhones, list[BrowserPhone]]:
    phones, held = BrowserPhones(), [BrowserPhone(page) for page in pages]
    for phone in held:
        phones.claim(phone, LEAD)
    return phones, held


@pytest.fixture
def call() -> Call:
    return Call("AC1", LEAD, "+15125550100")


async def test_the_first_to_answer_has_the_call_and_the_others_stop_ringing(call: Call):
    first, second = Page(), Page()
    phones, (phone, other) = phones_with(first, second)
    ringing = asyncio.create_task(phones.ring(call, seconds=5))
    await asyncio.sleep(0)
    assert phones.answer(phone, call.sid)
    assert not phones.answer(other, call.sid)
    assert await ringing == "answered"
    assert phones.holder(call) is phone
    assert second.told == ["ringing", "stopped"]


async def test_a_declined_call_is_busy_and_one_nobody_answers_is_not_answered(call: Call):
    phones, _ = phones_with(Page())
    ringing = asyncio.create_task(phones.ring(call, seconds=5))
    await asyncio.sleep(0)
    phones.decline(call.sid)
    assert await ringing == "busy"
    assert await phones.ring(call, seconds=0) == "no-answer"


async def test_a_page_that_closes_hangs_up_and_frees_its_number(call: Call):
    phones, (phone,) = phones_with(Page())
    phones.call_from(phone, call)
    phones.release(phone)
    assert call.flow.final is not None
    assert not phones.serves(LEAD)
