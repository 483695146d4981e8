# What has gone a year takes the place of what an account would bring, and the margin of it that may come back
# that of sales: until the next assessment neither is known.

from django.db import migrations, models


def forget(apps, schema_editor):
    apps.get_model('winback', 'LostAccount').objects.update(back=0.0)


class Migration(migrations.Migration):

    dependencies = [
        ('winback', '0001_initial'),
    ]

    operations = [
        migrations.RemoveField(model_name='lostaccount', name='year_amount'),
        migrations.AddField(
            model_name='lostaccount', name='gone', field=models.FloatField(null=True)
        ),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
