"""The 25 ways in which phone agents on Twilio and OpenAI fail, each reported by several public projects."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    """``otherwise`` says what provokes it besides, or instead of, a fault: a persona, a setting, plain behavior."""

    symptom: str
    otherwise: str = ""


MODES: Mapping[int, Mode] = {
    1: Mode("the agent talks on when interrupted", "persona `interrupter`; `realtime_pace`: speech is sent ahead"),
    2: Mode("a truncation is refused", "truncating beyond what was sent, or at 0 ms"),
    3: Mode("the agent remembers what the caller never heard", "persona `interrupter`"),
    4: Mode("a call dies of a harmless error of the model", "two `response.create` at once, a late `response.cancel`"),
    5: Mode("two answers around a tool"),
    6: Mode("the agent interrupts itself on echo or noise", "persona `noisy_street`"),
    7: Mode("silence for good after a cough", "persona `interrupter`, whose bursts are no questions"),
    8: Mode("dead air at pick-up", "`llm_first_token_ms`, `speech_first_byte_ms`"),
    9: Mode("no greeting, or two"),
    10: Mode("static instead of a voice"),
    11: Mode("stutter, clipped words"),
    12: Mode("half of what is said is not understood", "personas `mumbler`, `noisy_street`; `word_errors`"),
    13: Mode("a transcript of things nobody said", "persona `spanish`"),
    14: Mode("transcripts out of order"),
    15: Mode("the goodbye is cut off", "`realtime_pace`: `response.done` comes long before the last word is played"),
    16: Mode("the line stays open after the goodbye", "an app that closes its socket and leaves the call to its TwiML"),
    17: Mode("calls that never end for the app"),
    18: Mode("the connection ends under a live call", "`realtime_session_seconds`"),
    19: Mode("silence when a vendor fails or a quota ends"),
    20: Mode("dead air while a tool runs"),
    21: Mode('"You are booked", and nothing is'),
    22: Mode("talks to machines, or takes people for machines", "personas `voicemail`, `screening`, `fax`"),
    23: Mode("a key or a transfer kills the call", "personas `presses_keys`, `presses_nine`; a REST redirect"),
    24: Mode("webhooks refused, strangers let in, status going backwards"),
    25: Mode("the cost of a call is wrong", "cached tokens and usage of canceled answers, always reported"),
}
