"""The ground truth of a call: what the person really said, pressed and understood; recognition is scored against it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Said:
    """Words and when they were on the line, in ms since the answer; ``share`` is how much of them was said (0 to 1)."""

    text: str
    start_ms: int
    end_ms: int
    share: float = 1.0


@dataclass
class GroundTruth:
    """The truth about one call; kept as long as the call is, even after its log is dropped."""

    persona: str = ""
    goal: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    pressed: list[tuple[int, str]] = field(default_factory=list)
    heard: list[tuple[int, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """{"persona", "goal", "facts", "said": [{"text", "start_ms", "end_ms", "share"}], "pressed", "heard"}."""
        return {
            "persona": self.persona,
            "goal": self.goal,
            "facts": dict(self.facts),
            "said": [asdict(one) for one in self.said],
            "pressed": [{"digit": digit, "line_ms": line_ms} for line_ms, digit in self.pressed],
            "heard": [{"text": text, "line_ms": line_ms} for line_ms, text in self.heard],
        }
