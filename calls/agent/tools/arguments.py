"""The types of the tools' arguments: shapes and bounds of what a model may send. Ranges fit homes on this market."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from leads.listings.search import Feature
from leads.listings.states import state_code
from leads.models import AreaKind, Lead, Listing
from leads.models.shapes import LONGEST_AREA, MOST_AREAS
from leads.text import one_line

Price = Annotated[int, Field(ge=10_000, le=50_000_000, description="US dollars")]
Beds = Annotated[int, Field(ge=0, le=10)]
Baths = Annotated[float, Field(ge=0, le=10, multiple_of=0.5, allow_inf_nan=False)]
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
    return BeforeValidator(lambda text: one_line(text, length, ellipsis="") if isinstance(text, str) else text)


def _none_for_empty(value: Any) -> Any:
    return None if value in ("", []) else value


def _on_one_line(value: Any) -> Any:
    """Read a text as it is kept: on one line, so that it can add none to what a model or a colleague is told."""
    return one_line(value, len(value)) if isinstance(value, str) else value


def _as_state(value: Any) -> Any:
    return state_code(value) if isinstance(value, str) else value


OnOneLine = BeforeValidator(_on_one_line)
EmptyAsNull = BeforeValidator(_none_for_empty)
Summary = Annotated[str, _cut_to(600), Field(description="At most 600 characters")]
ForTheColleague = Annotated[
    str, _cut_to(400), Field(description="Who, what they want, objections and next step; at most 400 characters")
]
Note = Annotated[str, _cut_to(300), Field(description="At most 300 characters")]
Phrase = Annotated[str, _cut_to(300)]
# As long as their columns at most.
Name = Annotated[str, StringConstraints(min_length=1, max_length=120), OnOneLine]
Address = Annotated[str, StringConstraints(min_length=3, max_length=160), OnOneLine]
City = Annotated[str, StringConstraints(max_length=80), OnOneLine]
State = Annotated[str, StringConstraints(max_length=2), BeforeValidator(_as_state), Field(description="TX for Texas")]
PostalCode = Annotated[str, StringConstraints(max_length=10), OnOneLine]
ListingKey = Annotated[str, StringConstraints(max_length=40), OnOneLine]
AgentName = Annotated[str, StringConstraints(max_length=150), OnOneLine]
SlotId = Annotated[str, StringConstraints(max_length=200), Field(description="As returned by check_availability")]


class AreaArgument(BaseModel):
    """A place as the caller named it."""

    model_config = ConfigDict(extra="forbid")

    kind: AreaKind
    name: Annotated[str, StringConstraints(min_length=2, max_length=LONGEST_AREA), OnOneLine]


Areas = Annotated[list[AreaArgument], Field(min_length=1, max_length=5)]
AllAreas = Annotated[list[AreaArgument], Field(max_length=MOST_AREAS)]
SubTypes = Annotated[list[Listing.SubType], Field(max_length=len(Listing.SubType))]
Features = Annotated[list[Feature], Field(max_length=len(Feature))]


class Stated[T](BaseModel):
    """A value the caller stated, with how sure the model is of it and whether the caller confirmed it."""

    model_config = ConfigDict(extra="forbid")

    value: T
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    confirmed: bool
