"""The call buttons of a lead: which are on, and why the others are off, by the very gate that would refuse the call."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from calls.compliance.gate import Decision, may_dial
from calls.compliance.own_lines import persona_lines
from calls.lifecycle.placing import agent_mode_for
from calls.models import LIVE_STATUSES, Call, CallType
from leads.models import Lead

BLURBS = {
    CallType.REGULAR: "You talk. Your phone rings first, we say who the lead is, then connect you.",
    CallType.CONVERSATIONAL: "The AI talks turn by turn: speech recognition, GPT-4o mini, Amazon Polly.",
    CallType.REALTIME: "The AI talks voice to voice with OpenAI Realtime, and can be interrupted.",
}


@dataclass(frozen=True, slots=True)
class CallButton:
    """One button. `reason` is empty when it is on."""

    type: str
    label: str
    blurb: str
    reason: str = ""


def call_buttons(lead: Lead, user: User, now: datetime) -> tuple[CallButton, ...]:
    """The three buttons, in the order of the call types."""
    return tuple(CallButton(type_, type_.label, BLURBS[type_], refusal(lead, type_, user, now)) for type_ in CallType)


def refusal(lead: Lead, type_: CallType, user: User, now: datetime) -> str:
    """Why that call would not be placed now, as sentences; empty when it would."""
    return reasons(may_dial(lead, type_, now, placed_by=user))


def reasons(decision: Decision) -> str:
    """Why the gate refused, as sentences."""
    return " ".join(f"{block.reason.rstrip('.')}." for block in decision.blocked)


def live_call(lead: Lead) -> Call | None:
    """A call to the lead that is live now, if there is one."""
    return lead.calls.filter(status__in=LIVE_STATUSES).order_by("-queued_at").first()


@dataclass(frozen=True, slots=True)
class CompareButton:
    """The button that compares. `own_lines` says that test lines are called in the lead's place."""

    own_lines: int
    reason: str = ""


def compare_button(lead: Lead, user: User, now: datetime) -> CompareButton:
    """Whether a comparison can start: one of its calls may be placed, now or when its line is free again."""
    lines = persona_lines(agent_mode_for(lead))
    number = lines[0] if lines else str(lead.phone)
    decisions = [may_dial(lead, type_, now, to_number=number, placed_by=user) for type_ in CallType]
    if any(decision.allowed or decision.may_wait for decision in decisions):
        return CompareButton(len(lines))
    return CompareButton(len(lines), reasons(min(decisions, key=lambda decision: len(decision.blocked))))
