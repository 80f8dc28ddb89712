"""Reasons: why an engine, a model, a voice or a call failed, in a broker's words.

What is stored is a code, ours or a vendor's. One that is not known here is shown as it is, after words that say so.
"""

import re

from calls.models import Transfer

WORDS = {
    # the house
    "deploy": "Ringside was being restarted",
    "internal_error": "Ringside made a mistake",
    "forgotten": "Ringside was not running when the call was due",
    "stream closed": "the carrier closed the sound of the call",
    "connection_lost": "the connection broke off",
    "early_lost": "the answer begun early broke off",
    "media_format": "the carrier sent sound in an unexpected format",
    # the model and the voice
    "empty": "it said nothing",
    "generation_failed": "the answer broke off",
    "model_format": "the model sent sound in an unexpected format",
    "model_not_ready": "the model was not ready in time",
    "model_lost": "the connection to the model broke off",
    "mute": "the model no longer heard the caller",
    "opening_not_said": "the model did not begin to speak",
    "server_error": "the vendor had a fault",
    "stalled": "an answer did not come",
    "timeout": "no answer came in time",
    "unreachable": "the vendor could not be reached",
    "slow_down": "the vendor asked for fewer requests",
    # the vendor's account
    "account_deactivated": "the vendor has closed the account",
    "billing_hard_limit_reached": "the account has reached its spending limit",
    "insufficient_quota": "the account has no credit left",
    "invalid_api_key": "the vendor does not accept the key",
    "model_not_found": "the account may not use the model",
    "rate_limit_exceeded": "too many requests at once for the account",
    "session_expired": "the model’s session had reached its longest time",
    "unconfigured": "no key is set for the vendor",
    # people
    "answered": "a colleague picked up",
    "machine_end_beep": "a mailbox answered",
    "machine_end_other": "a mailbox answered",
    "machine_end_silence": "a mailbox answered",
    "machine_start": "a machine answered",
    "fax": "a fax answered",
    "no_answer": "nobody picked up",
    "nobody_answered": "nobody picked up",
    "not_heard": "the lead could not be heard",
    "person": "a person came to the phone",
    "strikes": "the lead could not be understood",
    "transfer": "the lead was given to a colleague",
    "blocked": "the call was not allowed",
    "carrier": "the carrier refused the call",
    "never_placed": "the call was never placed",
}
_STATUSES = (
    (re.compile(r"refused_(\d+)"), "the vendor refused the connection"),
    (re.compile(r"closed_(\d+)"), "the vendor closed the connection"),
    (re.compile(r"(4\d\d)"), "the vendor refused the request"),
    (re.compile(r"(5\d\d)"), "the vendor had a fault"),
)
_AI_FAILED = re.compile(r"the AI failed \((.*)\)")
WORDS |= {
    f"transfer: {reason.value}": f"the lead was given to a colleague ({str(reason.label).lower()})"
    for reason in Transfer.Reason
}
_CODE = re.compile(r"[\w.:/-]+")  # one word: a code, whoever made it


def reason_words(reason: str) -> str:
    """Why something failed or changed, as the end of a sentence; empty for no reason."""
    if reason in WORDS or not reason:
        return WORDS.get(reason, "")
    if inner := _AI_FAILED.fullmatch(reason):
        return f"the AI failed: {reason_words(inner[1])}"
    for pattern, words in _STATUSES:
        if found := pattern.fullmatch(reason):
            return f"{words} (status {found[1]})"
    return f"a fault called “{reason}”" if _CODE.fullmatch(reason) else reason
