"""What a verb needs while it runs: the call, the switch behind it, the document it stands in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.audio import Pcm
from sandbox.services import Services
from sandbox.twilio.addresses import joined
from sandbox.twilio.orders import Goto
from sandbox.twilio.phone import Leg
from sandbox.twilio.records import Call, Callback
from sandbox.twilio.twiml import Document, Verb

if TYPE_CHECKING:
    from sandbox.twilio.switch import Switch


@dataclass(frozen=True)
class Stage:
    call: Call
    switch: "Switch"
    document: Document

    @property
    def leg(self) -> Leg:
        return self.call.leg

    @property
    def services(self) -> Services:
        return self.switch.services

    def url(self, address: str) -> str:
        """An address in the document made absolute. Raises TwimlError 11100 when it cannot be."""
        return joined(self.document.base, address)

    def action(self, verb: Verb, form: tuple[tuple[str, str], ...] = ()) -> Goto:
        """The verb's ``action``; without one the document's own URL."""
        return Goto(self.url(verb.get("action")), verb.get("method", "POST").upper(), form)

    def callback(self, verb: Verb, attribute: str, *, events: str = "") -> Callback:
        """A callback attribute with its ``…Method`` and ``…Event`` companions."""
        address = verb.get(attribute)
        wanted = frozenset(verb.get(f"{attribute}Event", events).split())
        method = verb.get(f"{attribute}Method", "POST").upper()
        return Callback(self.url(address) if address else "", method, wanted)

    def error(self, code: int, message: str) -> None:
        """Twilio's debugger would show this; the call goes on."""
        self.switch.notify(self.call, code, message)

    async def play(self, sound: Pcm) -> None:
        """Play to the person on this leg; cancelled, the rest is dropped."""
        self.leg.player.put(sound)
        try:
            await self.leg.player.drained()
        except BaseException:
            self.leg.player.clear()
            raise
