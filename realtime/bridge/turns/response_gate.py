"""Response gate: decides when the model may be asked to speak; the only owner of `response.create`.

Three parties start responses: the caller's turn (the model responds without being asked), a tool's result, and we. The
model refuses a second response while one runs, and reports its own start late. So what we want to ask for is *owed*,
and is asked for when nobody speaks, no response runs and none is on its way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from realtime.bridge.vocabulary.actions import Respond


@dataclass(slots=True)
class ResponseGate:
    """Whose turn it is, and which responses run, are muted, or are over."""

    caller_speaks: bool = False
    answer_due: bool = False  # the caller's turn ended, and the model responds without being asked
    asked: bool = False  # we asked, and the response has not started
    owed: Respond | None = None
    closed: bool = False  # nothing more is asked for: the model's part in this call is over
    active: str | None = None
    last_asked: Respond | None = None
    muted: set[str] = field(default_factory=set)  # responses of which nothing more is played
    audible: set[str] = field(default_factory=set)  # responses of which something was played
    over: set[str] = field(default_factory=set)
    items: dict[str, str] = field(default_factory=dict)  # audio item -> its response

    @property
    def is_quiet(self) -> bool:
        """Whether nobody speaks, and no response is running, due or owed."""
        return not (self.caller_speaks or self.answer_due or self.asked or self.active or self.owed)

    @property
    def has_more_to_say(self) -> bool:
        """Whether a response runs that the caller shall hear to its end."""
        return self.active is not None and self.active not in self.muted

    @property
    def agent_has_turn(self) -> bool:
        """Whether the agent speaks or is about to."""
        return self.has_more_to_say or self.asked or self.answer_due or self.owed is not None

    @property
    def waits_for_model(self) -> bool:
        """Whether the next move is the model's."""
        return self.asked or self.answer_due or self.active is not None

    @property
    def owes_direction(self) -> bool:
        """Whether the next request carries an instruction of ours."""
        return self.owed is not None and self.owed.direction is not None

    def owe(self, ask: Respond) -> None:
        """Ask for this as soon as possible. A plain request does not replace one with an instruction of ours."""
        if not self.closed and (self.owed is None or ask.direction is not None):
            self.owed = ask

    def owe_again(self) -> None:
        """Ask again for what was asked for last, because it did not come."""
        self.owe(self.last_asked or Respond())

    def close(self) -> None:
        """Ask the model for nothing more, whatever happens."""
        self.closed, self.owed = True, None

    def ask(self) -> Respond | None:
        """The request to send now, once; None when it must wait."""
        if self.owed is None or self.caller_speaks or self.waits_for_model:
            return None
        ask, self.owed = self.owed, None
        self.last_asked, self.asked = ask, True
        return ask

    def caller_began(self) -> None:
        """The caller speaks: the next response will answer this."""
        self.caller_speaks, self.answer_due = True, False

    def caller_ended(self) -> None:
        """The caller's turn is over, so a response is due."""
        self.caller_speaks, self.answer_due = False, True
        if not self.asked:
            self.last_asked = None

    def began(self, response_id: str, *, covers_owed: bool) -> None:
        """A response started. It also covers a plain request we owed if the model had all it needed."""
        if not self.asked:
            self.last_asked = None
        elif not covers_owed:
            self.owe(Respond())  # it started before the model had the result we wanted words about
        self.active, self.asked, self.answer_due = response_id, False, False
        if covers_owed and self.owed is not None and self.owed.direction is None:
            self.owed = None

    def refused(self) -> None:
        """Our request met a response we did not know of: ask again after it."""
        self.asked, self.answer_due = False, True
        self.owe(self.last_asked or Respond())

    def ended(self, response_id: str) -> bool:
        """A response is over; False when it was not the running one."""
        self.over.add(response_id)
        if self.active != response_id:
            return False
        self.active = None
        return True

    def items_of(self, response_id: str) -> list[str]:
        """Audio items of a response, in the order of their first sound."""
        return [item for item, response in self.items.items() if response == response_id]

    def mute_items(self, item_ids: Iterable[str]) -> None:
        """Mute the responses these items belong to, even if they are over."""
        self.muted.update(self.items[item] for item in item_ids if item in self.items)

    def give_up(self) -> None:
        """Expect nothing more of what the model was about to say."""
        self.caller_speaks = self.answer_due = self.asked = False
        self.active = None

    def forget_session(self) -> None:
        """The session is gone: its items can no longer be corrected."""
        self.give_up()
        self.items.clear()
