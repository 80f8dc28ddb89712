"""The plain assistant: says what its instructions dictate, asks what they name, calls the tools that fit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.language.questions import says_goodbye
from sandbox.language.replies import REPEAT, bare, content_words, is_noise, says_no
from sandbox.openai.agent.general import script as scripts
from sandbox.openai.agent.general import tools as choosing
from sandbox.openai.agent.general.heard import Heard, question_for, spaced
from sandbox.openai.agent.general.script import Script
from sandbox.openai.agent.turn import Message, ModelTurn, Reply, ToolCall, ToolSpec, call_id

_ELSE = "Is there anything else I can help you with?"
_DIRECTIVE = re.compile(
    r"^\W*(?:please |now |briefly |first,? )*(?:greet|welcome|introduce yourself|say|tell|ask|repeat|respond|reply|"
    r"answer with|start|begin|open|apologi[sz]e|thank|inform|let the)\b",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"\b(?:tell|inform|let)\b (?:the )?(?:\w+ )?(?:caller|user|customer|person|guest|them|him|her)s? "
    r"(?:know )?(?:that )?(?P<words>[^\n]+)",
    re.IGNORECASE,
)
_MOST_FACTS, _LONGEST_FACT = 6, 200
_SPOKEN_KEYS = ("say", "message", "answer", "text", "summary", "result", "response")


def answer(turn: ModelTurn, instructions: str) -> Reply:
    """The reply to a turn that is about anything but homes. ``instructions`` include those among the messages."""
    return _Assistant(turn, instructions).reply()


class _Assistant:
    def __init__(self, turn: ModelTurn, instructions: str) -> None:
        self._turn = turn
        self._script: Script = scripts.read(instructions)
        self._tools = () if turn.tool_choice == "none" else turn.tools
        self._heard = Heard([message for message in turn.messages if not _is_directive(message)])
        self._last = turn.messages[-1] if turn.messages else Message("system")
        self._asked = " ".join(message.text for message in turn.messages if message.role == "assistant")

    def reply(self) -> Reply:
        """Must call, is told what to say, has a result to tell, else answers the person."""
        if self._turn.tool_choice not in ("auto", "none", ""):
            return self._forced()
        if (directive := self._directive()) and (said := self._performed(directive)):
            return Reply(said)
        if self._last.role == "tool":
            return Reply(self._after_tools())
        if self._last.role == "user" and not _is_directive(self._last):
            return self._to_person(self._last.text)
        return Reply(self._unasked())

    # what must be -----------------------------------------------------------------------------------------------

    def _forced(self) -> Reply:
        named = [tool for tool in self._turn.tools if tool.name == self._turn.tool_choice]
        candidates = named if self._turn.tool_choice != "required" else self._turn.tools
        tool = choosing.best(candidates, self._last.text) or next(iter(candidates), None)
        return self._calling(tool, choosing.filled(tool, self._heard)) if tool else Reply(self._unasked())

    def _calling(self, tool: ToolSpec, arguments: str, text: str = "") -> Reply:
        call = ToolCall(call_id(self._turn, tool.name, arguments, 0), tool.name, arguments)
        return Reply(text, (call,))

    # what it is told to say -------------------------------------------------------------------------------------

    def _directive(self) -> str:
        """An order for this answer alone: the last message, or instructions that are nothing but an order."""
        if _is_directive(self._last):
            return self._last.text
        own = self._turn.instructions.strip()
        return own if _DIRECTIVE.match(own) and len(own.splitlines()) == 1 else ""

    def _performed(self, directive: str) -> str:
        if words := scripts.words_of(directive):
            return words
        if match := _TELLING.search(directive):
            return match["words"][:1].upper() + match["words"][1:]
        if questions := scripts.read(directive).questions:
            return questions[0]
        return self._greeting()

    def _greeting(self) -> str:
        opening = self._script.greeting or f"Hello! {self._script.introduction} How can I help you today?"
        return opening if opening not in self._asked else self._next_step()

    def _unasked(self) -> str:
        """Asked to speak although nobody has said anything new."""
        return "Are you still there?" if self._asked else self._greeting()

    # to the person ----------------------------------------------------------------------------------------------

    def _to_person(self, said: str) -> Reply:
        if is_noise(said) or REPEAT.search(bare(said)):
            return Reply(self._last_line() or self._greeting())
        if self._wants_to_go(said):
            return self._goodbye()
        if reply := self._by_rule(said) or self._by_tool(said):
            return reply
        if not self._asked:
            return Reply(self._first_words(said))
        return Reply(self._next_step(said))

    def _wants_to_go(self, said: str) -> bool:
        return says_goodbye(said) or (_ELSE in self._last_line() and says_no(said))

    def _goodbye(self) -> Reply:
        words = self._script.farewell or "Thank you. Goodbye!"
        if tool := choosing.ending(self._tools):
            return self._calling(tool, choosing.filled(tool, self._heard), words)
        return Reply(words)

    def _by_rule(self, said: str) -> Reply | None:
        """What the instructions say to do when this is spoken of."""
        spoken = set(content_words(said))
        for rule in self._script.rules:
            if not any(len(word) > 3 and word in spoken for word in rule.about):
                continue
            if tool := next((tool for tool in self._tools if tool.name in rule.sentence), None):
                return self._by_call(tool)
            if rule.words:
                return Reply(rule.words)
        return None

    def _by_tool(self, said: str) -> Reply | None:
        if tool := self._pending() or choosing.best([one for one in self._tools if not _ends(one)], said):
            return self._by_call(tool)
        return self._at_the_end_of_questions()

    def _by_call(self, tool: ToolSpec) -> Reply:
        wanted = choosing.called_for(tool, self._heard)
        return Reply(wanted.question) if wanted.question else self._calling(tool, wanted.arguments)

    def _pending(self) -> ToolSpec | None:
        """The tool whose missing argument was asked for."""
        asked = self._last_line()
        for tool in self._tools if asked else ():
            properties = tool.parameters.get("properties") or {}
            if any(question_for(name, part) in asked for name, part in properties.items()):
                return tool
        return None

    def _at_the_end_of_questions(self) -> Reply | None:
        """All was asked that the instructions name: the tool they name for it is called, once."""
        if not self._script.questions or self._open_question():
            return None
        called = {call.name for message in self._turn.messages for call in message.tool_calls}
        for tool in self._tools:
            if tool.name not in called and not _ends(tool) and self._mentions(tool):
                return self._by_call(tool)
        return None

    def _mentions(self, tool: ToolSpec) -> bool:
        everything = "\n".join([self._turn.instructions, *(m.text for m in self._turn.messages if m.role == "system")])
        return tool.name in everything

    def _first_words(self, said: str) -> str:
        if self._script.greeting:
            return self._script.greeting
        question = self._open_question()
        return f"Hello! {self._script.introduction} {question or 'How can I help you today?'}"

    def _next_step(self, said: str = "") -> str:
        """The next question the instructions name; when there is none, what was heard and an offer of more."""
        if question := self._open_question():
            return f"Thank you. {question}" if said else question
        heard = f"I understand: {said.strip().rstrip('.?! ')}. " if said and len(content_words(said)) > 1 else ""
        return f"{heard}{_ELSE}"

    def _open_question(self) -> str:
        return next((question for question in self._script.questions if question not in self._asked), "")

    def _last_line(self) -> str:
        lines = (message.text for message in reversed(self._turn.messages) if message.role == "assistant")
        return next(filter(None, lines), "")

    # results ----------------------------------------------------------------------------------------------------

    def _after_tools(self) -> str:
        results: list[str] = []
        for message in reversed(self._turn.messages):
            if message.role != "tool":
                break
            results.insert(0, spoken_result(message.text))
        if (end := choosing.ending(self._turn.tools)) and self._called(end.name):
            return "Goodbye!"
        return " ".join([*filter(None, results), self._open_question() or _ELSE])

    def _called(self, name: str) -> bool:
        last = next((m for m in reversed(self._turn.messages) if m.role == "assistant"), None)
        return last is not None and any(call.name == name for call in last.tool_calls)


def _ends(tool: ToolSpec) -> bool:
    return choosing.ending([tool]) is not None


def _is_directive(message: Message) -> bool:
    """An order among the messages: "Greet the caller with …", as samples write it in the person's name."""
    text = message.text.strip()
    if message.role not in ("user", "system", "developer") or not _DIRECTIVE.match(text):
        return False
    about_others = re.search(r"\b(?:user|caller|customer|person|guest|yourself|exactly|them|everyone)\b", text, re.I)
    return bool(about_others or (message.role != "user" and len(text.splitlines()) == 1) or scripts.words_of(text))


def spoken_result(text: str) -> str:
    """What a tool answered, in a sentence."""
    try:
        result = json.loads(text or "{}")
    except ValueError:
        return text.strip()[:_LONGEST_FACT]
    if isinstance(result, Mapping):
        if error := result.get("error"):
            return f"I'm sorry, that did not work: {_short(error)}."
        for key in _SPOKEN_KEYS:
            if isinstance(result.get(key), str):
                return str(result[key])
    facts = list(_facts(result))[:_MOST_FACTS]
    return f"{'. '.join(facts)}." if facts else "That is done."


def _facts(result: Any, name: str = "") -> Iterator[str]:
    """The scalars of a result, each with its name: "temperature is 21"."""
    if isinstance(result, Mapping):
        for key, value in result.items():
            yield from _facts(value, str(key))
    elif isinstance(result, list):
        for value in result:
            yield from _facts(value, name)
    elif result is not None and not isinstance(result, bool) and str(result).strip():
        said = str(result)[:_LONGEST_FACT]
        yield f"{spaced(name).capitalize()} is {said}" if name else said


def _short(error: Any) -> str:
    if isinstance(error, Mapping):
        error = error.get("message") or error.get("say") or error.get("code") or "an error"
    return str(error)[:_LONGEST_FACT].rstrip(".")
