"""Models of a phone call and all that is recorded of it, one module per subject."""

from calls.models.api_token import ApiToken
from calls.models.call import (
    ENDED_STATUSES,
    LIVE_STATUSES,
    AgentMode,
    Call,
    CallStatus,
    CallType,
    Comparison,
    Disposition,
    Engine,
    EngineSpan,
)
from calls.models.call_event_kinds import EventKind
from calls.models.conversation import CallEvent, ConversationStep, EarlyAnswer, Recording, SpeechClip, ToolUse, Turn
from calls.models.idempotent_request import IdempotentRequest
from calls.models.measurement import CallMeasurement, Price, Usage
from calls.models.process_beat import ProcessBeat
from calls.models.transfer import OPEN_TRANSFER_STATUSES, Transfer

__all__ = [
    "ENDED_STATUSES",
    "LIVE_STATUSES",
    "OPEN_TRANSFER_STATUSES",
    "AgentMode",
    "ApiToken",
    "Call",
    "CallEvent",
    "CallMeasurement",
    "CallStatus",
    "CallType",
    "Comparison",
    "ConversationStep",
    "Disposition",
    "EarlyAnswer",
    "Engine",
    "EngineSpan",
    "EventKind",
    "IdempotentRequest",
    "Price",
    "ProcessBeat",
    "Recording",
    "SpeechClip",
    "ToolUse",
    "Transfer",
    "Turn",
    "Usage",
]
