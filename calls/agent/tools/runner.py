"""Offer the tools to a model and run what it calls: once per id, never raising, with a row for every use."""

import hashlib
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from calls.agent.tools.functions import registry
from calls.agent.tools.registry import Json, Tool, ToolSpec, ToolUseContext, parse_arguments
from calls.call_log.callbacks import file_call_back, keep_promise
from calls.call_log.events import log_event
from calls.database.outage import is_outage, outage, patience
from calls.database.writes import durable
from calls.models import ENDED_STATUSES, Call, Engine, EventKind, ToolUse, Turn
from calls.providers import tool_name
from leads.errors import ServiceError
from leads.text import one_line

log = structlog.get_logger(__name__)

MOST_PER_MINUTE = 12
ID_OF_A_MODEL = r"[\x21-\x7e]{1,100}"
LONGEST_UNREADABLE = 2000  # characters kept of arguments that are no JSON
LONGEST_ID = 32  # of a refused request: Chat Completions takes 40 characters
ABANDONED_AFTER = timedelta(seconds=10)  # engines give a tool 2.5 s; a run this old died with its process
SORRY = "I'm sorry, I couldn't do that just now."
A_PERSON_CALLS = "I'm having trouble with that here, so one of our agents will call you about it."
OR_A_PERSON = "Or one of our agents can call you about it."
NOTED = "I've noted that. I can't confirm it right this second, so one of our agents will confirm it with you."
READING = frozenset({"search_listings", "check_availability"})  # they change nothing, so there is nothing to do later
CONFIRMED_BY_A_PERSON = frozenset({"schedule_appointment"})  # what was asked for may have gone when it is done


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """The envelope for the model ({"ok": true, "data"} or {"ok": false, "error"}), and what it means for the call.

    `hands_over`: a colleague is to be rung as soon as the caller has been told.
    """

    envelope: Json
    ends_call: bool = False
    hands_over: bool = False


def tool_specs() -> tuple[ToolSpec, ...]:
    """Return the tools on offer: all of them on every call, because buyers also sell and sellers also buy."""
    return registry.specs()


def openai_chat_tools(offered: Iterable[ToolSpec]) -> list[Json]:
    """Return the tools in the format of Chat Completions, strict."""
    return [{"type": "function", "function": _function(spec) | {"strict": True}} for spec in offered]


def openai_realtime_tools(offered: Iterable[ToolSpec]) -> list[Json]:
    """Return the tools in the format of a Realtime session, which has no strict flag."""
    return [{"type": "function"} | _function(spec) for spec in offered]


def run_tool(
    call_id: uuid.UUID | str, *, name: str, arguments: str, tool_call_id: str, engine: Engine | str
) -> ToolOutcome:
    """Run one tool call. A repeated `tool_call_id` returns the stored answer and changes nothing.

    Bad names and arguments, refusals and failures all return an envelope with ok false. While the first run of an id
    is still going, a repetition gets IN_PROGRESS, retryable. While the database is away, what would change something
    is kept and done once it is back.
    """
    asked = {
        "name": name,
        "arguments": arguments,
        "tool_call_id": use_key(tool_call_id),
        "engine": Engine(engine).value,
    }
    try:
        with patience():
            return _run_now(call_id, **asked)
    except Exception as error:
        return broken_tool(call_id, error) if not is_outage(error) else _run_later(call_id, asked)


def _run_now(call_id: uuid.UUID | str, *, name: str, arguments: str, tool_call_id: str, engine: str) -> ToolOutcome:
    use, mine = _claim(call_id, name, arguments, tool_call_id, Engine(engine))
    if not mine:
        return _outcome(use, use.result or _failure(_in_progress()))
    _log_start(use)
    envelope = _run(use, arguments)
    _finish(use, envelope)
    return _outcome(use, envelope)


def use_key(tool_call_id: str) -> str:
    """Return the key of a use: the id the model gave it, or, for an id that no column can hold, its digest."""
    if re.fullmatch(ID_OF_A_MODEL, tool_call_id):
        return tool_call_id
    return f"id-{hashlib.sha256(tool_call_id.encode('utf-8', 'replace')).hexdigest()[:LONGEST_ID]}"


def broken_tool(call_id: uuid.UUID | str, error: Exception) -> ToolOutcome:
    """The answer where something of ours broke: the caller must hear an answer instead of silence."""
    log.error("tool not run", call=str(call_id), error=type(error).__name__, exc_info=error)
    return ToolOutcome(_failure(_internal()))


def _run_later(call_id: uuid.UUID | str, asked: dict[str, str]) -> ToolOutcome:
    """Keep a tool call for when the database is back, and tell the model what it may say meanwhile."""
    outage.notice()
    log.warning("tool kept, the database is away", call=str(call_id), tool=tool_name(asked["name"]))
    tool = registry.find(asked["name"])
    if tool is None or asked["name"] in READING:
        return ToolOutcome(_failure(ServiceError("UNAVAILABLE", "try again", say=SORRY, retryable=True)))
    if tool.hands_over:
        keep_promise.keep(call_id, reason="asked for a person while nobody could be rung")
        return ToolOutcome(_failure(ServiceError("NO_AGENT", "a call back is filed", say=A_PERSON_CALLS)))
    run_kept.keep(call_id, **asked)
    if tool.ends_call:
        return ToolOutcome({"ok": True, "data": {"ended": True}}, ends_call=True)
    return ToolOutcome(_failure(ServiceError("KEPT", "it will be done, do not ask for it again", say=NOTED)))


@durable("tool")
def run_kept(call_id: uuid.UUID | str, *, name: str, arguments: str, tool_call_id: str, engine: str) -> None:
    """Run a tool call that was kept, once; a booking is then confirmed by a person, as the caller was told."""
    use, _ = _claim(call_id, name, arguments, tool_call_id, Engine(engine))
    if use.ok is None:
        ToolUse.objects.filter(pk=use.pk, ok__isnull=True).update(started_at=now())
        envelope = _run(use, arguments)
        _finish(use, envelope)
    if name in CONFIRMED_BY_A_PERSON:
        call = Call.objects.with_people().get(pk=call_id)
        file_call_back(call, reason="confirm the appointment asked for during a fault of ours")


def refuse_tool(
    call_id: uuid.UUID | str,
    *,
    name: str,
    arguments: str,
    tool_call_id: str,
    engine: Engine | str,
    refused: ServiceError,
) -> ToolOutcome:
    """Answer a request without running the tool.

    The finished row has a key of its own, so that the history shows what was asked and refused, and the request's own
    key is free for the run that may follow.
    """
    key = f"{use_key(tool_call_id)[:LONGEST_ID]}-refused"
    try:
        use, mine = _claim(call_id, name, arguments, key, Engine(engine))
        if not mine:
            return _outcome(use, use.result or _failure(_in_progress()))
        envelope = _failure(refused)
        _log_start(use)
        _finish(use, envelope)
        return _outcome(use, envelope)
    except Exception as error:
        if not is_outage(error):
            return broken_tool(call_id, error)
        outage.notice()
        return ToolOutcome(_failure(refused))  # nothing was to be done, so nothing is kept


def close_abandoned_tool_uses(at: datetime) -> int:
    """Finish the tool uses of ended calls whose process died, as INTERRUPTED: whether they took effect is not known."""
    left = ToolUse.objects.filter(ok__isnull=True, started_at__lt=at - ABANDONED_AFTER, call__status__in=ENDED_STATUSES)
    lost = ServiceError("INTERRUPTED", "the process that ran this tool ended", say="")
    return sum(_finish(use, _failure(lost)) for use in left)


def _function(spec: ToolSpec) -> Json:
    return {"name": spec.name, "description": spec.description, "parameters": spec.parameters}


def _log_start(use: ToolUse) -> None:
    key = f"tool:{use.pk}:started"
    log_event(use.call_id, EventKind.TOOL, dedupe_key=key, tool_use=use.pk, name=use.name, state="started")


def _claim(
    call_id: uuid.UUID | str, name: str, arguments: str, tool_call_id: str, engine: Engine
) -> tuple[ToolUse, bool]:
    """Return the row of this use and whether to run it: if it is new, or its process died."""
    try:
        with transaction.atomic():
            kept = {"name": tool_name(name), "arguments": _readable(arguments), "engine": engine}
            return ToolUse.objects.create(call_id=call_id, tool_call_id=tool_call_id, **kept), True
    except IntegrityError:
        use = ToolUse.objects.filter(call_id=call_id, tool_call_id=tool_call_id).first()
        if use is None:
            raise  # no such call
    stale = now() - ABANDONED_AFTER
    taken = ToolUse.objects.filter(pk=use.pk, ok__isnull=True, started_at__lt=stale).update(started_at=now())
    return use, bool(taken)


def _readable(arguments: str) -> Json:
    try:
        return parse_arguments(arguments)
    except ServiceError:
        return {"unreadable": one_line(arguments, LONGEST_UNREADABLE)}


def _run(use: ToolUse, arguments: str) -> Json:
    try:
        tool = _permitted_tool(use)
        data = tool.run(_context(use), parse_arguments(arguments))
    except ServiceError as refused:
        return _failure(_once_too_often(use, refused))
    except Exception as error:
        if is_outage(error):
            raise
        # whatever broke, the caller must hear an answer instead of silence
        log.exception("tool failed", call=str(use.call_id), tool=use.name, error=type(error).__name__)
        return _failure(_internal())
    return {"ok": True, "data": data}


def _permitted_tool(use: ToolUse) -> Tool:
    tool = registry.find(use.name)
    if tool is None:
        raise ServiceError("UNKNOWN_TOOL", f"there is no tool {use.name!r}", say="")
    recent = ToolUse.objects.filter(call_id=use.call_id, started_at__gt=now() - timedelta(minutes=1)).count()
    if recent > MOST_PER_MINUTE and not tool.ends_call:
        raise ServiceError("TOO_MANY_CALLS", f"at most {MOST_PER_MINUTE} tool calls per minute", say=A_PERSON_CALLS)
    return tool


def _context(use: ToolUse) -> ToolUseContext:
    call = Call.objects.select_related("lead").get(pk=use.call_id)
    heard = Turn.objects.filter(call=call, speaker=Turn.Speaker.LEAD).order_by("position", "id").last()
    key = f"{use.call_id}:{use.tool_call_id}"
    return ToolUseContext(call=call, key=key[:120], now=now(), turn=heard.pk if heard else None)


def _once_too_often(use: ToolUse, refused: ServiceError) -> ServiceError:
    """Offer a person instead of a third try if a retryable refusal came with the same code before."""
    before = ToolUse.objects.filter(call_id=use.call_id, name=use.name, result__error__code=refused.code).exists()
    if not (before and refused.retryable and refused.say):
        return refused
    say = f"{refused.say} {OR_A_PERSON}"
    return ServiceError(refused.code, refused.message, say=say, fields=refused.fields, **refused.details)


def _failure(refused: ServiceError) -> Json:
    return {"ok": False, "error": refused.as_error()}


def _in_progress() -> ServiceError:
    return ServiceError("IN_PROGRESS", "this tool call is still running", say="", retryable=True)


def _internal() -> ServiceError:
    return ServiceError("INTERNAL", "the tool failed", say=SORRY, retryable=True)


def _finish(use: ToolUse, envelope: Json) -> bool:
    """Store the answer; return False if the use has one already."""
    fields = {"result": envelope, "ok": envelope["ok"], "finished_at": now()}
    if not ToolUse.objects.filter(pk=use.pk, ok__isnull=True).update(**fields):
        return False
    code = "" if envelope["ok"] else envelope["error"]["code"]
    log_event(
        use.call_id,
        EventKind.TOOL,
        dedupe_key=f"tool:{use.pk}:finished",
        tool_use=use.pk,
        name=use.name,
        state="finished",
        ok=envelope["ok"],
        code=code,
    )
    log.info("tool used", call=str(use.call_id), tool=use.name, ok=envelope["ok"], code=code)
    return True


def _outcome(use: ToolUse, envelope: Json) -> ToolOutcome:
    tool = registry.find(use.name)
    ends = bool(tool and tool.ends_call and envelope["ok"])
    hands_over = bool(tool and tool.hands_over and envelope["ok"])
    return ToolOutcome(envelope, ends_call=ends, hands_over=hands_over)
