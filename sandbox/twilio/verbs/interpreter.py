"""TwiML in real time: one document after the other, verb by verb, until the call ends."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

from sandbox.twilio.call.flow_control import END_OF_DOCUMENT, Goto, HangUp, Interrupted, Order, Run
from sandbox.twilio.call.resource import Call
from sandbox.twilio.twiml import Document, TwimlError, Verb, parse
from sandbox.twilio.verbs import connect, dial, gather, record, say_play
from sandbox.twilio.verbs.context import CallControl, Stage

_SOURCE = "twilio.twiml"
# What the caller hears when neither the URL nor the fallback has TwiML.
_APOLOGY = parse("<Response><Say>We are sorry. An application error has occurred. Goodbye.</Say></Response>")


class Interpreter:
    """Carries out orders on one call."""

    def __init__(self, call: Call, switch: CallControl) -> None:
        self._call, self._switch = call, switch
        self._fell_back = False

    async def run(self, order: Order) -> HangUp:
        """Until something ends the call: the document's end, a verb, the person, the REST API."""
        while not isinstance(order, HangUp):
            try:
                order = await self._call.orders.attend(self._obey(order))
            except Interrupted as interrupted:
                self._call.log("interrupted", by=type(interrupted.order).__name__)
                order = interrupted.order
            except TwimlError as error:
                order = self._instead(order, error)
        self._call.log("hang_up", cause=order.cause)
        return order

    async def opening(self, goto: Goto) -> Order:
        """The first document of a call that is not answered yet, or what comes instead of it."""
        try:
            return Run(await self._fetched(goto))
        except TwimlError as error:
            return self._instead(goto, error)

    async def _obey(self, order: Goto | Run) -> Order:
        document = order.document if isinstance(order, Run) else await self._fetched(order)
        self._count(document)
        for warning in document.warnings:
            self._switch.notify(self._call, warning.code, warning.message)
        stage = Stage(self._call, self._switch, document)
        for verb in document.verbs:
            if not _rings_on(verb):
                self._switch.answer(self._call)
            self._call.log("verb", name=verb.name, line_ms=self._call.leg.milliseconds)
            following = await _PERFORM[verb.name](stage, verb)
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

    def _instead(self, order: Order, error: TwimlError) -> Order:
        """The fallback URL once, then an apology."""
        self._switch.notify(self._call, error.code, str(error))
        options = self._call.options
        if options.fallback_url and not self._fell_back:
            self._fell_back = True
            failed = order.url if isinstance(order, Goto) else ""
            form = (("ErrorCode", str(error.code)), ("ErrorUrl", failed))
            return Goto(options.fallback_url, options.fallback_method, form)
        return Run(_APOLOGY)


def _rings_on(verb: Verb) -> bool:
    """Whether a call to us goes on ringing while this verb runs."""
    return verb.name == "Dial" and verb.flag("answerOnBridge")


def _all(verbs: Iterable[Verb]) -> Iterator[Verb]:
    for verb in verbs:
        yield verb
        yield from _all(verb.children)


async def _gather(stage: Stage, verb: Verb) -> Order | None:
    async def nested() -> None:
        for child in verb.children:
            await _PERFORM[child.name](stage, child)

    return await gather.gather(stage, verb, nested)


async def _redirect(stage: Stage, verb: Verb) -> Order | None:
    return Goto(stage.url(verb.text), verb.get("method", "POST").upper())


async def _hang_up(stage: Stage, verb: Verb) -> Order | None:
    return HangUp("<Hangup>")


async def _reject(stage: Stage, verb: Verb) -> Order | None:
    """Only before the answer, see ``rejection``; afterwards it is as good as <Hangup>."""
    return HangUp("<Reject>")


def rejection(order: Order) -> HangUp | None:
    """How a call ends whose document begins with <Reject>: unanswered."""
    if not isinstance(order, Run) or not order.document.verbs or order.document.verbs[0].name != "Reject":
        return None
    busy = order.document.verbs[0].get("reason") == "busy"
    return HangUp("<Reject>", "busy" if busy else "no-answer")


_PERFORM: Mapping[str, Callable[[Stage, Verb], Awaitable[Order | None]]] = {
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
