from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("allocation", "0001_initial")]

    operations = [
        migrations.AddField("sheetline", "unit", models.TextField(null=True)),
    ]
