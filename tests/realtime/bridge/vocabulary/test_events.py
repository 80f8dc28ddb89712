"""Events: frozen data that says nothing in a peer's spelling."""

from dataclasses import FrozenInstanceError, is_dataclass
from types import ModuleType
from typing import get_args

import pytest

from realtime.bridge.vocabulary import events as e


def classes(module: ModuleType) -> set[type]:
    """The dataclasses a module defines."""
    return {
        x for x in vars(module).values() if isinstance(x, type) and is_dataclass(x) and x.__module__ == module.__name__
    }


def members(alias: object) -> set[type]:
    """The classes of a union of unions."""
    if isinstance(alias, type):
        return {alias}
    return {found for part in get_args(getattr(alias, "__value__", alias)) for found in members(part)}


def test_the_bridge_can_be_told_every_event_there_is() -> None:
    assert members(e.Event) == classes(e)


def test_an_event_cannot_be_changed_after_it_happened() -> None:
    pressed = e.KeyPressed("9")
    with pytest.raises(FrozenInstanceError):
        pressed.digit = "1"  # type: ignore[misc]
    assert pressed == e.KeyPressed("9")


@pytest.mark.parametrize(
    ("started", "passes_through"),
    [
        (e.StreamStarted("MZ1", "CA1"), True),
        (e.StreamStarted("MZ1", "CA1", encoding="audio/l16"), False),
        (e.StreamStarted("MZ1", "CA1", sample_rate=16_000), False),
        (e.StreamStarted("MZ1", "CA1", channels=2), False),
    ],
)
def test_mono_mulaw_at_8_khz_alone_passes_through(started: e.StreamStarted, passes_through: bool) -> None:
    assert started.is_mulaw is passes_through
