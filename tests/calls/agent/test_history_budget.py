"""How much of a long call a model is told again, whatever was said and done on it."""

import json
from itertools import chain, count, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.agent.history_budget import estimated_tokens, exchanges, fit_to_budget
from calls.agent.recap import HEADING, Message

DISCLOSURE = "Say stop or press 9 to opt out. This call is recorded."
OPENING = {"role": "assistant", "content": f"Hi, I'm Riley, an AI assistant. {DISCLOSURE} Is this Maria?"}


def lead(text: str) -> Message:
    return {"role": "user", "content": text}


def agent(text: str) -> Message:
    return {"role": "assistant", "content": text}


def use(key: str, name: str, arguments: dict[str, Any], envelope: dict[str, Any]) -> list[Message]:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return [
        {"role": "assistant", "content": None, "tool_calls": [{"id": key, "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": key, "content": json.dumps(envelope)},
    ]


def booked(key: str, appointment: str) -> list[Message]:
    told = {
        "appointment_id": appointment,
        "type": "showing",
        "spoken": "Tuesday, November twenty-fourth at 2 PM",
        "spoken_zone": "Central time",
        "agent_name": "Omar Haddad",
    }
    return use(key, "schedule_appointment", {"slot_id": "s", "listing_key": "SYN-7"}, {"ok": True, "data": told})


def saved(key: str, name: str, value: int) -> list[Message]:
    arguments = {name: {"value": value, "confidence": 0.9, "confirmed": True}}
    return use(key, "save_lead_preferences", arguments, {"ok": True, "data": {"saved": [name]}})


def searched(key: str, homes: list[int]) -> list[Message]:
    items = [{"listing_key": f"SYN-{home}", "spoken": f"{home} Orchard Lane, $425,000, 3 bedrooms"} for home in homes]
    return use(key, "search_listings", {"beds_min": 3}, {"ok": True, "data": {"total": len(homes), "items": items}})


def refused(key: str, code: str) -> list[Message]:
    return use(key, "schedule_appointment", {"slot_id": "s"}, {"ok": False, "error": {"code": code, "message": "no"}})


words = st.text("abc é,.", min_size=1, max_size=300).filter(str.strip)
deeds = st.one_of(
    st.tuples(st.just("booked"), st.integers(0, 999)),
    st.tuples(st.just("saved"), st.integers(0, 999_999)),
    st.tuples(st.just("searched"), st.lists(st.integers(1, 50), max_size=5)),
    st.tuples(st.just("refused"), st.sampled_from(["SLOT_TAKEN", "UNFINISHED"])),
    st.tuples(st.just("agent"), words),
)


@st.composite
def calls(draw: st.DrawFn) -> list[Message]:
    """A call: the opening, perhaps after a word of the caller's, then exchanges with tools."""
    keys = count()
    made: list[list[Message]] = [[lead("Hello?")]] if draw(st.booleans()) else []
    made.append([OPENING])
    for text, done in draw(st.lists(st.tuples(words, st.lists(deeds, max_size=4)), max_size=25)):
        made.append([lead(text)])
        made += [_deed(f"c{next(keys)}", kind, what) for kind, what in done]
    return list(chain.from_iterable(made))


def _deed(key: str, kind: str, what: Any) -> list[Message]:
    match kind:
        case "booked":
            return booked(key, f"appointment-{what}-")
        case "saved":
            return saved(key, f"field_{what % 7}", what)
        case "searched":
            return searched(key, what)
        case "refused":
            return refused(key, what)
        case _:
            return [agent(what)]


budgets = st.integers(50, 4000)


def total(messages: list[Message]) -> int:
    return sum(map(estimated_tokens, messages))


def recap_of(messages: list[Message]) -> str:
    return "".join(message["content"] for message in messages if message["role"] == "system")


@given(calls(), budgets)
def test_the_budget_is_kept_unless_what_must_stay_is_longer(messages: list[Message], budget: int) -> None:
    told = fit_to_budget(messages, budget=budget, disclosure=DISCLOSURE)
    if total(told) > budget:
        newest = exchanges(messages)[-1]
        assert told[-len(newest) :] == newest
        assert [message["role"] for message in told[: -len(newest)]] in (["assistant", "system"], ["assistant"], [])
        assert "- Caller: " not in recap_of(told)
        assert "- Home found: " not in recap_of(told)


@given(calls(), budgets)
def test_what_stays_stays_word_for_word_and_in_order(messages: list[Message], budget: int) -> None:
    told = fit_to_budget(messages, budget=budget, disclosure=DISCLOSURE)
    rest = iter(messages)
    assert all(any(one is each for each in rest) for one in told if one["role"] != "system")
    newest = exchanges(messages)[-1]
    assert told[-len(newest) :] == newest
    assert OPENING in told


@given(calls(), budgets)
def test_a_tools_result_never_stands_without_its_request_nor_the_request_without_it(
    messages: list[Message], budget: int
) -> None:
    told = fit_to_budget(messages, budget=budget, disclosure=DISCLOSURE)
    for place, message in enumerate(told):
        if message["role"] == "tool":
            assert told[place - 1]["tool_calls"][0]["id"] == message["tool_call_id"]
        if message.get("tool_calls"):
            assert told[place + 1]["tool_call_id"] == message["tool_calls"][0]["id"]


@given(calls(), budgets)
def test_nothing_booked_or_saved_is_lost_from_the_models_sight(messages: list[Message], budget: int) -> None:
    told = fit_to_budget(messages, budget=budget, disclosure=DISCLOSURE)
    seen = json.dumps(told)
    latest: dict[str, Any] = {}
    for message in messages:
        for asked in message.get("tool_calls") or ():
            if asked["function"]["name"] == "save_lead_preferences":
                latest |= json.loads(asked["function"]["arguments"])
        if message["role"] == "tool" and '"appointment_id"' in message["content"]:
            assert json.loads(message["content"])["data"]["appointment_id"] in seen
        if message["role"] == "tool" and "UNFINISHED" in message["content"]:
            assert "UNFINISHED" in seen
    for name, argument in latest.items():
        assert f"{name.replace('_', ' ')} {argument['value']}" in seen or f'\\"{name}\\": {{' in seen


@given(calls(), budgets)
def test_the_recap_is_one_message_behind_the_opening(messages: list[Message], budget: int) -> None:
    told = fit_to_budget(messages, budget=budget, disclosure=DISCLOSURE)
    places = [place for place, message in enumerate(told) if message["role"] == "system"]
    assert places in ([], [0], [1])
    assert places == [] or told[places[0]]["content"].startswith(HEADING)
    assert places != [1] or told[0] == OPENING


@given(calls())
def test_zero_keeps_the_whole_call_and_so_does_a_budget_that_is_large_enough(messages: list[Message]) -> None:
    assert fit_to_budget(messages, budget=0) == messages
    assert fit_to_budget(messages, budget=max(1, total(messages))) == messages


def long_call(turns: int) -> list[Message]:
    """A call in which each exchange is about 60 tokens."""
    lines = (
        (lead(f"Question {turn} " + "about it " * 8), agent(f"Answer {turn} " + "to that " * 8))
        for turn in range(turns)
    )
    return [OPENING, *chain.from_iterable(lines)]


def test_turns_in_a_row_mostly_begin_alike_so_that_the_vendors_cache_serves_them() -> None:
    told = [fit_to_budget(long_call(turns), budget=1000, disclosure=DISCLOSURE) for turns in range(1, 101)]
    kept = [one == two[: len(one)] for one, two in pairwise(told)]
    assert kept.count(False) <= 15


def test_what_was_said_last_before_the_cut_is_told_in_short() -> None:
    told = fit_to_budget(long_call(30), budget=1000, disclosure=DISCLOSURE)
    numbers = [int(message["content"].split()[1]) for message in told[2:]]
    assert f"- You: Answer {numbers[0] - 1} to that" in recap_of(told)
    assert numbers[0] == numbers[1]
    assert numbers[-1] == 29


@pytest.mark.parametrize("heard", ["Hi, I'm Riley, an AI", f"Hello again. {DISCLOSURE}"])
def test_the_opening_the_person_heard_stays(heard: str) -> None:
    """After a machine the opening is said again; one that was talked into is known as far as it was heard."""
    first = agent("I am calling for Lakeside.") if DISCLOSURE in heard else agent(heard)
    messages = [first, lead("Who is it?"), agent(heard), *long_call(40)[1:]]
    assert fit_to_budget(messages, budget=1000, disclosure=DISCLOSURE)[0]["content"] == heard


def test_text_is_counted_as_too_long_rather_than_too_short() -> None:
    """A sentence of the tokenizer's own documentation: 11 tokens."""
    assert estimated_tokens(lead("Counting tokens is important for ChatGPT users.")) >= 11
    assert estimated_tokens(lead("價格")) >= 2
    assert estimated_tokens({"role": "tool", "tool_call_id": "c", "content": "x" * 100}) > estimated_tokens(
        lead("x" * 100)
    )
