"""What was said and done on earlier calls, and so far on this one."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from calls.agent.briefing import brief, chat_history
from calls.models import Call, Comparison, ToolUse, Turn
from leads.models import Lead
from tests.calls.agent.told import NOW, ended_call, told
from tests.people import make_call

pytestmark = pytest.mark.django_db


def test_earlier_calls_are_told_with_their_last_words(lead: Lead) -> None:
    ended_call(lead, outcome="callback_requested", summary="Was driving.", lines=("Call me on Sunday.",))
    instructions = told(make_call(lead, queued_at=NOW))
    assert "- 2026-11-21, realtime call, Callback requested. Was driving." in instructions
    assert "Call me on Sunday." in instructions


def test_only_the_last_three_answered_calls_are_told(lead: Lead) -> None:
    for days_ago in range(1, 6):
        ended_call(lead, days_ago=days_ago, summary=f"Call {days_ago}.")
    Call.objects.filter(summary="Call 2.").update(answered_at=None)
    instructions = told(make_call(lead, queued_at=NOW))
    assert [f"Call {number}." in instructions for number in (1, 2, 3, 4, 5)] == [True, False, True, True, False]


def test_a_test_call_to_another_number_is_not_the_leads_history(lead: Lead, omar: User) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    ended_call(lead, comparison=comparison, to_number="+15125550181", summary="A test line spoke.")
    assert "A test line spoke." not in told(make_call(lead, queued_at=NOW))


class TestMessagesSoFar:
    """The conversation so far, as the next engine gets it."""

    def say(self, call: Call, place: int, speaker: str, text: str, *, second: int) -> None:
        Turn.objects.create(
            call=call,
            speaker=speaker,
            engine="realtime",
            text=text,
            item_id=f"i{place}",
            position=place,
            created_at=NOW + timedelta(seconds=second),
        )

    def use(self, call: Call, *, second: int, result: dict[str, Any] | None) -> None:
        ToolUse.objects.create(
            call=call,
            name="search_listings",
            tool_call_id=f"c{second}",
            engine="realtime",
            arguments={"beds_min": 3},
            result=result,
            started_at=NOW + timedelta(seconds=second),
        )

    def test_turns_and_tools_come_in_order(self, lead: Lead) -> None:
        call = make_call(lead)
        self.say(call, 0, "agent", "How many bedrooms?", second=0)
        self.say(call, 10, "lead", "Three.", second=5)
        self.use(call, second=6, result={"ok": True, "data": {"total": 2}})
        self.say(call, 20, "agent", "I found two.", second=9)
        messages = chat_history(call)
        assert [message["role"] for message in messages] == ["assistant", "user", "assistant", "tool", "assistant"]
        assert messages[2]["tool_calls"][0]["function"] == {"name": "search_listings", "arguments": '{"beds_min": 3}'}
        assert json.loads(messages[3]["content"]) == {"ok": True, "data": {"total": 2}}
        assert messages[3]["tool_call_id"] == messages[2]["tool_calls"][0]["id"]

    def test_a_transcript_that_came_late_still_stands_before_the_tool_it_led_to(self, lead: Lead) -> None:
        call = make_call(lead, answered_at=NOW)
        self.say(call, 0, "agent", "How many bedrooms?", second=0)
        self.say(call, 10, "lead", "Three.", second=7)
        Turn.objects.filter(position=10).update(started_ms=4500)
        self.use(call, second=6, result={"ok": True, "data": {}})
        self.say(call, 20, "agent", "I found two.", second=9)
        roles = [message["role"] for message in chat_history(call)]
        assert roles == ["assistant", "user", "assistant", "tool", "assistant"]

    def test_what_gather_heard_comes_after_the_tools_of_the_answer_before_however_early_it_seems_to_begin(
        self, lead: Lead
    ) -> None:
        call = make_call(lead, answered_at=NOW)
        self.say(call, 0, "agent", "Let me look.", second=0)
        self.use(call, second=6, result={"ok": True, "data": {}})
        self.say(call, 10, "lead", "Before you go on.", second=9)
        Turn.objects.filter(position=10).update(started_ms=4500, engine="conversation")
        assert [message["role"] for message in chat_history(call)] == ["assistant", "assistant", "tool", "user"]

    def test_a_tool_that_never_answered_says_so(self, lead: Lead) -> None:
        call = make_call(lead)
        self.use(call, second=1, result=None)
        assert json.loads(chat_history(call)[1]["content"])["error"]["code"] == "UNFINISHED"

    def test_only_what_was_heard_counts_as_said(self, lead: Lead) -> None:
        call = make_call(lead)
        Turn.objects.create(
            call=call, speaker="agent", engine="realtime", text="I found", generated_text="I found two.", item_id="i"
        )
        Turn.objects.create(call=call, speaker="lead", engine="realtime", text=" ", item_id="j", position=1)
        assert chat_history(call) == [{"role": "assistant", "content": "I found"}]

    def test_a_word_that_bridged_a_wait_does_not_follow_the_callers_last_words(self, lead: Lead) -> None:
        call = make_call(lead)
        self.say(call, 0, "lead", "I'm pre-approved.", second=0)
        self.say(call, 10, "agent", "One moment, please.", second=2)
        Turn.objects.filter(position=10).update(filler=True)
        assert chat_history(call) == [{"role": "user", "content": "I'm pre-approved."}]

    def test_of_a_long_call_the_opening_what_was_done_and_the_last_exchanges_are_told(
        self, lead: Lead, settings: Settings
    ) -> None:
        settings.CHAT_HISTORY_TOKENS = 500
        call = make_call(lead)
        greeting = brief(call).greeting
        self.say(call, 0, "agent", greeting, second=0)
        self.use(call, second=1, result={"ok": True, "data": {"items": [{"listing_key": "K", "spoken": "1 Oak Lane"}]}})
        for turn in range(1, 40):
            self.say(call, 2 * turn, "lead", f"What about {turn}?", second=10 * turn)
            self.say(call, 2 * turn + 1, "agent", f"That is {turn}.", second=10 * turn + 5)
        opening, told, *kept = chat_history(call)
        assert opening == {"role": "assistant", "content": greeting}
        assert "1 Oak Lane (listing_key K)" in told["content"]
        assert kept[-1] == {"role": "assistant", "content": "That is 39."}
        assert len(kept) < 40
