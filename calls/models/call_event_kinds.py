"""Kinds of `CallEvent`, in one enumeration, so that those who write and those who query one use the same value."""

from django.db import models


class EventKind(models.TextChoices):
    """One value for each kind of event. A value is stored with every row, so it never changes."""

    # placing and carrying
    GATE = "gate", "The gate decided"
    PLACED = "placed", "The carrier took the call"
    CARRIER_ERROR = "carrier_error", "The carrier did not take the call"
    CARRIER_STATUS = "carrier_status", "The carrier reported a status"
    PREPARING = "preparing", "A worker was asked to render the opening"
    STREAM = "stream", "The carrier reported about the media stream"
    ASKED_AFTER = "asked_after", "The sweep asked the carrier what became of the call"
    END_REQUESTED = "end_requested", "Staff asked to end the call"
    ENDED = "ended", "The call ended"

    # a regular call
    STAFF_ANSWERED = "staff_answered", "The staff member picked up"
    CONNECTING = "connecting", "The lead is being dialed"
    LEAD_RINGING = "lead_ringing", "The lead's phone rings"
    LEAD_ANSWERED = "lead_answered", "The lead picked up"
    LEAD_LEG_ENDED = "lead_leg_ended", "The lead's leg ended"

    # who is on the line, and who holds it
    ANSWERED = "answered", "Somebody picked up"
    ANSWERED_BY = "answered_by", "Machine detection gave its verdict"
    OVERHEARD = "overheard", "A machine was heard"
    PERSON_AFTER_MACHINE = "person_after_machine", "A person came on the line after a machine"
    ENGINE = "engine", "An engine took the line"
    ENGINE_LEFT = "engine_left", "The realtime engine let go of the line on purpose, or because nobody was there"
    FALLBACK = "fallback", "Something failed, and something else took its place"
    TRANSFER = "transfer", "A transfer to a colleague moved on"

    # what was said and done
    HEARD = "heard", "A recognition result came"
    TURN = "turn", "A line of the transcript was written"
    TURN_TIMING = "turn_timing", "Where the time of a realtime turn went"
    INTERRUPTED = "interrupted", "The caller talked into the agent's words"
    TOOL = "tool", "A tool moved on"
    MACHINE_TAKEN = "machine_taken", "The line was taken from the AI because a machine answered"
    ANSWER_CUT_SHORT = "answer_cut_short", "The model's answer ended before its end"
    OPT_OUT = "opt_out", "The caller asked not to be called again"
    CALL_BACK_PROMISED = "call_back_promised", "A call back was promised"
    UNBACKED_CLAIM = "unbacked_claim", "The agent spoke of an appointment that is not booked"
    GOODBYE = "goodbye", "The agent said goodbye"

    # while the database was away, or a process died
    WRITTEN_LATE = "written_late", "Something was written that had to wait for the database"
    WISH_UNREAD = "wish_unread", "Something said on the call may be lost, so a wish in it would be unread"
    WISH_READ = "wish_read", "A person has read the call, or listened to it"

    # the recording
    RECORDING = "recording", "The carrier announced a recording"
    RECORDING_SOUGHT = "recording_sought", "The sweep looked for a recording"
    RECORDING_RETRY = "recording_retry", "The sweep had a recording processed again"
    RECORDING_STORED = "recording_stored", "The recording's sound is here"
    TRANSCRIBED = "transcribed", "The recording was transcribed"
    MEASURED = "measured", "The recording was measured"
    RECORDING_TAKEN_IN = "recording_taken_in", "All that follows from a recording is done"

    # noted by the realtime bridge, which knows no rows (`Note` in `realtime/bridge/vocabulary/actions.py`)
    MODEL_READY = "model_ready", "The model's session is configured"
    OPENING_PLAYED = "opening_played", "The opening was played to its end"
    OPENING_MISQUOTED = "opening_misquoted", "The model said something other than the opening it was asked to say"
    ECHO_SILENCED = "echo_silenced", "Echo of the agent was kept from the model"
    RESUMED = "resumed", "The agent went on after a false interruption"
    NUDGED = "nudged", "The model was asked again for an answer"
    REPROMPTED = "reprompted", "A silent caller was asked whether they are there"
    HANG_UP_CANCELED = "hang_up_canceled", "The caller spoke into the goodbye, so the call went on"
    RECONNECTING = "reconnecting", "A new session of the model is sought"
    STEPPING_DOWN = "stepping_down", "The realtime engine gives the line to the next one"
