"""Where a fact about a lead comes from: who said it, in which call, how sure, and whether it was confirmed."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class StatementSource:
    """The call and the turn in which something was said; without a call it was typed in by staff."""

    at: datetime
    call_id: uuid.UUID | None = None
    turn: int | None = None

    def stamp(self, *, confidence: float = 1.0, confirmed: bool = True) -> dict[str, Any]:
        """The JSON kept beside the field."""
        return {
            "call_id": str(self.call_id) if self.call_id else None,
            "turn": self.turn,
            "confidence": confidence,
            "confirmed": confirmed,
            "at": self.at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class RejectedField:
    """A field that was not saved, and why (JSON-safe old and new values where they differ)."""

    field: str
    reason: str
    old: Any = None
    new: Any = None

    def as_json(self) -> dict[str, Any]:
        """For a tool's answer."""
        values = {"old": self.old, "new": self.new}
        return {"field": self.field, "reason": self.reason} | {k: v for k, v in values.items() if v is not None}
