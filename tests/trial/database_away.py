"""The database goes away."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = ()
