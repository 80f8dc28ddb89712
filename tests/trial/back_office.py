"""Intake and back office."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = ()
