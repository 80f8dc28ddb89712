"""Runs TwiML in real time: one document after the other, verb by verb, until the call ends."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

from sandbox.twilio.call.flow_control import END_OF_DOCUMENT, Goto, HangUp, Instruction, Interrupted, Run
from sandbox.twilio.call.resource import Call
from sandbox.twilio.twiml import Document, TwimlError, Verb, parse
from sandbox.twilio.verbs import connect, dial, gather, record, say_play
from sandbox.twilio.verbs.context import CallControl, VerbContext

_SOURCE = "twilio.twiml"
# What the caller hears when neither the URL nor the fallback has TwiML.
_APOLOGY = parse("<Response><Say>We are sorry. An application error has occurred. Goodbye.</Say></Response>")


class Interpreter:
    """Runs instructions on one call."""

    def __init__(self, call: Call, switch: CallControl) -> None:
        self._call, self._switch = call, switch
        self._fell_back = False

    async def run(self, instruction: Instruction) -> HangUp:
        """Runs until something ends the call: the document's end, a verb, the person, the REST API."""
        while not isinstance(instruction, HangUp):
            try:
                instruction = await self._call.flow.interruptible(self._obey(instruction))
            except Interrupted as interrupted:
                self._call.log("interrupted", by=type(interrupted.instruction).__name__)
                instruction = interrupted.instruction
            except TwimlError as error:
                instruction = self._instead(instruction, error)
        self._call.log("hang_up", cause=instruction.cause)
        return instruction

    async def opening(self, goto: Goto) -> Instruction:
        """The first document of a call that is not answered yet, or what replaces it."""
        try:
            return Run(await self._fetched(goto))
        except TwimlError as error:
            return self._instead(goto, error)

    async def _obey(self, instruction: Goto | Run) -> Instruction:
        document = instruction.document if isinstance(instruction, Run) else await self._fetched(instruction)
        self._count(document)
        for warning in document.warnings:
            self._switch.notify(self._call, warning.code, warning.message)
        context = VerbContext(self._call, self._switch, document)
        for verb in document.verbs:
            if not _rings_on(verb):
                self._switch.answer(self._call)
            self._call.log("verb", name=verb.name, line_ms=self._call.leg.milliseconds)
            following = await _PERFORM[verb.name](context, verb)
            if following is not None:
                return following
        if not document.verbs:
            self._switch.answer(self._call)
        return HangUp(END_OF_DOCUMENT)

    def _count(self, document: Document) -> None:
        complaints, about = self._switch.services.complaints, self._call.sid
        for verb in _all(document.verbs):
            complaints.check(_SOURCE, message=f"<{verb.name}>", by="client", about=about)
        for name in document.not_offered:
            lack = "this sandbox does not offer it"
            complaints.add(_SOURCE, message=f"<{name}>", problem=lack, by="sandbox", about=about)

    async def _fetched(self, goto: Goto) -> Document:
        return await self._switch.webhooks.document(self._call, goto)

    def _instead(self, instruction: Instruction, error: TwimlError) -> Instruction:
        """The fallback URL once, then an apology."""
        self._switch.notify(self._call, error.code, str(error))
        options = self._call.options
        if options.fallback_url and not self._fell_back:
            self._fell_back = True
            failed = instruction.url if isinstance(instruction, Goto) else ""
            form = (("ErrorCode", str(error.code)), ("ErrorUrl", failed))
            return Goto(options.fallback_url, options.fallback_method, form)
        return Run(_APOLOGY)


def _rings_on(verb: Verb) -> bool:
    """Whether an inbound call goes on ringing while this verb runs."""
    return verb.name == "Dial" and verb.flag("answerOnBridge")


def _all(verbs: Iterable[Verb]) -> Iterator[Verb]:
    for verb in verbs:
        yield verb
        yield from _all(verb.children)


async def _gather(context: VerbContext, verb: Verb) -> Instruction | None:
    async def nested() -> None:
        for child in verb.children:
            await _PERFORM[child.name](context, child)

    return await gather.gather(context, verb, nested)


async def _redirect(context: VerbContext, verb: Verb) -> Instruction | None:
    return Goto(context.url(verb.text), verb.get("method", "POST").upper())


async def _hang_up(context: VerbContext, verb: Verb) -> Instruction | None:
    return HangUp("<Hangup>")


async def _reject(context: VerbContext, verb: Verb) -> Instruction | None:
    """Only rejects before the answer, see ``rejection``; afterwards it hangs up."""
    return HangUp("<Reject>")


def rejection(instruction: Instruction) -> HangUp | None:
    """How a call ends whose document begins with <Reject>: unanswered. None for any other document."""
    verbs = instruction.document.verbs if isinstance(instruction, Run) else ()
    if not verbs or verbs[0].name != "Reject":
        return None
    return HangUp("<Reject>", "busy" if verbs[0].get("reason") == "busy" else "no-answer")


_PERFORM: Mapping[str, Callable[[VerbContext, Verb], Awaitable[Instruction | None]]] = {
    "Say": say_play.say,
    "Play": say_play.play,
    "Pause": say_play.pause,
    "Gather": _gather,
    "Redirect": _redirect,
    "Hangup": _hang_up,
    "Reject": _reject,
    "Connect": connect.connect,
    "Start": connect.start,
    "Stop": connect.stop,
    "Dial": dial.dial,
    "Record": record.record,
}
