"""The call buttons on a lead's page: which are enabled, and why the others are not, as decided by the gate."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from calls.compliance.gate import may_dial, reason_sentences
from calls.compliance.own_lines import persona_lines
from calls.lifecycle.placing import agent_mode_for
from calls.models import Call, CallType
from leads.models import Lead

BLURBS = {
    CallType.REGULAR: "You talk. Your phone rings first, we say who the lead is, then connect you.",
    CallType.CONVERSATIONAL: "The AI talks turn by turn: speech recognition, GPT-4o mini, Amazon Polly.",
    CallType.REALTIME: "The AI talks voice to voice with OpenAI Realtime, and can be interrupted.",
}


@dataclass(frozen=True, slots=True)
class CallButton:
    """One button. `reason` says why it is disabled; empty when it is enabled."""

    type: str
    label: str
    blurb: str
    reason: str = ""


def call_buttons(lead: Lead, user: User, now: datetime) -> tuple[CallButton, ...]:
    """The three buttons, in the order of the call types."""
    return tuple(CallButton(type_, type_.label, BLURBS[type_], refusal(lead, type_, user, now)) for type_ in CallType)


def refusal(lead: Lead, type_: CallType, user: User, now: datetime) -> str:
    """Why that call would be refused now, in sentences; empty when it would be placed."""
    return reason_sentences(may_dial(lead, type_, now, placed_by=user).blocked)


def live_call(lead: Lead) -> Call | None:
    """The newest live call to the lead, if there is one."""
    return lead.calls.live().order_by("-queued_at").first()


@dataclass(frozen=True, slots=True)
class CompareButton:
    """The button that starts a comparison. With `own_lines`, that many test lines are called in place of the lead."""

    own_lines: int
    reason: str = ""


def compare_button(lead: Lead, user: User, now: datetime) -> CompareButton:
    """Whether a comparison can start: at least one of its calls may be placed, now or once a line is free."""
    lines = persona_lines(agent_mode_for(lead))
    number = lines[0] if lines else str(lead.phone)
    decisions = [may_dial(lead, type_, now, to_number=number, placed_by=user) for type_ in CallType]
    if any(decision.allowed or decision.may_wait for decision in decisions):
        return CompareButton(len(lines))
    fewest = min((decision.blocked for decision in decisions), key=len)
    return CompareButton(len(lines), reason_sentences(fewest))
