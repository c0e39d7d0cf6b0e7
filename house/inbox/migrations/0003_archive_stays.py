"""The platform's copy of messages is append-only (DEC-45)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_initial"), ("ledger", "0003_guards")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER inbox_archive_stays BEFORE UPDATE OR DELETE ON inbox_archived"
            " FOR EACH ROW EXECUTE FUNCTION forbid_change();",
            "DROP TRIGGER inbox_archive_stays ON inbox_archived;",
        )
    ]
