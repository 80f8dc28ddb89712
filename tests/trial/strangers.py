"""Strangers and floods."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = ()
