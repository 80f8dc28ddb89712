"""Forgets the rendered clips: their names could be guessed from their words. They are rendered again when asked for."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_clips(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Deletes every clip in one statement: nothing refers to them, and a live call's are rendered again by its steps."""
    apps.get_model("calls", "SpeechClip").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("calls", "0017_process_beats")]
    operations = [migrations.RunPython(forget_clips, migrations.RunPython.noop)]
