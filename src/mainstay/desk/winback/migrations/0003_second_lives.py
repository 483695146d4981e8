# Lost accounts are listed by what their second lives are expected to bring, and those in one are kept beside them:
# until the next assessment neither is known.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_cared_for'),
        ('winback', '0002_gone'),
    ]

    operations = [
        migrations.CreateModel(
            name='SecondLife',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField()),
                ('left_on', models.DateField()),
                ('back_on', models.DateField()),
                ('weeks_away', models.IntegerField()),
                ('times', models.IntegerField()),
                ('cause', models.CharField()),
                ('p_cause', models.FloatField()),
                ('before', models.FloatField(null=True)),
                ('now', models.FloatField(null=True)),
                ('p_gone', models.FloatField(null=True)),
                ('play', models.CharField(null=True)),
                ('play_from', models.DateField(null=True)),
                ('by_id', models.CharField(null=True)),
            ],
            options={
                'ordering': ['-back_on', 'id'],
            },
        ),
        migrations.RemoveIndex(
            model_name='lostaccount',
            name='lost_back',
        ),
        migrations.RemoveField(
            model_name='lostaccount',
            name='back',
        ),
        migrations.RemoveField(
            model_name='lostaccount',
            name='share',
        ),
        migrations.AddField(
            model_name='lostaccount',
            name='cause',
            field=models.CharField(default='unknown'),
        ),
        migrations.AddField(
            model_name='lostaccount',
            name='chance',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='lostaccount',
            name='chance_high',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='lostaccount',
            name='chance_low',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='lostaccount',
            name='margin_year',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='lostaccount',
            name='p_cause',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='lostaccount',
            name='play',
            field=models.CharField(null=True),
        ),
        migrations.AddField(
            model_name='lostaccount',
            name='value',
            field=models.FloatField(default=0.0),
        ),
        migrations.AddField(
            model_name='lostaccount',
            name='years',
            field=models.FloatField(null=True),
        ),
        migrations.AddIndex(
            model_name='lostaccount',
            index=models.Index(fields=['assessment', 'value', 'id'], name='lost_value'),
        ),
        migrations.AddIndex(
            model_name='lostaccount',
            index=models.Index(fields=['assessment', 'cause', 'value', 'id'], name='lost_cause'),
        ),
        migrations.AddField(
            model_name='secondlife',
            name='assessment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='accounts.assessment'),
        ),
        migrations.AddIndex(
            model_name='secondlife',
            index=models.Index(fields=['assessment', 'back_on', 'id'], name='second_back_on'),
        ),
        migrations.AddConstraint(
            model_name='secondlife',
            constraint=models.UniqueConstraint(fields=('assessment', 'account_id'), name='second_once'),
        ),
    ]
