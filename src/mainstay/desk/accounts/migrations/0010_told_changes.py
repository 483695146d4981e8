from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_causes"),
    ]

    operations = [
        # 1 for what is there: some of its accounts may have told us already.
        migrations.AddField(
            model_name="assessment",
            name="told_changes",
            field=models.PositiveBigIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="assessment",
            name="told_changes",
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
