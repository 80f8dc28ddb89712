"""The types of the tools' arguments: shapes and bounds of what a model may send. Ranges fit homes on this market."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from leads.listings.areas import AreaKind
from leads.models import Lead

Price = Annotated[int, Field(ge=10_000, le=50_000_000, description="US dollars")]
Beds = Annotated[int, Field(ge=0, le=10)]
Baths = Annotated[float, Field(ge=0, le=10, multiple_of=0.5)]
LivingArea = Annotated[int, Field(ge=200, le=20_000, description="Square feet")]
Limit = Annotated[int, Field(ge=1, le=5, description="Normally 3")]
YearBuilt = Annotated[int, Field(ge=1800, le=2100)]
Condition = Annotated[int, Field(ge=1, le=5, description="1 poor to 5 excellent")]
PartOfDay = Literal["morning", "afternoon", "evening", "any"]
Timeframe = Annotated[
    Lead.Timeframe, Field(description="now, within 3, 6 or 12 months (0_3m, 3_6m, 6_12m), later (12m_plus), unknown")
]
EndReason = Literal[
    "appointment_set",
    "callback_requested",
    "qualified_nurture",
    "not_interested",
    "has_agent",
    "wrong_number",
    "do_not_call",
    "language_barrier",
    "voicemail_no_message",
    "hung_up_early",
]

TransferReason = Literal["request", "complaint", "legal", "offer", "distress", "policy", "tech"]


def _cut_to(length: int) -> BeforeValidator:
    """Cut a text that is too long instead of refusing it: its beginning is worth having."""
    return BeforeValidator(lambda text: text.strip()[:length] if isinstance(text, str) else text)


def _none_for_empty(value: Any) -> Any:
    return None if value in ("", []) else value


Summary = Annotated[str, _cut_to(600), Field(description="At most 600 characters")]
ForTheColleague = Annotated[
    str, _cut_to(400), Field(description="Who, what they want, objections and next step; at most 400 characters")
]
Note = Annotated[str, _cut_to(300), Field(description="At most 300 characters")]
Phrase = Annotated[str, _cut_to(300)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=160)]
EmptyAsNull = BeforeValidator(_none_for_empty)


class AreaArgument(BaseModel):
    """A place as the caller named it."""

    model_config = ConfigDict(extra="forbid")

    kind: AreaKind
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]


Areas = Annotated[list[AreaArgument], Field(min_length=1, max_length=5)]


class Stated[T](BaseModel):
    """A value the caller stated, with how sure the model is of it and whether the caller confirmed it."""

    model_config = ConfigDict(extra="forbid")

    value: T
    confidence: Annotated[float, Field(ge=0, le=1)]
    confirmed: bool
