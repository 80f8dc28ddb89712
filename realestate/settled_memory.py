"""Keep the garbage collector away from what stays for as long as the process does.

A full collection goes through every object, a quarter of a million once everything is loaded: 0.3 s in which nobody on
a call is heard, and whoever makes us allocate much can bring one about. Frozen objects are left out of it.
"""

import asyncio
import gc

LOADED_SECONDS = 15.0  # after the start: by then the vendors' clients, the addresses and the templates are loaded too


def settle(loop: asyncio.AbstractEventLoop) -> None:
    """Collect once, while nobody calls yet, and freeze what is there; and again what is loaded soon after."""
    gc.collect()
    gc.freeze()
    loop.call_later(LOADED_SECONDS, gc.freeze)
