"""Instructions in several styles: the agent reads what is there and asks for the rest."""

from datetime import date

import pytest

from sandbox.openai.agent.briefing import UNKNOWN_DATE, read


def test_labelled_lines() -> None:
    briefing = read(
        "Mode: seller\nAgent name: Riley\nBrokerage: Harbor Realty Group LLC\nLead: Maria Lopez\n"
        "Today is Sunday, 2026-11-22, 14:00 (America/Chicago)\nAddress: 12 Orchard Lane\nCondition: 4 of 5, good\n"
        "Areas we have homes in: Willow Creek, Maple Heights and Harbor Point\nMotivation: unknown\n"
    )
    assert (briefing.mode, briefing.agent, briefing.brokerage) == ("seller", "Riley", "Harbor Realty Group LLC")
    assert (briefing.lead, briefing.first_name, briefing.today) == ("Maria Lopez", "Maria", date(2026, 11, 22))
    assert briefing.areas == ("Willow Creek", "Maple Heights", "Harbor Point")
    assert briefing.known["address"].value == "12 Orchard Lane"
    assert briefing.known["condition"].value == 4
    assert "motivation" not in briefing.known


def test_running_text() -> None:
    briefing = read(
        "You are Ava, a friendly voice assistant calling on behalf of Cedar Homes. You are calling John Smith, "
        "who wants to buy a home. The current date is November 24, 2026."
    )
    assert (briefing.mode, briefing.agent, briefing.lead) == ("buyer", "Ava", "John Smith")
    assert briefing.brokerage == "Cedar Homes"
    assert briefing.today == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "tools", "mode"),
    [
        ("agent_mode = seller. The buyer side is somebody else's. Buyer buyer.", (), "seller"),
        ("You are in buyer mode.", (), "buyer"),
        ("Mode: auto. Sellers, sellers, sellers.", (), ""),
        ("Be nice.", ("save_seller_details",), "seller"),
        ("Be nice.", ("save_seller_details", "save_lead_preferences"), ""),
        ("", (), ""),
    ],
)
def test_which_side_of_the_sale(text: str, tools: tuple[str, ...], mode: str) -> None:
    assert read(text, tools).mode == mode


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("Buyer agreement: signed", True),
        ("Buyer agreement: none yet", False),
        ("A showing comes after a written agreement; until then book a consultation.", False),
        ("The buyer agreement is not signed.", False),
    ],
)
def test_a_buyer_agreement_counts_only_when_signed(text: str, signed: bool) -> None:
    assert read(text).agreement_signed is signed


def test_without_a_date_there_is_a_fixed_one() -> None:
    assert read("You are an agent.").today == UNKNOWN_DATE
