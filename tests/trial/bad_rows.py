"""One bad row ends calls."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = ()
