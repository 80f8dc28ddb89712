"""The last sign of life of a process."""

import pytest
from django.db import IntegrityError
from django.utils.timezone import now

from calls.models import ProcessBeat


@pytest.mark.django_db
def test_a_process_has_one_last_sign_of_life() -> None:
    ProcessBeat.objects.create(name="worker:a:1", role="worker", at=now())
    with pytest.raises(IntegrityError):
        ProcessBeat.objects.create(name="worker:a:1", role="worker", at=now())
    assert str(ProcessBeat(name="worker:a:1")) == "worker:a:1"
