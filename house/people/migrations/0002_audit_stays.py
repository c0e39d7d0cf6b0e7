"""The audit log is append-only (DEC-20)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("ledger", "0003_guards")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER people_audit_stays BEFORE UPDATE OR DELETE ON people_auditentry"
            " FOR EACH ROW EXECUTE FUNCTION forbid_change();",
            "DROP TRIGGER people_audit_stays ON people_auditentry;",
        )
    ]
