"""The simulated people on the phone: personas from TOML files, and the minds that decide what they say. Pure.

Decided here: what a person says and does on hearing a text. Imported by ``sandbox.twilio.people``. Tests:
``tests/sandbox/callers/``.
"""

from sandbox.callers.lead import LeadMind
from sandbox.callers.mind import Act, HangUp, Mind, Press, Say, Wait
from sandbox.callers.persona import Persona, is_persona, persona_names
from sandbox.callers.screener import ScreenerMind
from sandbox.callers.spanish_speaker import SpanishSpeakerMind
from sandbox.callers.staff import StaffMind

__all__ = [
    "Act",
    "HangUp",
    "LeadMind",
    "Mind",
    "Persona",
    "Press",
    "Say",
    "ScreenerMind",
    "SpanishSpeakerMind",
    "StaffMind",
    "Wait",
    "is_persona",
    "persona_names",
]
