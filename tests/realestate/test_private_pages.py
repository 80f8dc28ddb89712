"""No answer with personal data is kept by a browser or a proxy."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.timezone import now

from calls.api.tokens import issue_token
from calls.models import Comparison, Recording
from leads.models import Lead
from realestate.private_pages import PrivatePages
from tests.people import make_call

PUBLIC = ("speech/",)  # rendered speech, which the carrier may keep
A_UUID = "11111111-2222-4333-8444-555555555555"
EXAMPLES = {"uuid": A_UUID, "int": "1", "path": "a/b", "str": "x", "slug": "x"}


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """An example of every address there is."""
    for entry in resolver.url_patterns:
        part = str(entry.pattern).lstrip("^").rstrip("$")
        for name, converter in getattr(entry.pattern, "converters", {}).items():
            kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
            for written in (f"<{kind}:{name}>", f"<{name}>"):
                part = part.replace(written, EXAMPLES.get(kind, "x"))
        if isinstance(entry, URLResolver):
            yield from addresses(entry, before + part)
        elif isinstance(entry, URLPattern):
            yield before + part


EVERY = sorted({address for address in addresses(get_resolver()) if "(?P" not in address})


@pytest.mark.parametrize("who", ["nobody", "ana"])
def test_no_answer_at_any_address_is_stored(client: Client, ana: User, who: str) -> None:
    if who == "ana":
        client.force_login(ana)
    kept = []
    for address in EVERY:
        if not address.removeprefix("/").startswith(PUBLIC) and "logout" not in address:
            answer = client.get(address)
            if "no-store" not in answer.headers.get("Cache-Control", ""):
                kept.append((address, answer.status_code, answer.headers.get("Cache-Control")))
    assert len(EVERY) > 100
    assert kept == []


def test_pages_with_people_on_them_are_not_stored(client: Client, lead: Lead, ana: User) -> None:
    call = make_call(lead, status="completed", ended_at=now())
    comparison = Comparison.objects.create(lead=lead, placed_by=ana, agent_mode="buyer")
    recording = Recording.objects.create(call=call, sid="RE1")
    client.force_login(ana)
    pages = [
        reverse("lead_list"),
        lead.get_absolute_url(),
        call.get_absolute_url(),
        comparison.get_absolute_url(),
        reverse("recording_audio", args=[recording.pk]),
        f"/api/calls/{call.pk}",
        reverse("admin:leads_lead_change", args=[lead.pk]),
        reverse("admin:leads_lead_history", args=[lead.pk]),
        reverse("admin:autocomplete") + "?app_label=leads&model_name=appointment&field_name=lead&term=Lopez",
        "/admin/password_change/",
    ]
    for page in pages:
        assert "no-store" in client.get(page).headers["Cache-Control"], page
    assert "no-store" in client.post(reverse("lead_call", args=[lead.pk]), {}).headers["Cache-Control"]


def test_answers_to_a_token_and_refusals_are_not_stored(client: Client, omar: User, lead: Lead) -> None:
    token = {"Authorization": f"Bearer {issue_token(omar)}"}
    for headers in (token, {"Authorization": "Bearer wrong"}, {}):
        assert "no-store" in client.get("/api/calls", headers=headers).headers["Cache-Control"]
    assert "no-store" in client.get("/login/").headers["Cache-Control"]
    assert "no-store" in client.post("/login/", {"username": "omar", "password": "x"}).headers["Cache-Control"]
    assert "no-store" in client.get(f"/leads/{A_UUID}/").headers["Cache-Control"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [("", False), ("private, max-age=60", False), ("max-age=60", False), ("public, max-age=60", True)],
)
def test_only_what_says_public_is_kept(said: str, kept: bool) -> None:
    headers = {"Cache-Control": said} if said else {}
    answer = PrivatePages(lambda request: HttpResponse(headers=headers))(HttpRequest())
    assert ("no-store" not in answer.headers["Cache-Control"]) is kept
