"""The JSON API."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = ()
