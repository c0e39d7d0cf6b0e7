"""Since when an order's clocks rest, and for how long they rested before (DEC-32, DEC-33)."""

from datetime import timedelta

from django.db import migrations, models

FROM_REQUESTS = """
UPDATE orders_order o SET
    rested = coalesce((SELECT sum(r.ended_at - r.opened_at) FROM orders_resolutionrequest r
                       WHERE r.order_id = o.id AND r.kind = 'cancellation' AND r.ended_at IS NOT NULL), '0'),
    rests_since = CASE WHEN o.state = 'open' THEN least(o.held_at,
                       (SELECT min(r.opened_at) FROM orders_resolutionrequest r
                        WHERE r.order_id = o.id AND r.kind = 'cancellation' AND r.state = 'open')) END,
    held_at = CASE WHEN o.state = 'open' THEN o.held_at END
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_task")]
    operations = [
        migrations.AddField("order", "rests_since", models.DateTimeField(null=True)),
        migrations.AddField("order", "rested", models.DurationField(default=timedelta)),
        migrations.RunSQL(FROM_REQUESTS, migrations.RunSQL.noop),
    ]
