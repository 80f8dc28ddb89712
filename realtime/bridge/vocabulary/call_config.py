"""Call configuration: the phrases recorded before the call, what the model may be told, every timeout and limit."""

from dataclasses import dataclass

from realtime.bridge.audio.mulaw import split
from realtime.bridge.vocabulary.actions import ContextItem


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence and its sound as base64 mu-law pieces. Without sound the model has to say it."""

    text: str
    audio: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, sound: bytes) -> "Phrase":
        """A phrase from raw mu-law at 8 kHz."""
        return cls(text, split(sound))


@dataclass(frozen=True, slots=True)
class CallConfig:
    """The agent's fixed phrases, and the instructions the bridge may give the model.

    `history` is what the model is told of the call's earlier streams and engines, oldest first. A call's second stream
    needs its own `id_prefix`, which begins the ids of our own lines.
    """

    opening: Phrase | None = None
    disclosure: str = ""  # the part of the opening a model may not leave out or reword
    filler: Phrase | None = None
    hand_over: Phrase | None = None  # played when the agent hands the call to a person without announcing it
    history: tuple[ContextItem, ...] = ()
    id_prefix: str = ""
    direct_opening: str = "Begin the call by saying exactly this, then stop: {text}"
    direct_question: str = "Answer by saying exactly this, then stop: {text}"
    direct_reprompt: str = "The caller has been silent for a while. Ask in one short sentence whether they are there."
    direct_resume: str = (
        "You were cut off by a noise on the line, the caller said nothing. "
        "Go on with what you were saying, from where you were cut off, without an apology."
    )
    direct_repeat: str = (
        "The line was disturbed and you missed what the caller has just said. "
        "Ask them in one short sentence to say it again."
    )
    direct_finish: str = (
        "Your last answer was cut off in the middle of a sentence. Go on from there in one short sentence, without an "
        "apology and without repeating what you said."
    )
    direct_goodbye: str = "Say goodbye in one short friendly sentence. Ask nothing."

    @property
    def opening_asks(self) -> bool:
        """Whether the opening ends with a question, so that the caller's answer is waited for as after any other."""
        return self.opening is not None and self.opening.text.rstrip().endswith("?")


@dataclass(frozen=True, slots=True)
class Limits:
    """Timeouts in seconds, counts, and how the model's session was told to detect turns."""

    start_s: float = 10.0  # from the carrier's connection to the start of its stream
    model_s: float = 4.0  # until the model is ready, counted from the end of the opening
    lead_in_s: float = 1.0  # of silence after an opening that asks nothing, then the agent goes on by itself
    silence_filler_s: float = 2.5  # of silence after the caller stopped, while an answer is due: a recorded phrase
    answer_s: float = 6.0  # for a response that is due: it is asked for again, the second time the call steps down
    liveness_s: float = 0.5  # between two checks whether the model notices the caller
    probe_s: float = 1.2  # for the answer to a probe; then the session is replaced
    tool_filler_s: float = 1.0  # of silence while a tool runs: a recorded phrase
    tool_s: float = 2.5  # for a tool; then the model is told it took too long
    keys_s: float = 1.5  # after the last key, then the number is complete
    reprompt_s: float = 8.0  # of silence, then the caller is asked whether they are there
    reprompts: int = 3
    media_s: float = 30.0  # without a frame from the caller: the line is dead
    resume_s: float = 1.0  # for a response to an interruption without words; then the agent goes on
    turn_silence_s: float = 2.0  # of silence in a caller's turn that does not end: it was noise
    longest_turn_s: float = 60.0  # of one caller's turn: longer is noise, not speech
    call_s: float = 1200.0  # the whole stream
    wrap_up_s: float = 20.0  # before its end: the goodbye
    drain_s: float = 2.0  # for the last mark to come back, after the clock says all was played
    kept_speech_s: float = 30.0  # of caller audio kept while no model hears it
    failures: int = 2  # failed responses in a row, then the call steps down
    reconnects: int = 0  # attempts to open another model session during one call
    reconnect_s: float = 3.0  # for the whole outage; then the call steps down
    reconnect_pause_s: float = 0.5  # before another attempt; the first is made at once
    echo_db: float = 18.0  # our own echo is at least this much softer than what we play; 0: no echo guard
    silence_ms: int = 500  # of silence, then the model takes the caller's turn as finished
    model_interrupts: bool = True  # the model cancels its own response when the caller speaks
