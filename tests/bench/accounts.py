"""What a process has used, as the kernel tells it."""

import os
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Account:
    """CPU seconds of the process and of its first thread (the event loop's), resident bytes, at a moment."""

    at: float
    cpu: float
    loop_cpu: float
    resident: int

    @classmethod
    def of(cls, pid: int) -> "Account":
        """The process's account now."""
        process = Path(f"/proc/{pid}")
        resident = int((process / "statm").read_text().split()[1]) * PAGE
        return cls(monotonic(), _cpu(process / "stat"), _cpu(process / f"task/{pid}/stat"), resident)


@dataclass(frozen=True, slots=True)
class Share:
    """CPU in percent of a core between two accounts."""

    whole: float
    loop: float

    @classmethod
    def between(cls, before: Account, after: Account) -> "Share":
        """What was used from one to the other."""
        seconds = after.at - before.at
        return cls((after.cpu - before.cpu) / seconds * 100, (after.loop_cpu - before.loop_cpu) / seconds * 100)


def _cpu(stat: Path) -> float:
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def percentile(values: list[float], share: float) -> float:
    """The value that `share` (0..1) of all do not exceed; NaN of nothing."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
