"""The invented leads."""

from datetime import UTC, datetime
from itertools import product

from demo.people import synthetic_people
from leads.models import Lead

ANCHOR = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def test_there_is_one_for_each_stage_and_intent_and_none_can_be_reached() -> None:
    people = synthetic_people(anchor=ANCHOR)
    pairs = {(person.lead["stage"], person.lead["intent"]) for person in people}
    assert pairs == set(product(Lead.Stage.values, Lead.Intent.values))
    assert {person.lead["phone"][:8] for person in people} == {"+1512555"}
    assert all(person.lead["email"].endswith("@example.com") for person in people)


def test_the_same_seed_invents_the_same_people() -> None:
    assert synthetic_people(anchor=ANCHOR) == synthetic_people(anchor=ANCHOR)
    assert synthetic_people(anchor=ANCHOR) != synthetic_people(anchor=ANCHOR, seed=1)


def test_a_new_lead_has_said_nothing_yet_and_a_client_has_signed() -> None:
    people = synthetic_people(anchor=ANCHOR)
    new = [person for person in people if person.lead["stage"] == Lead.Stage.NEW]
    clients = [person for person in people if person.lead["stage"] == Lead.Stage.CLIENT and person.preferences]
    assert not any(person.preferences or person.home for person in new)
    assert all("agreement_signed_at" in person.preferences for person in clients)
