"""What the voice is given."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = ()
