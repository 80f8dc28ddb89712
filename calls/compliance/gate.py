"""The compliance gate: may this lead be called now, by this type of call, on this number? Every call passes it.

Facts are read once, the rules are pure functions of them, and any error refuses. Rule ids are those of the brokerage's
compliance rules: D1 number, D2 suppression, D2-unread a wish that may be unread, D11 one call per number; T1 exempts
lines the brokerage itself answers from the rules that protect consumers.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import phonenumbers
import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from phonenumbers import PhoneNumberType

from calls.compliance.hold_back import is_held_back
from calls.compliance.own_lines import is_own_line
from calls.database.writes import take_in
from calls.models import Call, CallType
from calls.operations.draining import is_draining
from leads.models import E164, Lead, StaffProfile, Suppression

log = structlog.get_logger(__name__)

RULE_SET = "2026-11.1"
COUNTRIES = frozenset({"US", "CA"})
REFUSED_KINDS = frozenset({PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
ALL_BUSY = "All lines are busy"
NUMBER_LIVE = "A call to this number is live"
WAITABLE = frozenset({"D11", "capacity", "draining"})  # rules that time alone lifts


@dataclass(frozen=True, slots=True)
class Block:
    """A rule that refuses, and why, in words for the person who asked for the call."""

    rule: str
    reason: str


def blocks_json(blocked: Iterable[Block]) -> list[dict[str, str]]:
    """These blocks as JSON, for the log and the API."""
    return [{"rule": block.rule, "reason": block.reason} for block in blocked]


def reason_list(blocked: Iterable[Block]) -> str:
    """The reasons in one line, for an error message: `All lines are busy; The lead is archived`."""
    return "; ".join(block.reason for block in blocked)


def reason_sentences(blocked: Iterable[Block]) -> str:
    """The reasons as sentences, for a person: `All lines are busy. The lead is archived.`"""
    return " ".join(f"{block.reason}." for block in blocked)


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer. `exempt` names the rules T1 lifted."""

    blocked: tuple[Block, ...] = ()
    exempt: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the call may be placed."""
        return not self.blocked

    @property
    def may_wait(self) -> bool:
        """Whether waiting helps: only a busy line or a restart stands in the way."""
        return bool(self.blocked) and {block.rule for block in self.blocked} <= WAITABLE

    def as_json(self) -> dict[str, Any]:
        """The decision as it is kept in the call's log."""
        return {
            "allowed": self.allowed,
            "blocked": blocks_json(self.blocked),
            "exempt": list(self.exempt),
            "rule_set": RULE_SET,
        }


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts the rules are applied to."""

    number: str
    call_type: CallType
    archived: bool
    own_line: bool
    suppression: str  # the scope, or empty
    live_calls: int
    capacity: int
    number_is_live: bool
    rings_staff: bool
    staff_phone: str
    draining: bool = False
    held_back: bool = False


def may_dial(
    lead: Lead,
    call_type: CallType,
    now: datetime,
    *,
    to_number: str | None = None,
    placed_by: User | None = None,
    call: Call | None = None,
) -> Decision:
    """Whether `lead` may be called at `now`. `call` is the attempt itself, left out when live calls are counted.

    Any error refuses: a rule that could not be checked counts as broken.
    """
    try:
        take_in()  # a wish may be among what an outage left to be written; who has something left is held back
        with transaction.atomic():
            facts = gather_facts(lead, call_type, to_number=to_number, placed_by=placed_by, call=call)
        return decide(facts)
    except Exception as error:
        log.exception("gate failed, refusing", lead=str(lead.pk), error=type(error).__name__)
        return Decision((Block("error", "The calling rules could not be checked, so the call was not placed"),))


def gather_facts(
    lead: Lead, call_type: CallType, *, to_number: str | None, placed_by: User | None, call: Call | None
) -> Facts:
    """Read the facts the rules need from settings and rows."""
    number = str(to_number if to_number is not None else lead.phone)
    live = Call.objects.live()
    if call is not None:
        live = live.exclude(pk=call.pk)
    suppression = Suppression.objects.filter(phone=number).first() if number else None
    return Facts(
        number=number,
        call_type=call_type,
        archived=lead.archived_at is not None or lead.stage == Lead.Stage.ARCHIVED,
        own_line=bool(number) and is_own_line(number),
        suppression=suppression.scope if suppression else "",
        live_calls=live.count(),
        capacity=settings.MAX_LIVE_CALLS,
        number_is_live=live.filter(to_number=number).exists() if number else False,
        rings_staff=call_type == CallType.REGULAR,
        staff_phone=_phone_of(placed_by),
        draining=is_draining(),
        held_back=is_held_back(lead),
    )


def decide(facts: Facts) -> Decision:
    """Apply every rule, so that all reasons are given at once."""
    blocked: list[Block] = []
    exempt: list[str] = []
    for rule, check in RULES.items():
        reason = check(facts)
        if not reason:
            continue
        if rule in CONSUMER_RULES and facts.own_line:
            exempt.append(rule)
        else:
            blocked.append(Block(rule, reason))
    return Decision(tuple(blocked), tuple(exempt))


def _number_valid(facts: Facts) -> str:
    if not facts.number:
        return "The lead has no phone number"
    if not re.fullmatch(E164, facts.number):
        return "The phone number is not in E.164 form"
    try:
        number = phonenumbers.parse(facts.number)
    except phonenumbers.NumberParseException:
        return "The phone number is not in E.164 form"
    if not phonenumbers.is_valid_number(number):
        return "The phone number does not exist"
    if phonenumbers.region_code_for_number(number) not in COUNTRIES:
        return "Only numbers in the US and Canada are called"
    if phonenumbers.number_type(number) in REFUSED_KINDS:
        return "Toll-free and premium numbers are not called"
    return ""


def _not_archived(facts: Facts) -> str:
    return "The lead is archived" if facts.archived else ""


def _not_suppressed(facts: Facts) -> str:
    if facts.suppression == Suppression.Scope.COMPANY:
        return "This number asked not to be called"
    if facts.suppression == Suppression.Scope.AI_ONLY and facts.call_type != CallType.REGULAR:
        return "This number asked for no AI calls"
    return ""


def _nothing_unread(facts: Facts) -> str:
    if facts.held_back and facts.call_type != CallType.REGULAR:
        return "A call with this lead may hold a wish not to be called; read it, and mark it as read, first"
    return ""


def _number_free(facts: Facts) -> str:
    return NUMBER_LIVE if facts.number_is_live else ""


def _staff_reachable(facts: Facts) -> str:
    if facts.rings_staff and not facts.staff_phone:
        return "A regular call rings your phone first, and your profile has no phone number"
    if facts.rings_staff and facts.staff_phone == facts.number:
        return "The phone that would be rung and the number to call are the same"
    return ""


def all_busy() -> Block:
    """The refusal of a call for which no line is left."""
    return Block("capacity", ALL_BUSY)


def _line_left(facts: Facts) -> str:
    return ALL_BUSY if facts.live_calls >= facts.capacity else ""


def _process_stays(facts: Facts) -> str:
    return "The server is being restarted; try again in a moment" if facts.draining else ""


RULES: dict[str, Callable[[Facts], str]] = {
    "D1": _number_valid,
    "D2-archived": _not_archived,
    "D2": _not_suppressed,
    "D2-unread": _nothing_unread,
    "D11": _number_free,
    "staff_phone": _staff_reachable,
    "capacity": _line_left,
    "draining": _process_stays,
}
CONSUMER_RULES = frozenset({"D2", "D2-unread"})


def _phone_of(user: User | None) -> str:
    profile = StaffProfile.objects.filter(user=user).first() if user else None
    return str(profile.phone) if profile and profile.phone else ""
