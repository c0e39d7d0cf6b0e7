"""The market's account of losses, and its place among the kinds."""

from django.db import migrations, models

from house import policy

KINDS = ("gateway escrow commission vat fees pending cleared payout bank debt loss").split()


def make(apps, schema_editor):
    apps.get_model("ledger", "Account").objects.get_or_create(kind="loss", owner=None, currency=policy.CURRENCY)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_the_markets_accounts")]
    operations = [
        migrations.AlterField(
            "account", "kind", models.CharField(max_length=12, choices=[(kind, kind.title()) for kind in KINDS])
        ),
        migrations.RunPython(make, migrations.RunPython.noop),
    ]
