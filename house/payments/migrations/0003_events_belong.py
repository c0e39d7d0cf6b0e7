import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_initial")]

    operations = [
        migrations.AddField(model_name="checkout", name="ask_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="checkout",
            index=models.Index(
                condition=models.Q(("ask_at__isnull", False)), fields=["ask_at"], name="checkout_to_ask"
            ),
        ),
        migrations.AddField(
            model_name="gatewayevent",
            name="checkout",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="payments.checkout",
            ),
        ),
        migrations.AddField(
            model_name="gatewayevent",
            name="amount",
            field=models.PositiveBigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="gatewayevent",
            name="currency",
            field=models.CharField(default="", max_length=3),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="gatewayevent",
            name="fee",
            field=models.PositiveBigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="gatewayevent",
            index=models.Index(
                condition=models.Q(("applied_at", None)), fields=["checkout"], name="gateway_event_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="refund_returns_something"),
        ),
    ]
