"""The people of the tests: Ana the admin, Mona the manager, Omar and Bob the agents, Zoe the stranger; and makers."""

import itertools
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.utils.timezone import now

from calls.models import Call, CallType
from leads.models import Lead, Listing, StaffProfile

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


def make_staff(username: str, *, phone: str = "", manager: bool = False, **fields: Any) -> User:
    """A staff user with a profile."""
    user = User.objects.create_user(username, password=PASSWORD, is_staff=True, **fields)
    StaffProfile.objects.create(user=user, phone=phone, is_manager=manager)
    return user


def at_work(user: User) -> User:
    """That member of staff is on duty, whatever the time."""
    StaffProfile.objects.filter(user=user).update(works_from=time.min, works_until=time.max, workdays=list(range(7)))
    return user


def gone_home(*users: User) -> None:
    """These members of staff are not on duty, whatever the time."""
    other_day = (now().weekday() + 3) % 7
    StaffProfile.objects.filter(user__in=users).update(workdays=[other_day])


def make_lead(**fields: Any) -> Lead:
    """A buyer with a phone of his own, which is none of the staff's."""
    number = f"+1512555{1000 + next(_numbers) % 9000}"
    return Lead.objects.create(
        **{"first_name": "Maria", "last_name": "Lopez", "phone": number, "intent": "buyer"} | fields
    )


def make_listing(**fields: Any) -> Listing:
    """An active three-bedroom house."""
    serial = next(_numbers)
    price = fields.pop("list_price", Decimal("425000"))
    defaults = {
        "listing_key": f"SYN-{serial}",
        "standard_status": Listing.Status.ACTIVE,
        "list_price": price,
        "original_list_price": price,
        "listing_contract_date": (now() - timedelta(days=20)).date(),
        "unparsed_address": f"{serial} Orchard Lane",
        "city": "Lakeside",
        "state_or_province": "TX",
        "postal_code": "78799",
        "subdivision_name": "Willow Creek",
        "bedrooms_total": 3,
        "bathrooms_total": Decimal("2.0"),
        "living_area": 1850,
        "year_built": 2004,
    }
    return Listing.objects.create(**defaults | fields)


def make_call(lead: Lead | None = None, **fields: Any) -> Call:
    """A realtime call in progress."""
    lead = lead or make_lead()
    defaults = {
        "type": CallType.REALTIME,
        "status": "in_progress",
        "to_number": str(lead.phone) or "+15125550199",
        "twilio_sid": f"CA{next(_numbers):032x}",
        "placed_at": now(),
        "answered_at": now(),
    }
    return Call.objects.create(lead=lead, **defaults | fields)


def write_raw(row: Model, **columns: str) -> None:
    """Write into that row as another program would: past every check of ours. JSON is given as its text."""
    key, table = row._meta.pk, row._meta.db_table
    assert key is not None
    assert key.column is not None
    name = connection.ops.quote_name
    values = ", ".join(f"{name(column)} = %s" for column in columns)
    with connection.cursor() as cursor:
        statement = f"UPDATE {name(table)} SET {values} WHERE {name(key.column)} = %s"  # noqa: S608 - our own names
        cursor.execute(statement, [*columns.values(), key.get_db_prep_value(row.pk, connection)])
        assert cursor.rowcount == 1
