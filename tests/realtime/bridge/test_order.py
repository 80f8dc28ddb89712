"""The order of what was said, whatever order we are told in."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.bridge.order import Order

CONVERSATION = ["u1", "a1", "u2", "f2", "o2", "a2", "u3"]


def test_items_follow_their_predecessors() -> None:
    order = Order()
    order.place("u1", None)
    order.place("a1", "u1")
    assert order.walk() == ["u1", "a1"]
    assert order.positions["u1"] < order.positions["a1"]


@given(st.permutations(list(enumerate(CONVERSATION))))
def test_the_order_does_not_depend_on_when_items_are_announced(announced: list[tuple[int, str]]) -> None:
    order = Order()
    for index, item in announced:
        order.place(item, CONVERSATION[index - 1] if index else None)
    assert order.walk() == CONVERSATION
    positions = [order.positions[item] for item in CONVERSATION]
    assert positions == sorted(set(positions))


def test_only_items_that_moved_get_a_new_position() -> None:
    order = Order()
    order.place("a", None)
    order.place("c", "b")
    order.place("d", "c")
    before = dict(order.positions)
    assert order.place("b", "a") == []
    assert {item: order.positions[item] for item in before} == before
    assert before["a"] < order.positions["b"] < before["c"]


def test_a_recording_of_ours_stays_behind_the_item_it_followed() -> None:
    order = Order()
    order.place("u1", None)
    order.place("f1", "u1")
    order.append("one moment")
    order.place("o1", "f1")
    order.place("a1", "o1")
    assert order.walk() == ["u1", "f1", "one moment", "o1", "a1"]


def test_an_item_whose_place_is_told_later_moves_there() -> None:
    order = Order()
    order.place("u1", None)
    order.place("a2", None)
    order.place("u2", "u1")
    order.place("a2", "u2")
    assert order.walk() == ["u1", "u2", "a2"]


def test_a_conversation_told_again_without_what_was_deleted_keeps_its_order() -> None:
    order = Order()
    for item, after in (("u1", None), ("deleted", "u1"), ("a1", "deleted")):
        order.place(item, after)
    order.place("a1", "u1")
    order.place("u2", "a1")
    assert order.walk() == ["u1", "deleted", "a1", "u2"]
    assert order.positions["a1"] < order.positions["u2"]


def test_items_that_follow_each_other_in_a_circle_are_not_lost() -> None:
    order = Order()
    order.place("a", "b")
    order.place("b", "a")
    assert sorted(order.walk()) == ["a", "b"]


def test_a_repeated_announcement_changes_nothing() -> None:
    order = Order()
    order.place("a", None)
    order.place("b", "a")
    assert order.place("b", "a") == []
    assert order.place("b", None) == []
    assert "b" in order
