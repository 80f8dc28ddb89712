"""Schemas of the JSON API: requests (names in camel case) and responses (names in snake case)."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from calls.api.unknown_names import MOST_NAMED, unknown_name
from calls.costs.pricing import cost_as_json
from calls.measurement.response_latency import response_latency
from calls.models import Call, CallType
from leads.models import Appointment

type TypeName = Literal["regular", "conversational", "realtime"]
type ModeName = Literal["auto", "buyer", "seller"]


class Request(Schema):
    """A body of a request. A name that is none of its fields is refused: misspelled, it would change what is done."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known_fields_only(cls, values: Any) -> Any:
        if isinstance(values, dict):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            unknown = [unknown_name(str(name), known) for name in values if name not in known]
            if unknown:
                raise PydanticCustomError("unknown_name", "{problems}", {"problems": "; ".join(unknown[:MOST_NAMED])})
        return values


NEVER_NULL = {"type": "type", "use_realtime_ai": "useRealtimeAI", "use_conversational_ai": "useConversationalAI"}


def _required_or_flags(schema: dict[str, Any]) -> None:
    """Describe what `Initiate` checks across its fields: `type` or a flag, and no two that contradict each other."""
    for field in (schema["properties"][name] for name in NEVER_NULL.values()):
        field |= next(choice for choice in field.pop("anyOf") if choice.get("type") != "null")
        field.pop("default", None)
    contradictions: list[dict[str, Any]] = [
        {"useRealtimeAI": {"const": True}, "useConversationalAI": {"const": True}},
        {"useRealtimeAI": {"const": True}, "type": {"enum": ["regular", "conversational"]}},
        {"useConversationalAI": {"const": True}, "type": {"enum": ["regular", "realtime"]}},
    ]
    schema["anyOf"] = [{"required": [name]} for name in NEVER_NULL.values()]
    schema["not"] = {"anyOf": [{"properties": each, "required": list(each)} for each in contradictions]}


def _whole(value: Any) -> Any:
    """Return 3.0 as 3: JSON knows one kind of number, and its schema calls both an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Initiate(Request):
    """How to call. Give `type`, or one of the two older flags; the flags set to false mean a regular call."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_required_or_flags)

    type: TypeName | None = None
    user_id: Annotated[StrictInt | StrictStr | None, BeforeValidator(_whole)] = Field(
        None, alias="userId", description="In whose name: username or id"
    )
    agent_mode: ModeName = Field("auto", alias="agentMode")
    use_realtime_ai: StrictBool | None = Field(None, alias="useRealtimeAI", description="Older form of type")
    use_conversational_ai: StrictBool | None = Field(
        None, alias="useConversationalAI", description="Older form of type"
    )

    @field_validator(*NEVER_NULL, mode="before")
    @classmethod
    def _left_out_or_given(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("null", "null is no value here; leave the field out")
        return value

    @model_validator(mode="after")
    def _one_type(self) -> "Initiate":
        flags = self.flagged()
        if self.type is None and not flags:
            raise ValueError("type must be regular, conversational or realtime")
        if len(flags - {CallType.REGULAR}) > 1 or (self.type and flags - {CallType.REGULAR, self.type}):
            raise ValueError("type and the older flags contradict each other")
        return self

    def flagged(self) -> set[CallType]:
        """The call types the older flags ask for."""
        asked = {CallType.REALTIME: self.use_realtime_ai, CallType.CONVERSATIONAL: self.use_conversational_ai}
        return {type_ if wanted else CallType.REGULAR for type_, wanted in asked.items() if wanted is not None}

    def call_type(self) -> CallType:
        """The one type asked for."""
        if self.type is not None:
            return CallType(self.type)
        return next(iter(self.flagged() - {CallType.REGULAR}), CallType.REGULAR)


def _all_types() -> list[TypeName]:
    return ["regular", "conversational", "realtime"]


class Compare(Request):
    """Which calls to place side by side to one lead."""

    lead_id: uuid.UUID = Field(alias="leadId")
    types: list[TypeName] = Field(default_factory=_all_types, min_length=1)
    agent_mode: ModeName = Field("auto", alias="agentMode")
    persona: StrictStr = Field(
        "", max_length=40, description="Whose test lines to dial; empty: by agentMode, else the lead's"
    )


class ErrorBody(Schema):
    """What went wrong."""

    code: str
    message: str


class ErrorOut(Schema):
    """An error."""

    error: ErrorBody


class BlockOut(Schema):
    """A calling rule that refuses, and why."""

    rule: str
    reason: str


class BlockedOut(ErrorOut):
    """The rules that refuse the call."""

    blocked: list[BlockOut]


class CallOut(Schema):
    """One attempt. Times are UTC; `error` says why it was not placed or failed."""

    id: uuid.UUID
    type: str
    status: str
    lead_id: uuid.UUID
    to_number: str
    placed_by: str | None
    comparison_id: uuid.UUID | None
    agent_mode: str
    simulated: bool
    queued_at: datetime
    placed_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    duration_seconds: int | None
    answered_by: str
    outcome: str
    outcome_by_ai: bool
    summary: str
    error: ErrorBody | None
    url: str


class TurnOut(Schema):
    """Something said, as the other side heard it. Offsets and latency in ms."""

    speaker: str
    engine: str
    text: str
    started_ms: int | None
    ended_ms: int | None
    latency_ms: int | None
    interrupted: bool
    confidence: float | None


class ToolOut(Schema):
    """A function the AI called, with its result."""

    name: str
    arguments: Any
    result: Any
    ok: bool | None
    engine: str
    started_at: datetime
    finished_at: datetime | None


class LatencyOut(Schema):
    """Response latency in ms, as in a comparison. `basis`: measured on the recording, or until then by the server."""

    p50: int | None
    p95: int | None
    answers: int
    basis: Literal["recording", "server"]
    turns: int = Field(description="Older name of answers")


class RecordingOut(Schema):
    """A recording; channel 1 is the lead's side. `rms` per channel, 0 to 1 of full scale."""

    id: int
    status: str
    seconds: float | None
    channels: int | None
    rms: list[float]


class EngineOut(Schema):
    """What held the line, from when to when, and why it let go."""

    engine: str
    started_at: datetime
    ended_at: datetime | None
    end_reason: str


class AppointmentOut(Schema):
    """A meeting booked on the call."""

    id: uuid.UUID
    type: str
    start_at: datetime
    timezone: str
    status: str
    is_test: bool


class CallDetail(CallOut):
    """A call with everything said and done on it."""

    transcript: list[TurnOut]
    tools: list[ToolOut]
    latency_ms: LatencyOut
    cost: dict[str, Any]
    engines: list[EngineOut]
    recordings: list[RecordingOut]
    appointments: list[AppointmentOut]


class CallList(Schema):
    """A page of calls, newest first; `total` counts all of them."""

    calls: list[CallOut]
    total: int


def call_out(call: Call) -> dict[str, Any]:
    """A call as CallOut."""
    plain = ("id", "type", "status", "lead_id", "comparison_id", "agent_mode", "simulated", "queued_at", "placed_at")
    later = ("answered_at", "ended_at", "duration_seconds", "answered_by", "outcome", "outcome_by_ai", "summary")
    return {
        **{name: getattr(call, name) for name in plain + later},
        "to_number": str(call.to_number),
        "placed_by": call.placed_by.get_username() if call.placed_by else None,
        "error": {"code": call.error_code, "message": call.error_message} if call.error_code else None,
        "url": call.get_absolute_url(),
    }


def call_detail(call: Call) -> dict[str, Any]:
    """A call as CallDetail."""
    turns = list(call.turns.all())
    latency = response_latency(turns, call.measurements.all()).as_dict()
    return {
        **call_out(call),
        "transcript": turns,
        "tools": list(call.tool_uses.all()),
        "latency_ms": latency | {"turns": latency["answers"]},
        "cost": cost_as_json(call),
        "engines": list(call.spans.all()),
        "recordings": list(call.recordings.all()),
        "appointments": list(Appointment.objects.filter(call_id=call.pk)),
    }
