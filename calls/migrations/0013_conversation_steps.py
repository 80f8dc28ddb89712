"""The step of a conversational call gets the engine's name, and says itself what kind of step it is."""

import django.db.models.deletion
from django.db import migrations, models

NAME = {'fields': ('call', 'number'), 'name': 'step_once_per_number'}


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0012_american_spelling'),
    ]

    operations = [
        migrations.RenameModel('ChainStep', 'ConversationStep'),
        migrations.AlterField(
            model_name='conversationstep',
            name='call',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='calls.call'),
        ),
        migrations.RemoveConstraint('conversationstep', 'chain_step_once_per_number'),
        migrations.AddConstraint('conversationstep', models.UniqueConstraint(**NAME)),
        migrations.AddField(
            model_name='conversationstep',
            name='kind',
            field=models.CharField(choices=[('opening', 'Opening'), ('opening_again', 'Opening, for the person after a machine'), ('turn', 'Answer to what was heard'), ('takeover', 'Taken over from another engine'), ('returned', 'Back after the line was led away'), ('resumed', 'Back after nobody took the call'), ('promise', 'Promise of a call back')], default='turn', max_length=14),
        ),
        migrations.AddField(
            model_name='conversationstep',
            name='transfer',
            field=models.ForeignKey(blank=True, help_text='Resumed after this one', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='calls.transfer'),
        ),
        migrations.AddField(
            model_name='conversationstep',
            name='returned_after',
            field=models.PositiveIntegerField(blank=True, help_text='The number of the last step before the line came back', null=True),
        ),
        migrations.AlterField(
            model_name='conversationstep',
            name='verdict',
            field=models.CharField(blank=True, help_text='How what was heard was taken; empty where nothing was listened to', max_length=20),
        ),
    ]
