"""Provenance of a fact about a lead: in which call it was said, how sure it is, and whether it was confirmed."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class StatementSource:
    """The call and turn in which something was said; without a call, staff typed it in."""

    at: datetime
    call_id: uuid.UUID | None = None
    turn: int | None = None

    def stamp(self, *, confidence: float = 1.0, confirmed: bool = True) -> dict[str, Any]:
        """Return the JSON that is stored beside the field."""
        return {
            "call_id": str(self.call_id) if self.call_id else None,
            "turn": self.turn,
            "confidence": confidence,
            "confirmed": confirmed,
            "at": self.at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class RejectedField:
    """A field that was not saved, and why; `old` and `new` are JSON-safe."""

    field: str
    reason: str
    old: Any = None
    new: Any = None

    def as_json(self) -> dict[str, Any]:
        """Return it as a tool's answer has it."""
        values = {"old": self.old, "new": self.new}
        return {"field": self.field, "reason": self.reason} | {k: v for k, v in values.items() if v is not None}
