"""Every order that was placed before has one charge: what its first stage was paid with."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    stages, charges = apps.get_model("orders", "Stage"), apps.get_model("orders", "Charge")
    rows = stages.objects.filter(position=1, charges=None).select_related("order")
    charges.objects.bulk_create(
        charges(stage=row, checkout_id=row.order.checkout_id, amount=row.price, title=row.name, at=row.order.placed_at)
        for row in rows.iterator()
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_delivery_full_order_held_at_resolutionrequest_answer_and_more")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
