"""People on the phone: personas with goals, facts and temper, and the mind that lets them listen and speak."""

from sandbox.callers.lead import LeadMind
from sandbox.callers.mind import Act, HangUp, Mind, Press, Say, Wait
from sandbox.callers.persona import Persona, persona_names
from sandbox.callers.screener import ScreenerMind
from sandbox.callers.spanish_speaker import ForeignMind
from sandbox.callers.staff import StaffMind

__all__ = [
    "Act",
    "ForeignMind",
    "HangUp",
    "LeadMind",
    "Mind",
    "Persona",
    "Press",
    "Say",
    "ScreenerMind",
    "StaffMind",
    "Wait",
    "persona_names",
]
