"""Injected mistakes of the model with its tools: a call skipped, repeated, garbled, or spoken along with."""

from collections.abc import Callable
from dataclasses import replace

from sandbox.faults import Fault
from sandbox.openai.agent.turn import Reply, ToolCall

# (fault name, tool name) -> the fault that strikes now.
type FaultLookup = Callable[[str, str], Fault | None]


def with_model_faults(reply: Reply, strike: FaultLookup) -> Reply:
    """The reply with the requested mistakes; a reply without a tool call has none."""
    for slip in (_skipped, _repeated, _garbled, _spoken_with):
        for call in reply.tool_calls:
            reply = slip(reply, call, strike)
    return reply


def _skipped(reply: Reply, call: ToolCall, strike: FaultLookup) -> Reply:
    if not (fault := strike("model.skips_tool", call.name)):
        return reply
    return Reply(fault.text("says"), tuple(one for one in reply.tool_calls if one is not call))


def _repeated(reply: Reply, call: ToolCall, strike: FaultLookup) -> Reply:
    if not strike("model.repeats_tool", call.name):
        return reply
    return replace(reply, tool_calls=(*reply.tool_calls, replace(call, id=f"{call.id}2")))


def _garbled(reply: Reply, call: ToolCall, strike: FaultLookup) -> Reply:
    if not strike("model.bad_arguments", call.name):
        return reply
    cut = replace(call, arguments=call.arguments[: len(call.arguments) // 2] or "{")
    return replace(reply, tool_calls=tuple(cut if one is call else one for one in reply.tool_calls))


def _spoken_with(reply: Reply, call: ToolCall, strike: FaultLookup) -> Reply:
    if not (fault := strike("model.speaks_with_tool", call.name)):
        return reply
    return replace(reply, text=f"{reply.text} {fault.text('says')}".strip())
