"""Stored words in American spelling: the status `dialing`, and the event `hang_up_canceled`."""

import phonenumber_field.modelfields
from django.conf import settings
from django.db import migrations, models

STATUS = ('dialling', 'dialing')
KIND = ('hang_up_cancelled', 'hang_up_canceled')


def respell(apps, before, after):
    """The constraints are off meanwhile; a call being dialed keeps its number, which stays unique among live calls."""
    index = int(after == STATUS[1])
    apps.get_model('calls', 'Call').objects.filter(status=before).update(status=after)
    kinds = apps.get_model('calls', 'CallEvent').objects.filter(kind=KIND[1 - index])
    kinds.update(kind=KIND[index])


def forward(apps, schema_editor):
    respell(apps, *STATUS)


def backward(apps, schema_editor):
    respell(apps, *reversed(STATUS))


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0011_beats_of_early_answers'),
        ('leads', '0005_constraint_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='call',
            name='call_live_once_per_number',
        ),
        migrations.RemoveConstraint(
            model_name='call',
            name='call_ended_has_end',
        ),
        migrations.AlterField(
            model_name='call',
            name='status',
            field=models.CharField(choices=[('queued', 'Waiting'), ('dialing', 'Dialing'), ('placed', 'Placed'), ('ringing', 'Ringing'), ('in_progress', 'In progress'), ('completed', 'Completed'), ('busy', 'Busy'), ('no_answer', 'No answer'), ('failed', 'Failed'), ('canceled', 'Canceled')], default='queued', max_length=12),
        ),
        migrations.AlterField(
            model_name='call',
            name='to_number',
            field=phonenumber_field.modelfields.PhoneNumberField(help_text="The number dialed: the lead's, or a test line", max_length=128, region=None),
        ),
        migrations.AlterField(
            model_name='comparison',
            name='persona',
            field=models.CharField(blank=True, help_text="Whose test lines were dialed; empty: the lead's own", max_length=40),
        ),
        migrations.RunPython(forward, backward),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['dialing', 'placed', 'ringing', 'in_progress'])), fields=('to_number',), name='call_live_once_per_number'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', False), ('status__in', ['queued', 'dialing', 'placed', 'ringing', 'in_progress']), _connector='OR'), name='call_ended_has_end'),
        ),
    ]
