"""The diary of an order is append-only."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_initial"), ("ledger", "0003_guards")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER orders_diary_stays BEFORE UPDATE OR DELETE ON orders_orderevent"
            " FOR EACH ROW EXECUTE FUNCTION forbid_change();",
            "DROP TRIGGER orders_diary_stays ON orders_orderevent;",
        )
    ]
