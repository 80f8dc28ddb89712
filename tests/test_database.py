"""What the migrations put into tables is there again after a test that empties them all, with the same keys."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from calls.models import Price
from tests.database import KEPT
from tests.people import make_lead

MODELS = (ContentType, Permission, Price)


def _rows() -> list[list[Any]]:
    return [list(model._default_manager.order_by("pk").values_list()) for model in MODELS]


@pytest.mark.django_db(transaction=True)
def test_the_rows_of_the_migrations_come_back_as_they_were() -> None:
    before = _rows()
    make_lead()
    call_command("flush", interactive=False, verbosity=0)
    assert all(before)
    assert _rows() == before


@pytest.mark.django_db(transaction=True)
def test_a_new_row_follows_them() -> None:
    call_command("flush", interactive=False, verbosity=0)
    last = ContentType.objects.order_by("pk").last()
    assert last is not None
    assert ContentType.objects.create(app_label="leads", model="new").pk > last.pk


def test_no_other_table_has_rows(db: None) -> None:
    with connection.cursor() as cursor:
        kept = {
            name.removeprefix(KEPT) for name in connection.introspection.table_names(cursor) if name.startswith(KEPT)
        }
    assert kept == {model._meta.db_table for model in MODELS}
