"""Settings that turn around in silence."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = ()
