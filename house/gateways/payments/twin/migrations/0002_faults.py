from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("twin", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="twinpayment",
            name="market_key",
            field=models.CharField(db_index=True, default="", max_length=80),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="twinpayment",
            name="settled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="twinpayment",
            name="state",
            field=models.CharField(
                choices=[("open", "Open"), ("paid", "Paid"), ("declined", "Declined")], default="open", max_length=12
            ),
        ),
        migrations.AddConstraint(
            model_name="twinpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(refunded__lte=models.F("amount")), name="twin_refunds_within_the_charge"
            ),
        ),
        migrations.CreateModel(
            name="TwinFault",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "operation",
                    models.CharField(
                        choices=[("start", "Start"), ("refund", "Refund"), ("look_up", "Look Up")], max_length=8
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("unreached", "Unreached"), ("timed_out", "Timed Out"), ("slow", "Slow")],
                        max_length=10,
                    ),
                ),
                ("times", models.PositiveSmallIntegerField(default=1)),
                ("seconds", models.FloatField(default=0)),
            ],
        ),
    ]
