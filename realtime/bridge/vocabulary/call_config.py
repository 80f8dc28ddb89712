"""What the house decides before the call: the lines it has recorded, and how long it waits for what."""

from dataclasses import dataclass

from realtime.bridge.audio.mulaw import split
from realtime.bridge.vocabulary.actions import ContextItem


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence and its sound as base64 µ-law pieces; without sound the model has to say it."""

    text: str
    audio: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, sound: bytes) -> "Phrase":
        """An utterance from raw µ-law at 8 kHz."""
        return cls(text, split(sound))


@dataclass(frozen=True, slots=True)
class CallConfig:
    """The agent's fixed lines and the directions the bridge may give the model.

    ``before`` is what the model shall know of the call's earlier streams and engines, oldest first; a call's second
    stream needs its own ``ids``, the beginning of the ids of our own lines.
    """

    opening: Phrase | None = None
    disclosure: str = ""  # what of the opening nobody may leave out or reword, should the model have to say it
    filler: Phrase | None = None
    hand_over: Phrase | None = None  # when the agent gives the call to a person without a word
    history: tuple[ContextItem, ...] = ()
    id_prefix: str = ""
    direct_opening: str = "Begin the call by saying exactly this, then stop: {text}"
    direct_reprompt: str = "The caller has been silent for a while. Ask in one short sentence whether they are there."
    direct_resume: str = (
        "You were cut off by a noise on the line, the caller said nothing. "
        "Go on with what you were saying, from where you were cut off, without an apology."
    )
    direct_repeat: str = (
        "The line was disturbed and you missed what the caller has just said. "
        "Ask them in one short sentence to say it again."
    )
    direct_goodbye: str = "Say goodbye in one short friendly sentence. Ask nothing."


@dataclass(frozen=True, slots=True)
class Limits:
    """Waiting times in seconds, counts, and what the model's session was told about turns."""

    start_s: float = 10.0  # from the carrier's socket to its stream
    model_s: float = 4.0  # until the model is ready, counted from the end of the opening
    lead_in_s: float = 1.0  # after the opening: the agent goes on by itself when the caller says nothing
    silence_filler_s: float = 2.5  # of silence after the caller stopped, while an answer is due: a recorded phrase
    answer_s: float = 6.0  # for an answer that is due, before a nudge and again before stepping down
    liveness_s: float = 0.5  # between two looks at whether the model notices the caller
    probe_s: float = 1.2  # for a sign of life of a model that does not; then it is replaced
    tool_filler_s: float = 1.0  # of a silent line while a tool runs
    tool_s: float = 2.5  # for a tool, then the model is told it took too long
    keys_s: float = 1.5  # after the last key
    reprompt_s: float = 8.0  # of silence
    reprompts: int = 3
    media_s: float = 30.0  # without a frame from the phone: the leg is dead
    resume_s: float = 1.0  # for an answer to an interruption without words, then the agent goes on
    turn_silence_s: float = 2.0  # without a sound in a caller's turn that does not end: it was noise
    longest_turn_s: float = 60.0  # of one caller's turn: longer is noise, not speech
    call_s: float = 1200.0  # the whole stream
    wrap_up_s: float = 20.0  # before that: the goodbye
    drain_s: float = 2.0  # more than the clock says, for the last mark to come back
    kept_speech_s: float = 30.0
    failures: int = 2  # failed generations in a row, then step down
    reconnects: int = 0  # attempts to open another model session during one call
    reconnect_s: float = 3.0  # for all of an outage
    reconnect_pause_s: float = 0.5  # before another attempt when one has failed; the first is made at once
    echo_db: float = 18.0  # our own echo is at least so much softer than what we play; 0: no guard
    silence_ms: int = 500  # the silence after which the model takes the caller's turn for finished
    model_interrupts: bool = True  # the model cancels its own answer when the caller speaks
