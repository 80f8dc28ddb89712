"""What kind of step a row is leaves its verdict, which held both; and the caller's "um" is called a hesitation."""

from django.db import migrations

KINDS = {'greeting': 'opening', 'greeting_again': 'opening_again', 'continued': 'takeover', 'promise': 'promise'}
RESUMED, BACK = 'resumed:', 'back:'


def part(apps, schema_editor):
    steps = apps.get_model('calls', 'ConversationStep').objects
    transfers = set(apps.get_model('calls', 'Transfer').objects.values_list('pk', flat=True))
    for verdict, kind in KINDS.items():
        steps.filter(verdict=verdict).update(kind=kind, verdict='')
    for step in steps.filter(verdict__startswith=RESUMED):
        pk = int(step.verdict.removeprefix(RESUMED))
        steps.filter(pk=step.pk).update(kind='resumed', transfer=pk if pk in transfers else None, verdict='')
    for step in steps.filter(verdict__startswith=BACK):
        number = int(step.verdict.removeprefix(BACK))
        steps.filter(pk=step.pk).update(kind='returned', returned_after=number, verdict='')
    steps.filter(verdict='filler').update(verdict='hesitation')


def join(apps, schema_editor):
    steps = apps.get_model('calls', 'ConversationStep').objects
    for verdict, kind in KINDS.items():
        steps.filter(kind=kind).update(verdict=verdict)
    for step in steps.filter(kind='resumed'):
        steps.filter(pk=step.pk).update(verdict=f'{RESUMED}{step.transfer_id or 0}')
    for step in steps.filter(kind='returned'):
        steps.filter(pk=step.pk).update(verdict=f'{BACK}{step.returned_after}')
    steps.filter(verdict='hesitation').update(verdict='filler')


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0013_conversation_steps'),
    ]

    operations = [migrations.RunPython(part, join)]
