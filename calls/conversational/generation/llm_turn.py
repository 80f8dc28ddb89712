"""One turn of the AI's: from what was said so far to sentences to speak, with tools used on the way.

The state is rows: what was said (turns) and done (tool uses) is read anew for each turn, so any process can take the
next one, and a call that came down from another engine goes on where it was.
"""

import json
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from calls.agent.briefing import brief, chat_history
from calls.agent.phrases import CUT_SHORT, GOODBYE, HAND_OVER
from calls.agent.tools.functions import registry
from calls.agent.tools.runner import openai_chat_tools
from calls.call_log.events import log_event
from calls.costs.ledger import book_chat_usage
from calls.models import LIVE_STATUSES, Call, Engine, EventKind
from calls.providers import Chat, ChatEnd, TextPiece, ToolRequest
from calls.speech.sentences import SentenceSplitter
from calls.understanding.confirmation import Confirmation

MOST_ROUNDS = 5  # requests of one turn; the last is offered no tools, so that it must speak
BOOKS = "schedule_appointment"
LENGTH = "length"  # an answer that was cut for it can be finished; one that was filtered would be again
FINISH = "Your answer was too long and was cut off there. Finish it in one short sentence; do not repeat what you said."


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something to say. `last` ends the turn, `ends_call` the call; a last one may be empty.

    `hands_over`: after it the line goes to a colleague.
    """

    text: str
    last: bool = False
    ends_call: bool = False
    hands_over: bool = False


class After(Enum):
    """What becomes of the call once the tools have run."""

    GO_ON = auto()
    END = auto()
    HAND_OVER = auto()


@dataclass(frozen=True, slots=True)
class _Round:
    """One request and its answer: what was given out already, what is left to say, and how it ended."""

    spoken: tuple[str, ...]
    rest: str
    end: ChatEnd

    @property
    def text(self) -> str:
        return " ".join((*self.spoken, self.rest)).strip()


def answer(
    call: Call, *, model: Chat, note: str = "", is_wanted: Callable[[], bool] = lambda: True
) -> Iterator[Sentence]:
    """The turn, sentence by sentence as the model streams it. `note` tells the model something about the last words.

    No tool runs once the answer `is_wanted` no longer, as after the caller was apologized to for waiting.
    Raises ProviderError, perhaps after some sentences; tools that ran before that have run.
    """
    messages, tools = request(call)
    messages = with_note(messages, note)
    confirming, said, was_cut = Confirmation(call), "", False
    for remaining in reversed(range(MOST_ROUNDS)):
        done = yield from _ask(call, model, messages, tools if remaining else ())
        if done.end.cut:
            done, again = _whole_part(call, done), done.end.cut == LENGTH and remaining and not was_cut
            was_cut, said = True, f"{said} {done.text}".strip()
            if done.rest:
                yield Sentence(done.rest)
            if not again:
                yield from _with_read_back(confirming, said, Sentence(CUT_SHORT, last=True))
                return
            messages += _asked_to_finish(done)
            continue
        said = f"{said} {done.text}".strip()
        if not done.end.tools:
            yield from _with_read_back(confirming, said, Sentence(done.rest, last=True))
            return
        held = any(_may_be_last(tool) for tool in done.end.tools)
        if done.rest and not held:
            yield Sentence(done.rest)
        messages.append(_asked_for(done))
        after = _use(confirming, done.end.tools, messages, is_there=lambda: is_wanted() and _is_live(call))
        if after is not After.GO_ON:
            yield from _with_read_back(confirming, said, _last_words(after, rest=done.rest if held else "", said=said))
            return
        if done.rest and held:
            yield Sentence(done.rest)
    yield from _with_read_back(confirming, said, Sentence("", last=True))


def _whole_part(call: Call, done: _Round) -> _Round:
    """What can be said of an answer that was cut short: its whole sentences. A tool in it may be half a tool."""
    log_event(call.pk, EventKind.ANSWER_CUT_SHORT, reason=done.end.cut, engine=Engine.CONVERSATION)
    rest = done.rest if done.rest.endswith((".", "!", "?")) else ""
    return replace(done, rest=rest, end=replace(done.end, tools=()))


def _asked_to_finish(done: _Round) -> list[dict[str, Any]]:
    """The messages by which the model goes on after the whole sentences of an answer that grew too long."""
    said = [{"role": "assistant", "content": done.text}] if done.text else []
    return [*said, {"role": "system", "content": FINISH}]


def _with_read_back(confirming: Confirmation, said: str, last: Sentence) -> Iterator[Sentence]:
    """The last sentence, before it what has been saved and not been said: nothing is saved silently."""
    unsaid = confirming.unsaid(said)
    if unsaid and last.text:
        yield Sentence(unsaid)
        yield last
    else:
        yield replace(last, text=unsaid or last.text)


def _ends_call(tool: ToolRequest) -> bool:
    known = registry.find(tool.name)
    return known is not None and known.ends_call


def _may_be_last(tool: ToolRequest) -> bool:
    """Whether the call may end or change hands after this tool, so that what is said beside it are the last words."""
    known = registry.find(tool.name)
    return known is not None and (known.ends_call or known.hands_over)


def request(call: Call) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The messages and tools of the turn's first request: instructions first, what was said last at the end."""
    briefing = brief(call)
    instructions = {"role": "system", "content": briefing.instructions}
    return [instructions, *chat_history(call)], openai_chat_tools(briefing.tools)


def with_note(messages: list[dict[str, Any]], note: str) -> list[dict[str, Any]]:
    """The messages with the note before the caller's last words; at the end when the agent spoke last."""
    if not note:
        return messages
    place = len(messages) - 1 if messages[-1]["role"] == "user" else len(messages)
    return [*messages[:place], {"role": "system", "content": note}, *messages[place:]]


def _ask(
    call: Call, model: Chat, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]]
) -> Generator[Sentence, None, _Round]:
    """Give out each sentence the moment it is whole; what ends with the stream is left for the caller to classify."""
    cutter, spoken, end = SentenceSplitter(), [], ChatEnd()
    for piece in model.stream(messages, tools=tools):
        match piece:
            case TextPiece(text):
                for sentence in cutter.feed(text):
                    spoken.append(sentence)
                    yield Sentence(sentence)
            case ChatEnd():
                end = piece
    if end.usage is not None:
        request_id = end.request_id or uuid.uuid4().hex
        book_chat_usage(call.pk, end.usage, request_id=request_id, model=model.model)
    return _Round(tuple(spoken), cutter.flush(), end)


def _asked_for(done: _Round) -> dict[str, Any]:
    """The assistant's message of a round that asked for tools, as the next request must repeat it."""
    return {
        "role": "assistant",
        "content": done.text or None,
        "tool_calls": [
            {"id": tool.id, "type": "function", "function": {"name": tool.name, "arguments": tool.arguments}}
            for tool in done.end.tools
        ],
    }


def _last_words(after: After, *, rest: str, said: str) -> Sentence:
    """How the AI leaves the call, when a tool says so."""
    if after is After.HAND_OVER:
        return Sentence(rest if said else HAND_OVER, last=True, hands_over=True)
    return Sentence(rest if said else GOODBYE, last=True, ends_call=True)


def _is_live(call: Call) -> bool:
    return Call.objects.filter(pk=call.pk, status__in=LIVE_STATUSES).exists()


def _use(
    confirming: Confirmation,
    tools: Sequence[ToolRequest],
    messages: list[dict[str, Any]],
    *,
    is_there: Callable[[], bool],
) -> After:
    """Run the tools, those that end the AI's part last, and append their results; what becomes of the call then.

    A call is not ended beside a meeting that could not be booked: the caller has to hear of it.
    """
    after, unbooked = After.GO_ON, False
    for tool in sorted(tools, key=_may_be_last):
        if not is_there():
            return After.END  # nobody is there to agree to anything
        outcome = confirming.hold(tool) if unbooked and _ends_call(tool) else confirming.use(tool)
        unbooked |= tool.name == BOOKS and not outcome.envelope["ok"]
        if outcome.ends_call:
            after = After.END
        elif outcome.hands_over and after is After.GO_ON:
            after = After.HAND_OVER
        result = json.dumps(outcome.envelope, ensure_ascii=False)
        messages.append({"role": "tool", "tool_call_id": tool.id, "content": result})
    return after
