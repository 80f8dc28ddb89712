"""One turn of the model: reads the instructions and messages, decides, and returns words and tool calls."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.language.replies import opts_out
from sandbox.openai.agent import briefing as briefings
from sandbox.openai.agent import phrases
from sandbox.openai.agent.arguments import ALIASES, CannotFill, Known, carries, fill
from sandbox.openai.agent.conversation_state import SAVING, ConversationState, read_conversation
from sandbox.openai.agent.general import answer, is_about_homes
from sandbox.openai.agent.general.assistant import spoken_result
from sandbox.openai.agent.general.heard import Heard
from sandbox.openai.agent.general.schema_values import Schema, fits, value_for
from sandbox.openai.agent.general.tools import best, called_for
from sandbox.openai.agent.interjections import Interjections, last_question
from sandbox.openai.agent.plan import Move, Planner
from sandbox.openai.agent.turn import ModelTurn, Reply, ToolCall, ToolSpec, call_id

# The instructions' last line, as in "Begin by saying exactly this, then stop: …".
_DICTATED = re.compile(
    r"\bsay(?:ing)? exactly (?:this|these words|the following)\b[^:\n]*: *(?P<words>[^\n]+?)\s*\Z", re.I
)
# A key of an object that a message describes: "name" or `name`, also before a colon.
_KEY = re.compile(r"[\"'`]([A-Za-z_][A-Za-z0-9_]{0,40})[\"'`](?=\s*[:,.)}\]]|\s+(?:and|or)\b|\s*$)", re.M)
INSTRUCTION_ROLES = ("system", "developer")
# The tools the plan of a call about homes knows how to use.
PLANNED = frozenset(
    {*SAVING, "search_listings", "check_availability", "schedule_appointment", "transfer_to_human", "end_call"}
)


def respond(turn: ModelTurn) -> Reply:
    """The model's answer. The same turn always gets the same answer."""
    if dictated := _DICTATED.search(turn.instructions):
        return Reply(dictated["words"])
    if not is_about_homes(turn, instructions := _instructions(turn)):
        return answer(turn, instructions)
    offered = {tool.name: tool for tool in turn.tools}
    state = _state(turn)
    move = _decide(Planner(state, _usable(turn, state)))
    calls = _calls(turn, state, _chosen(turn, move, state), offered)
    return _with_strange_tools(turn, _spoken(Reply(move.text, calls), Planner(state)))


def _with_strange_tools(turn: ModelTurn, reply: Reply) -> Reply:
    """Uses tools the plan knows nothing of, when none it knows is offered: calls what fits, tells what came of it."""
    planned = {tool.name for tool in turn.tools} & PLANNED
    if planned or not turn.tools or turn.tool_choice != "auto" or not turn.messages:
        return reply
    last = turn.messages[-1]
    if last.role == "tool":
        return Reply(f"{spoken_result(last.text)} {reply.text}".strip())
    if last.role == "user" and not reply.tool_calls and (tool := best(turn.tools, last.text)):
        wanted = called_for(tool, Heard(turn.messages))
        if wanted.arguments:
            return Reply("", (ToolCall(call_id(turn, tool.name, wanted.arguments, 0), tool.name, wanted.arguments),))
    return reply


def extract(turn: ModelTurn, schema: Mapping[str, Any]) -> str:
    """JSON that fits a schema, from what the conversation says: the answer under a JSON response format.

    Fields nobody said anything about are left out or null; required ones get a value of the right shape.
    """
    if schema == {"type": "object"}:
        return json.dumps(_free_object(turn))
    if not is_about_homes(turn, _instructions(turn)):
        heard = Heard(turn.messages)
        return json.dumps(value_for(schema, lambda name, part: heard.value(name, part) if name else None))
    state = _state(turn)
    closing = {"summary": phrases.summary(state.mode, state.facts, state.booked)}
    return _filled(schema, _known(ToolSpec("extract"), state, closing))


def _free_object(turn: ModelTurn) -> dict[str, Any]:
    """An object of no given shape: the keys the messages name in quotes, else the answer in words."""
    wanted = "\n".join([turn.instructions, *(m.text for m in turn.messages if m.role != "assistant")])
    names = dict.fromkeys(_KEY.findall(wanted))
    if not names:
        return {"answer": respond(replace(turn, tools=(), tool_choice="auto")).text}
    heard = Heard(turn.messages)
    return {name: heard.value(name, {"type": "string"}) for name in names}


def _filled(schema: Schema, known: Known) -> str:
    """What is known in the shape of the schema, and what it requires besides; it always fits."""
    try:
        if fits(schema, filled := fill(schema, known)):
            return json.dumps(filled)
    except (CannotFill, TypeError, ValueError, AttributeError):
        pass
    return json.dumps(value_for(schema, lambda name, part: known.values.get(ALIASES.get(name, name))))


def _instructions(turn: ModelTurn) -> str:
    return "\n".join([turn.instructions, *(m.text for m in turn.messages if m.role in INSTRUCTION_ROLES)])


def _state(turn: ModelTurn) -> ConversationState:
    instructions = _instructions(turn)
    return read_conversation(turn.messages, briefings.read(instructions, (tool.name for tool in turn.tools)))


def _usable(turn: ModelTurn, state: ConversationState) -> frozenset[str]:
    """The tools a plan may use: none when forbidden, and saving or searching only with enough facts to fill them."""
    if turn.tool_choice == "none":
        return frozenset()
    fact_fed = (*SAVING, "search_listings")
    return frozenset(
        tool.name for tool in turn.tools
        if tool.name not in fact_fed or _arguments(tool, state, {}, forced=False) is not None
    )  # fmt: skip


def _decide(planner: Planner) -> Move:
    state = planner.state
    newly_said_stop = state.last_role == "user" and opts_out(state.last_said)
    if state.ending and not newly_said_stop:
        if state.outcomes_of("end_call") or "end_call" not in planner.tools:
            return Move("Goodbye.")
        if state.last_role != "user":
            return _hang_up(planner)
    if state.last_role == "assistant" and state.last_asked:
        return _prompt_again(planner)
    return Interjections(planner).interjection() or planner.next_move()


def _hang_up(planner: Planner) -> Move:
    """The goodbye is said but the call is not ended yet: does what remains, without another word."""
    move = Interjections(planner).farewell() or planner.next_move()
    if not any(name == "end_call" for name, _ in move.calls):
        move = planner.goodbye("", "qualified_nurture", "not_interested")
    done = {outcome.name for outcome in planner.state.outcomes if outcome.name.startswith("mark_")}
    return Move("", tuple(call for call in move.calls if call[0] not in done))


def _prompt_again(planner: Planner) -> Move:
    """Asked to speak although the person has not: goes on after an opening, else asks whether they are there."""
    state = planner.state
    if not state.asked:
        return planner.next_move()
    if state.asked["still_there"] >= 2:
        return planner.goodbye("I can't hear you, so we'll try another time.", "hung_up_early", "no_answer", "failed")
    asked = last_question(state.last_asked, with_offer=state.topic == "slots")
    return Move(f"Are you still there? {asked}".strip())


def _chosen(turn: ModelTurn, move: Move, state: ConversationState) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The calls of the move as far as tool_choice allows, one more when it demands one."""
    if turn.tool_choice == "none":
        return ()
    if turn.tool_choice in ("auto", ""):
        return move.calls
    if turn.tool_choice == "required":
        return move.calls or tuple((tool.name, {}) for tool in _demanded(turn, state))
    return tuple(call for call in move.calls if call[0] == turn.tool_choice) or ((turn.tool_choice, {}),)


def _demanded(turn: ModelTurn, state: ConversationState) -> tuple[ToolSpec, ...]:
    """The tool to call when one must be called and the plan needs none: one that fits, one that can be filled, any."""
    if (fitting := best(turn.tools, state.last_said)) is not None:
        return (fitting,)
    fillable = [tool for tool in turn.tools if _arguments(tool, state, {}, forced=False) is not None]
    return tuple([*fillable, *turn.tools][:1])


def _calls(
    turn: ModelTurn,
    state: ConversationState,
    wanted: tuple[tuple[str, dict[str, Any]], ...],
    offered: dict[str, ToolSpec],
) -> tuple[ToolCall, ...]:
    calls: list[ToolCall] = []
    forced = turn.tool_choice not in ("auto", "", "none")
    for name, overrides in wanted:
        tool = offered.get(name)
        arguments = _arguments(tool, state, overrides, forced=forced) if tool else None
        if arguments is not None:
            calls.append(ToolCall(call_id(turn, name, arguments, len(calls)), name, arguments))
        if calls and (forced or not turn.parallel_tool_calls):
            break
    return tuple(calls)


def _arguments(tool: ToolSpec, state: ConversationState, overrides: dict[str, Any], *, forced: bool) -> str | None:
    known = _known(tool, state, overrides)
    if tool.name in SAVING and not forced and not carries(tool.parameters, known) & set(state.unsaved):
        return None
    if forced:
        return _filled({"type": "object", **tool.parameters}, known)
    try:
        return json.dumps(fill(tool.parameters, known))
    except CannotFill:
        return None


def _known(tool: ToolSpec, state: ConversationState, overrides: dict[str, Any]) -> Known:
    """Facts of this call; for a search those of the instructions too. Only words of this call are saved."""
    told = state.briefing.known
    if tool.name in SAVING:
        told = {name: fact for name, fact in told.items() if name == "address"}
    facts = {**told, **state.facts}
    values = {name: fact.value for name, fact in facts.items() if fact.value is not None}
    values.setdefault("heard", state.last_said or None)
    return Known({**values, **overrides}, frozenset(name for name, fact in facts.items() if not fact.confirmed))


def _spoken(reply: Reply, without_tools: Planner) -> Reply:
    """A turn is never silent: when the tool could not be called, the conversation goes on in words."""
    if reply.text or reply.tool_calls:
        return reply
    fallback = without_tools.next_move().text
    return Reply(fallback or "Thank you. Goodbye.")
