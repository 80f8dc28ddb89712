"""Fragments of a live page: one element each, and equal for equal data."""

from calls.dashboard.call_view import call_view
from calls.dashboard.fragments import call_fragments
from calls.models import Call, Turn
from tests.calls.dashboard.spoken import at
from tests.stories import BUYER_TALK, tell


def test_equal_views_give_equal_fragments_and_a_change_touches_its_fragment_alone(call: Call) -> None:
    tell(call, BUYER_TALK[:2])
    before = {fragment.key: fragment.state for fragment in call_fragments(at(call, 30))}
    assert {fragment.key: fragment.state for fragment in call_fragments(at(call, 30))} == before
    turn = call.turns.order_by("position")[0]
    Turn.objects.filter(pk=turn.pk).update(interrupted=True)
    after = {fragment.key: fragment.state for fragment in call_fragments(at(call, 30))}
    changed = {key for key in after if after[key] != before.get(key)}
    assert changed == {f"turn-{turn.pk}", f"figures-{call.pk}"}


def test_every_fragment_is_one_element_with_the_id_of_its_key(call: Call) -> None:
    tell(call, BUYER_TALK[:2])
    for fragment in call_fragments(call_view(call)):
        markup = fragment.render().strip()
        assert markup.startswith("<")
        assert f'id="{fragment.key}"' in markup.partition(">")[0]
