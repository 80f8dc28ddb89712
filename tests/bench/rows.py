"""Rows for calls that are about to be streamed, in the database DATABASE_URL names. Prints them as JSON.

`python -m tests.bench.rows CALLS`: migrated tables, so many answered calls, a member of staff who is logged in, and the
lines that the house says, rendered.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realestate.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402

from calls.agent import phrases  # noqa: E402
from calls.agent.briefing import brief  # noqa: E402
from calls.agent.opening import prepare_opening  # noqa: E402
from calls.models import Call, SpeechClip  # noqa: E402
from calls.providers import polly  # noqa: E402
from calls.speech import clips  # noqa: E402
from calls.speech.sentences import split_sentences  # noqa: E402
from tests.people import make_call, make_lead, make_staff  # noqa: E402

CLIP = b"\xff" * 1600


def render(text: str) -> None:
    """The text is in the cache, as a fifth of a second of silence a sentence."""
    for part in split_sentences(text):
        digest = clips._digest(polly.speech(), part, "mulaw")
        SpeechClip.objects.get_or_create(
            digest=digest, defaults={"content_type": "audio/ulaw", "audio": CLIP, "seconds": len(CLIP) / 8000}
        )


def make(calls: int) -> dict[str, object]:
    """The calls, with the session of somebody who may watch them."""
    manager = make_staff(f"mona{os.getpid()}", manager=True, is_superuser=True)
    made = [make_call(make_lead(owner=manager), placed_by=manager) for _ in range(calls)]
    for text in (*phrases.REALTIME, *{brief(call).greeting for call in made}):
        render(text)
    for call in made:
        prepare_opening(call)
    session = SessionStore()
    session[SESSION_KEY] = str(manager.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = manager.get_session_auth_hash()
    session.create()
    return {"session": session.session_key, "calls": [_ticket(call) for call in made]}


def _ticket(call: Call) -> dict[str, str]:
    return {"call": str(call.pk), "token": call.stream_token, "call_sid": str(call.twilio_sid)}


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps(make(int(sys.argv[1]))))  # noqa: T201
