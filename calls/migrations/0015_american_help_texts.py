"""Help texts in American spelling; no column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0014_kinds_of_steps'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apitoken',
            name='hint',
            field=models.CharField(help_text='Last characters, to recognize it by', max_length=8),
        ),
        migrations.AlterField(
            model_name='earlyanswer',
            name='asked',
            field=models.CharField(help_text="Digest of the request, with the caller's words normalized", max_length=64),
        ),
        migrations.AlterField(
            model_name='turn',
            name='confidence',
            field=models.FloatField(blank=True, help_text="The recognizer's, 0 to 1", null=True),
        ),
    ]
