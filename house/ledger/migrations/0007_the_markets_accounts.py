"""The market's own accounts, before the first transfer: made by many first orders at once, they would deadlock."""

from django.db import migrations

from house import policy

KINDS = ("bank", "commission", "escrow", "fees", "gateway", "vat")


def make(apps, schema_editor):
    account = apps.get_model("ledger", "Account")
    for kind in KINDS:
        account.objects.get_or_create(kind=kind, owner=None, currency=policy.CURRENCY)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_payouts")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
