"""The sandbox, against programs it was not made for."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = ()
