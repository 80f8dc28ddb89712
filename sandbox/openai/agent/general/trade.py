"""Decides whether a turn is about buying and selling homes: by its tools, its instructions, else by what was said."""

from __future__ import annotations

import re

from sandbox.openai.agent.turn import ModelTurn

OWN_TOOLS = frozenset({"search_listings", "save_lead_preferences", "save_seller_details"})
"""Tools no other trade has. The remaining ones of a brokerage (an appointment, the call's end) anybody may have."""

_HOME = r"(?:homes?|houses?|condos?|apartments?|property|properties)"
_ABOUT_HOMES = re.compile(
    r"real[- ]estate|\brealt(?:or|y)|\bhome ?(?:search|buyer|seller|buying|selling)|"
    rf"\b{_HOME} (?:for sale|to buy)|\b(?:buy|sell|buys|sells|buying|selling)\b[\w ,'-]{{0,24}}\b{_HOME}\b|"
    r"\b(?:agent[ _]?mode|mode|intent|lead type|playbook)\W{0,4}(?:is )?\W{0,2}(?:buyer|seller|auto|both)\b|"
    r"\b(?:buyer|seller) (?:agent|call|lead|mode|consult\w*)\b|\blisting (?:agent|appointment|consult\w*)",
    re.IGNORECASE,
)
_OF_BROKERS = re.compile(r"\b(?:brokerage|buyers?|sellers?|listings?)\b", re.IGNORECASE)
_OF_HOMES = re.compile(r"\b(?:homes|houses?|condos?|apartments?|property|properties)\b", re.IGNORECASE)
_NO_TRADE = re.compile(r"^\W*(?:you are )?(?:a|an)?[\w ,]{0,60}\bassistants?\b[^.]{0,40}\.?\W*$", re.IGNORECASE)


def is_about_homes(turn: ModelTurn, instructions: str) -> bool:
    """Whether the real-estate agent answers. ``instructions`` include those among the messages.

    Instructions that name no trade leave it to the person: who speaks of a house gets the real-estate agent.
    """
    if OWN_TOOLS & {tool.name for tool in turn.tools}:
        return True
    if _ABOUT_HOMES.search(instructions) or (_OF_BROKERS.search(instructions) and _OF_HOMES.search(instructions)):
        return True
    return _names_no_trade(instructions) and any(
        _ABOUT_HOMES.search(message.text) for message in turn.messages if message.role == "user"
    )


def _names_no_trade(instructions: str) -> bool:
    """Nothing, or "You are a helpful voice assistant." and the like."""
    text = instructions.strip()
    return not text or bool(_NO_TRADE.match(text.split("\n")[0].split(". ")[0]))
