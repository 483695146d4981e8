from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_far_less_money'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='p_fell',
            field=models.FloatField(null=True),
        ),
    ]
