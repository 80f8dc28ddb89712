"""Guards that let through, and guards that catch too much."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = ()
