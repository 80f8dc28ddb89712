"""Whether this process is leaving: it then takes no new call, while those it holds go on for a while."""

from threading import Event

_leaving = Event()


def begin_draining() -> bool:
    """From now on no new call begins here; False when that was so already. There is no way back."""
    first = not _leaving.is_set()
    _leaving.set()
    return first


def is_draining() -> bool:
    """Whether this process is leaving."""
    return _leaving.is_set()
