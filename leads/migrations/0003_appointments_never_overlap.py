"""PostgreSQL itself refuses two overlapping live appointments of one agent; elsewhere the booking service's lock does."""

from django.db import migrations

ADD = """
ALTER TABLE leads_appointment ADD CONSTRAINT appointment_never_overlaps
EXCLUDE USING gist (agent_id WITH =, tstzrange(start_at, end_at, '[)') WITH &&)
WHERE (status = 'confirmed' AND NOT is_test)
"""


def add_constraint(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    schema_editor.execute(ADD)


def drop_constraint(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE leads_appointment DROP CONSTRAINT IF EXISTS appointment_never_overlaps")


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_past_appointments")]
    operations = [migrations.RunPython(add_constraint, drop_constraint)]
