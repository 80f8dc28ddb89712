"""Who may speak: the one owner of ``response.create``.

Three parties start responses: the caller's turn (the model answers by itself), a tool's result and the house. The
model refuses a second response while one runs, and never says so in time. So what we want to ask for is *owed*, and
is asked when nobody speaks, nothing runs and nothing else is on its way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from realtime.bridge.vocabulary.actions import Respond


@dataclass(slots=True)
class ResponseGate:
    """The state of the conversation's turns."""

    caller_speaks: bool = False
    answer_due: bool = False  # the caller's turn ended: the model owes an answer, unasked
    asked: bool = False  # we asked, and the response has not begun
    owed: Respond | None = None
    closed: bool = False  # the model's part in this call is over: nothing more is asked for
    active: str | None = None
    last_asked: Respond | None = None
    muted: set[str] = field(default_factory=set)  # responses whose audio nobody shall hear any more
    audible: set[str] = field(default_factory=set)  # responses of which something went out
    over: set[str] = field(default_factory=set)
    items: dict[str, str] = field(default_factory=dict)  # audio item -> its response

    @property
    def is_quiet(self) -> bool:
        """Nobody speaks, and no response is running, due or owed."""
        return not (self.caller_speaks or self.answer_due or self.asked or self.active or self.owed)

    @property
    def has_more_to_say(self) -> bool:
        """A response runs that the caller shall hear to its end."""
        return self.active is not None and self.active not in self.muted

    @property
    def agent_has_turn(self) -> bool:
        """The agent speaks, or is about to."""
        return self.has_more_to_say or self.asked or self.answer_due or self.owed is not None

    @property
    def waits_for_model(self) -> bool:
        """The next move is the model's."""
        return self.asked or self.answer_due or self.active is not None

    @property
    def owes_direction(self) -> bool:
        """What is asked for next is a text or a direction of ours."""
        return self.owed is not None and self.owed.direction is not None

    def owe(self, ask: Respond) -> None:
        """Ask for this at the next opportunity; a direction of ours is not displaced by a plain wish."""
        if not self.closed and (self.owed is None or ask.direction is not None):
            self.owed = ask

    def owe_again(self) -> None:
        """What was asked for last did not come: ask for it again."""
        self.owe(self.last_asked or Respond())

    def close(self) -> None:
        """Whatever happens now, the model is asked for nothing more."""
        self.closed, self.owed = True, None

    def ask(self) -> Respond | None:
        """What may be asked now, once; None when it is not the moment."""
        if self.owed is None or self.caller_speaks or self.waits_for_model:
            return None
        ask, self.owed = self.owed, None
        self.last_asked, self.asked = ask, True
        return ask

    def caller_began(self) -> None:
        """The caller speaks: whatever he gets next will be an answer to this."""
        self.caller_speaks, self.answer_due = True, False

    def caller_ended(self) -> None:
        """The caller's turn is over."""
        self.caller_speaks, self.answer_due = False, True
        if not self.asked:
            self.last_asked = None

    def began(self, response_id: str, *, covers_owed: bool) -> None:
        """A response started; it also gives what we plainly owed when the model had all it needed."""
        if not self.asked:
            self.last_asked = None
        elif not covers_owed:
            self.owe(Respond())  # it began before the model had what we wanted words about
        self.active, self.asked, self.answer_due = response_id, False, False
        if covers_owed and self.owed is not None and self.owed.direction is None:
            self.owed = None

    def refused(self) -> None:
        """Our wish met a response we do not know of: ask again after it."""
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
        """Audio items of a response, in order of their first sound."""
        return [item for item, response in self.items.items() if response == response_id]

    def mute_items(self, item_ids: Iterable[str]) -> None:
        """Nothing more of the responses these items belong to shall be heard, though they may be over."""
        self.muted.update(self.items[item] for item in item_ids if item in self.items)

    def give_up(self) -> None:
        """Nothing the model was about to say is waited for any more."""
        self.caller_speaks = self.answer_due = self.asked = False
        self.active = None

    def forget_session(self) -> None:
        """The model is gone: its items cannot be corrected any more."""
        self.give_up()
        self.items.clear()
