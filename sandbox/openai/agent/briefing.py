"""Reads the instructions: which side of a sale, who the agent speaks for, who is called, what is known, the date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sandbox.language import words
from sandbox.openai.agent.facts import FACT_NAMES, Fact, fact_from

UNKNOWN_DATE = date(2026, 11, 22)
"""A model without a clock knows only the day it is told; this stands in when the instructions tell none."""

EMPTY = re.compile(
    r"^(unknown|none|null|n/?a|not (known|given|set|stated|sure|asked|yet).*|missing|\?|-|—|–|\[\]|\{\})?\.?$", re.I
)
LINE = re.compile(r"^[\s>*•-]*\**([A-Za-z][A-Za-z _/'-]{1,40}?)\**\s*(?::|=|\bis\b)\s*\**(.+?)\**\s*$")
MONTHS = words("january february march april may june july august september october november december")
NAME_WORD = r"[A-Z](?:\.|[\w'&-]*(?:\.\w+)*)"
NAMES = rf"{NAME_WORD}(?: (?:of |and |the |& )?{NAME_WORD}){{0,4}}"


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the instructions say; empty strings and missing facts where they say nothing."""

    mode: str = ""
    brokerage: str = ""
    agent: str = ""
    lead: str = ""
    today: date = UNKNOWN_DATE
    areas: tuple[str, ...] = ()
    known: dict[str, Fact] = field(default_factory=dict)
    agreement_signed: bool = False

    @property
    def first_name(self) -> str:
        return self.lead.split()[0] if self.lead else ""


def read(instructions: str, tool_names: Iterable[str] = ()) -> Briefing:
    """Reads the instructions. Never fails: anybody may write them."""
    lines = list(_pairs(instructions))
    return Briefing(
        mode=mode_of(instructions, tool_names),
        brokerage=_brokerage(instructions, lines),
        agent=_agent(instructions, lines),
        lead=_lead(instructions, lines),
        today=date_in(instructions),
        areas=_areas(lines),
        known=_known(lines),
        agreement_signed=_agreement_signed(instructions),
    )


def _pairs(instructions: str) -> Iterable[tuple[str, str]]:
    for line in instructions.splitlines():
        for part in re.split(r";\s+|(?<=[a-z0-9])\.\s+(?=[A-Z])", line):
            match = LINE.match(part)
            if match and not EMPTY.match(match[2].strip()):
                yield match[1].strip().lower(), match[2].strip().strip("'\"").rstrip(".")


def mode_of(instructions: str, tool_names: Iterable[str] = ()) -> str:
    """ "buyer", "seller", or "" when it has to be asked. A stated side beats counting the words."""
    text = instructions.lower()
    stated = re.search(
        r"\b(?:agent[ _]?mode|mode|intent|lead type|conversation|playbook)\b"
        r"[\"'*`]*\s*(?:[:=]|is)\s*[\"'*`]*(buyer|seller|auto|both)\b",
        text,
    ) or re.search(r"\b(buyer|seller) (?:mode|agent|conversation|call|lead|playbook|side|inquiry)\b", text)
    if stated and stated[1] in ("buyer", "seller"):
        return stated[1]
    if stated:
        return ""
    buyer = len(re.findall(r"\bbuy(?:er|ing|s)?\b|\bhome search\b", text))
    seller = len(re.findall(r"\bsell(?:er|ing|s)?\b|\blisting consult", text))
    if buyer == seller:
        return _mode_by_tools(set(tool_names))
    return "buyer" if buyer > seller else "seller"


def _mode_by_tools(names: set[str]) -> str:
    buyer, seller = "save_lead_preferences" in names, "save_seller_details" in names
    if buyer == seller:
        return ""
    return "buyer" if buyer else "seller"


def _first(lines: list[tuple[str, str]], *keys: str) -> str:
    return next((value for wanted in keys for key, value in lines if key == wanted), "")


def _name(text: str, *patterns: str) -> str:
    for pattern in patterns:
        match = re.search(pattern.replace("NAME", f"({NAMES})"), text)
        if match:
            return match[1].rstrip(".,")
    return ""


def _brokerage(text: str, lines: list[tuple[str, str]]) -> str:
    return _first(lines, "brokerage", "brokerage name", "company", "agency", "broker", "legal name") or _name(
        text,
        r"(?:calling|call|speak|speaking|work|working|agent|assistant|voice)"
        r"[\w ,'-]{0,40}? (?:for|from|with|of|at) NAME",
    )


def _agent(text: str, lines: list[tuple[str, str]]) -> str:
    return _first(lines, "agent name", "assistant name", "your name", "agent", "persona") or _name(
        text, r"(?i:you are|your name is|named|called) NAME"
    )


def _lead(text: str, lines: list[tuple[str, str]]) -> str:
    stated = _first(
        lines, "lead name", "lead", "name", "client", "caller", "contact", "person", "first name", "customer"
    )
    found = re.match(NAMES, stated)
    return (
        found[0]
        if found
        else _name(
            text,
            r"(?i:the lead is|lead is called|you are calling|talking to|talking with|speaking with|speaking to|"
            r"on the line is) NAME",
        )
    )


def _areas(lines: list[tuple[str, str]]) -> tuple[str, ...]:
    named: list[str] = []
    for key, value in lines:
        if re.search(r"\b(areas|neighbou?rhoods|market|cities|places)\b", key):
            named += [part.strip(" []'\".") for part in re.split(r",|;|\band\b|/", value)]
    return tuple(dict.fromkeys(name for name in named if 2 <= len(name) <= 60 and name[:1].isupper()))


def _known(lines: list[tuple[str, str]]) -> dict[str, Fact]:
    known: dict[str, Fact] = {}
    for key, value in lines:
        name = FACT_NAMES.get(re.sub(r"[ /-]+", "_", key))
        fact = fact_from(name, value) if name else None
        if name and fact is not None:
            known.setdefault(name, fact)
    return known


def _agreement_signed(text: str) -> bool:
    found = re.search(r"(?i)(buyer )?agreement[^.\n]{0,30}?\b(signed|yes|in force)\b", text)
    return bool(found) and not re.search(
        r"(?i)\b(not|no|without|un|before|until|needs?|must|yet)\b", found[0] if found else ""
    )


def date_in(text: str) -> date:
    """The day the instructions call today: an ISO or written date near "today", "now" or "date", else any date."""
    marked = re.search(r"(?i)\b(today|now|current|date)\b.{0,60}", text)
    for part in (marked[0] if marked else "", text):
        found = _iso_date(part) or _written_date(part)
        if found:
            return found
    return UNKNOWN_DATE


def _iso_date(text: str) -> date | None:
    for match in re.finditer(r"\b(20\d\d)-(\d\d)-(\d\d)", text):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
    return None


def _written_date(text: str) -> date | None:
    months = "|".join(MONTHS)
    patterns = (rf"\b({months}) (\d{{1,2}})(?:st|nd|rd|th)?,? (20\d\d)", rf"\b(\d{{1,2}}) ({months}),? (20\d\d)")
    for pattern in patterns:
        match = re.search(pattern, text.lower())
        if match:
            day = f"{match[1]} {match[2]} {match[3]}"
            shape = "%B %d %Y" if match[1] in MONTHS else "%d %B %Y"
            return _parsed(day, shape)
    return None


def _parsed(day: str, shape: str) -> date | None:
    try:
        return datetime.strptime(day, shape).date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None
