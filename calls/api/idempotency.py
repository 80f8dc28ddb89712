"""`Idempotency-Key`: the same request again gets the same answer, and nothing is done twice.

After the IETF's draft (draft-ietf-httpapi-idempotency-key-header): a key belongs to who asks; with another request it
is refused (422), and while the first one is carried out, too (409). The row is taken before the effect, so a process
that dies in between leaves it taken: whether a phone rang is then for a person to look up, not to be tried again.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Status
from ninja.responses import NinjaJSONEncoder

from calls.api.auth import staff_user
from calls.api.errors import ApiError
from calls.models import IdempotentRequest

HEADER = "Idempotency-Key"
LONGEST = 255
FORM = re.compile(rf'"(?P<quoted>[!#-~]{{1,{LONGEST}}})"|(?P<plain>[!#-~]{{1,{LONGEST}}})')  # the draft quotes it
KEPT = timedelta(days=30)
FORGOTTEN_AT_ONCE = 100  # old keys, whenever a new one comes
OPENAPI = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Chosen by you, once per thing to do: the same request again under it gets the first answer. "
    "422: the key came with another request. 409: the first one is still being carried out.",
    "schema": {"type": "string", "pattern": f'^("[!#-~]{{1,{LONGEST}}}"|[!#-~]{{1,{LONGEST}}})$'},
}


def once_per_key[**P, R](view: Callable[P, R]) -> Callable[P, R]:
    """Decorate an operation that does something: under an `Idempotency-Key` it is carried out once."""

    @wraps(view)
    def once(*args: P.args, **kwargs: P.kwargs) -> Any:
        request = args[0]
        assert isinstance(request, HttpRequest)  # noqa: S101 - ninja's first argument
        key = _key_of(request)
        if key is None:
            return view(*args, **kwargs)
        taken, mine = _take(staff_user(request), key, _fingerprint(request))
        return _carry_out(taken, lambda: view(*args, **kwargs)) if mine else _first_answer(taken, request)

    return once


def _key_of(request: HttpRequest) -> str | None:
    written = request.headers.get(HEADER)
    if written is None:
        return None
    form = FORM.fullmatch(written.strip())
    if form is None:
        raise ApiError(400, "bad_request", f"{HEADER} must be 1 to {LONGEST} visible ASCII characters, without quotes")
    return form["quoted"] or form["plain"]


def _fingerprint(request: HttpRequest) -> str:
    asked = "\0".join((request.method or "", request.path_info, request.META.get("QUERY_STRING", "")))
    return hashlib.sha256(asked.encode() + b"\0" + _canonical(request.body)).hexdigest()


def _canonical(body: bytes) -> bytes:
    """Return a body whose layout and order of fields do not count."""
    try:
        return json.dumps(json.loads(body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        return body


def _take(user: User, key: str, fingerprint: str) -> tuple[IdempotentRequest, bool]:
    """Take the key for this request, or find the request that has it; and whether it is ours now."""
    old = IdempotentRequest.objects.filter(created_at__lt=now() - KEPT).order_by("created_at")
    IdempotentRequest.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])).delete()
    try:
        with transaction.atomic():
            return IdempotentRequest.objects.create(user=user, key=key, fingerprint=fingerprint), True
    except IntegrityError:
        found = IdempotentRequest.objects.filter(user=user, key=key).first()
    if found is None:  # let go in this moment
        raise _still_carried_out()
    return found, False


def _carry_out(taken: IdempotentRequest, view: Callable[[], Any]) -> Any:
    """Carry the request out and keep its answer. What was refused before anything was done leaves the key free."""
    try:
        answer = view()
    except ApiError as error:
        if "call" in error.extra:
            _keep(taken, error.status, {"code": error.code, "message": error.message, "extra": error.extra})
        else:
            taken.delete()
        raise
    status, body = (answer.status_code, answer.value) if isinstance(answer, Status) else (200, answer)
    return Status(status, _keep(taken, status, body))  # to the letter what a repeat is told


def _keep(taken: IdempotentRequest, status: int, answer: Any) -> Any:
    plain = json.loads(json.dumps(answer, cls=NinjaJSONEncoder))
    IdempotentRequest.objects.filter(pk=taken.pk).update(status=status, answer=plain)
    return plain


def _first_answer(found: IdempotentRequest, request: HttpRequest) -> Any:
    if found.fingerprint != _fingerprint(request):
        raise ApiError(422, "idempotency_key_reused", f"This {HEADER} came with another request; use a new one")
    if found.status is None:
        raise _still_carried_out()
    if found.status >= 400 and isinstance(found.answer, dict):
        raise ApiError(found.status, found.answer["code"], found.answer["message"], **found.answer["extra"])
    return Status(found.status, found.answer)


def _still_carried_out() -> ApiError:
    message = (
        f"The first request with this {HEADER} has no answer yet. If it never gets one, look the calls up before you "
        "use a new key"
    )
    return ApiError(409, "request_in_progress", message)
