"""The JSON API against what its description allows and what it does not, made up by schemathesis.

`make api-fuzz` tries thousands (API_FUZZ_CASES, for each operation); among the tests are some.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils.timezone import now
from hypothesis import HealthCheck, Phase, given, seed
from pytest_django import Settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi import checks

from calls.api.tokens import issue_token
from calls.models import Call, Comparison, IdempotentRequest
from leads.models import Lead
from tests.calls.carrier_stub import Carrier
from tests.people import make_call

CASES = int(os.environ.get("API_FUZZ_CASES", "12"))  # of an operation and a mode
MEANT = {"unknown_user", "unknown_persona"}  # errors about rows, which no description can tell
CHECKED = (
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
)
load_all_checks()


@pytest.fixture
def tried() -> Iterator[Counter[str]]:
    """Counts the answers, and prints them."""
    counted: Counter[str] = Counter()
    yield counted
    print(f"{counted.total()} cases: {dict(counted)}")  # noqa: T201 - what `make api-fuzz` shows


@pytest.fixture
def application(db: None) -> Iterator[WSGIHandler]:
    """The product over WSGI, which leaves a test's connection open as Django's own client does."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        ("post", "/api/calls/{lead_id}/initiate", GenerationMode.POSITIVE),
        ("post", "/api/calls/{lead_id}/initiate", GenerationMode.NEGATIVE),
        ("get", "/api/calls", GenerationMode.POSITIVE),
        ("get", "/api/calls", GenerationMode.NEGATIVE),
        ("get", "/api/calls/{call_id}", GenerationMode.POSITIVE),  # of a text in a path nothing is wrong in form
        ("post", "/api/calls/{call_id}/end", GenerationMode.POSITIVE),
        ("post", "/api/calls/{call_id}/end", GenerationMode.NEGATIVE),
        ("post", "/api/comparisons", GenerationMode.POSITIVE),
        ("post", "/api/comparisons", GenerationMode.NEGATIVE),
        ("get", "/api/comparisons/{comparison_id}", GenerationMode.POSITIVE),
    ],
)
def test_an_operation_keeps_to_its_description(
    application: WSGIHandler,
    lead: Lead,
    omar: User,
    carrier: Carrier,
    settings: Settings,
    tried: Counter[str],
    method: str,
    path: str,
    mode: GenerationMode,
) -> None:
    settings.TEST_LINES = {"buyer": "+15125550181 +15125550182"}
    described = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    _without_security(described.raw_schema)  # each request has a good token; bad ones are tried in test_auth.py
    operation = described[path][method.upper()]
    ended = make_call(lead, status="completed", ended_at=now())
    known = {"lead_id": str(lead.pk), "call_id": str(ended.pk), "comparison_id": "x"}
    headers = {"Authorization": f"Bearer {issue_token(omar)}"}

    counter = count()

    @seed(1)
    @_often
    @given(case=operation.as_strategy(generation_mode=mode))
    def keeps(case: schemathesis.Case[Any]) -> None:
        if index := next(counter) % 2:  # every other time with rows that are there
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
        if index and mode is GenerationMode.POSITIVE and isinstance(case.body, dict) and "leadId" in case.body:
            case.body["leadId"] = str(lead.pk)
        answer = case.call(headers=headers)
        tried[str(answer.status_code)] += 1
        case.validate_response(answer, checks=list(CHECKED), headers=headers)
        if mode is GenerationMode.POSITIVE and answer.status_code == 400:
            assert answer.json()["error"]["code"] in MEANT, answer.json()
        _start_over()

    keeps()


def _without_security(description: dict[str, Any]) -> None:
    del description["components"]["securitySchemes"]
    for methods in description["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)


def _often(test: Callable[..., None]) -> Callable[..., None]:
    return hypothesis.settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(test)


def _start_over() -> None:
    IdempotentRequest.objects.all().delete()
    Call.objects.exclude(status="completed").delete()
    Comparison.objects.all().delete()
