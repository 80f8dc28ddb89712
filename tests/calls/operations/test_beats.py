"""Signs of life of the worker and the dialer."""

import time
from datetime import timedelta

import pytest
from django.utils.timezone import now

from calls.models import ProcessBeat
from calls.operations.beats import SILENT_AFTER, beat, beating, is_alive

pytestmark = pytest.mark.django_db


def test_a_process_is_alive_for_a_while_after_each_sign() -> None:
    assert not is_alive("worker")
    beat("worker")
    assert is_alive("worker")
    assert not is_alive("dialer")
    ProcessBeat.objects.update(at=now() - SILENT_AFTER - timedelta(seconds=1))
    assert not is_alive("worker")


def test_a_process_has_one_row_and_the_forgotten_have_none() -> None:
    ProcessBeat.objects.create(name="worker:old:1", role="worker", at=now() - timedelta(days=2))
    ProcessBeat.objects.create(name="dialer:old:1", role="dialer", at=now() - timedelta(days=2))
    for _ in range(2):
        beat("worker")
    assert ProcessBeat.objects.filter(role="worker").count() == 1
    assert ProcessBeat.objects.filter(role="dialer").count() == 1  # forgotten by the next dialer


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_in_a_thread_of_its_own_until_the_work_is_done() -> None:
    with beating("worker", every=0.02):
        until = time.monotonic() + 10
        first = found = None
        while time.monotonic() < until:
            found = ProcessBeat.objects.filter(role="worker").first()
            if found is not None and first is not None and found.at > first:
                break
            first = first or (found.at if found else None)
            time.sleep(0.02)
        assert found is not None
        assert first is not None
        assert found.at > first
    ProcessBeat.objects.all().delete()
    time.sleep(0.06)
    assert not ProcessBeat.objects.exists()
