"""An appointment's stored status `cancelled` becomes `canceled`, as listings and calls spell it."""

from django.db import migrations, models


def respell(apps, before, after):
    apps.get_model('leads', 'Appointment').objects.filter(status=before).update(status=after)


def forward(apps, schema_editor):
    respell(apps, 'cancelled', 'canceled')


def backward(apps, schema_editor):
    respell(apps, 'canceled', 'cancelled')


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0005_constraint_words'),
    ]

    operations = [
        migrations.RunPython(forward, backward),
        migrations.AlterField(
            model_name='appointment',
            name='status',
            field=models.CharField(choices=[('confirmed', 'Confirmed'), ('completed', 'Completed'), ('no_show', 'No show'), ('canceled', 'Canceled'), ('unresolved', 'Past, not noted how it went')], default='confirmed', max_length=12),
        ),
    ]
