"""The order of what was said, whatever order we are told in."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.bridge.transcript.item_order import ItemOrder

CONVERSATION = ["u1", "a1", "u2", "f2", "o2", "a2", "u3"]


def test_items_follow_their_predecessors() -> None:
    order = ItemOrder()
    order.place("u1", None)
    order.place("a1", "u1")
    assert order.walk() == ["u1", "a1"]
    assert order.positions["u1"] < order.positions["a1"]


@given(st.permutations(list(enumerate(CONVERSATION))))
def test_the_order_does_not_depend_on_when_items_are_announced(announced: list[tuple[int, str]]) -> None:
    order = ItemOrder()
    for index, item in announced:
        order.place(item, CONVERSATION[index - 1] if index else None)
    assert order.walk() == CONVERSATION
    positions = [order.positions[item] for item in CONVERSATION]
    assert positions == sorted(set(positions))


def test_only_items_that_moved_get_a_new_position() -> None:
    order = ItemOrder()
    order.place("a", None)
    order.place("c", "b")
    order.place("d", "c")
    before = dict(order.positions)
    assert order.place("b", "a") == []
    assert {item: order.positions[item] for item in before} == before
    assert before["a"] < order.positions["b"] < before["c"]


def test_a_recording_of_ours_stands_where_it_was_heard() -> None:
    order = ItemOrder()
    for item, after, at_ms in (("u1", None, 10), ("f1", "u1", None), ("one moment", None, 21), ("a1", "f1", 24)):
        if at_ms is not None:
            order.began(item, at_ms)
        order.place(item, after)
    assert order.walk() == ["u1", "one moment", "f1", "a1"]


def test_a_recording_stands_after_what_the_caller_said_before_it_however_late_that_is_committed() -> None:
    order = ItemOrder()
    order.began("a1", 10)
    order.place("a1", None)
    order.began("u2", 19)
    order.began("one moment", 21)
    order.place("one moment", None)
    order.place("u2", "a1")
    assert order.walk() == ["a1", "u2", "one moment"]
    assert order.positions["u2"] < order.positions["one moment"]


def test_an_item_that_turns_out_to_sound_later_moves_after_the_recording() -> None:
    order = ItemOrder()
    order.began("u1", 10)
    order.place("u1", None)
    order.place("a1", "u1")
    order.began("one moment", 12)
    order.place("one moment", None)
    assert order.walk() == ["u1", "a1", "one moment"]
    assert order.began("a1", 14) == ["a1"]
    assert order.walk() == ["u1", "one moment", "a1"]
    assert order.began("a1", 14) == []


type Item = tuple[str, str | None, int | None]


@st.composite
def conversations(draw: st.DrawFn, *, truthful: bool = False) -> list[Item]:
    """A model's chain, in which tools are not heard, and recordings of ours; `truthful`: heard in its order."""
    times = draw(st.lists(st.integers(0, 30), min_size=1, max_size=8))
    chain: list[Item] = []
    for n, at_ms in enumerate(sorted(times) if truthful else times):
        silent = n > 0 and draw(st.booleans())
        chain.append((f"m{n}", f"m{n - 1}" if n else None, None if silent else at_ms))
    last, after, _ = chain[-1]
    chain[-1] = (last, after, max(times))
    own: list[Item] = [
        (f"own{n}", None, at_ms) for n, at_ms in enumerate(draw(st.lists(st.integers(0, 30), max_size=4)))
    ]
    return chain + own


def told(conversation: list[Item], order_of_telling: list[int]) -> ItemOrder:
    """The order after everything was said: each item's place and its time are news of their own."""
    order = ItemOrder()
    for news in order_of_telling:
        item, after, at_ms = conversation[news // 2]
        if news % 2:
            order.place(item, after)
        elif at_ms is not None:
            order.began(item, at_ms)
    return order


@given(st.data(), conversations())
def test_whatever_order_we_are_told_in_the_order_is_the_same_and_keeps_predecessors(
    data: st.DataObject, conversation: list[Item]
) -> None:
    news = list(range(2 * len(conversation)))
    first, second = told(conversation, news), told(conversation, data.draw(st.permutations(news)))
    assert second.walk() == first.walk()
    places = {item: first.walk().index(item) for item, *_ in conversation}
    assert all(places[after] < places[item] for item, after, _ in conversation if after)
    positions = [second.positions[item] for item in second.walk()]
    assert positions == sorted(set(positions))


@given(st.data(), conversations(truthful=True))
def test_where_predecessors_allow_lines_stand_in_the_order_they_were_heard(
    data: st.DataObject, conversation: list[Item]
) -> None:
    order = told(conversation, data.draw(st.permutations(range(2 * len(conversation)))))
    began = {item: at_ms for item, _, at_ms in conversation if at_ms is not None}
    times = [began[item] for item in order.walk() if item in began]
    assert times == sorted(times)


def test_an_item_whose_place_is_told_later_moves_there() -> None:
    order = ItemOrder()
    order.place("u1", None)
    order.place("a2", None)
    order.place("u2", "u1")
    order.place("a2", "u2")
    assert order.walk() == ["u1", "u2", "a2"]


def test_a_conversation_told_again_without_what_was_deleted_keeps_its_order() -> None:
    order = ItemOrder()
    for item, after in (("u1", None), ("deleted", "u1"), ("a1", "deleted")):
        order.place(item, after)
    order.place("a1", "u1")
    order.place("u2", "a1")
    assert order.walk() == ["u1", "deleted", "a1", "u2"]
    assert order.positions["a1"] < order.positions["u2"]


def test_items_that_follow_each_other_in_a_circle_are_not_lost() -> None:
    order = ItemOrder()
    order.place("a", "b")
    order.place("b", "a")
    assert sorted(order.walk()) == ["a", "b"]


def test_a_repeated_announcement_changes_nothing() -> None:
    order = ItemOrder()
    order.place("a", None)
    order.place("b", "a")
    assert order.place("b", "a") == []
    assert order.place("b", None) == []
    assert "b" in order
