"""Processes and pages."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = ()
