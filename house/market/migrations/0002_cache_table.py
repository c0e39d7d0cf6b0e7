"""The shared cache's table: throttles of all processes count together."""

from django.db import migrations

MAKE = """
CREATE TABLE cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX cache_expires ON cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("market", "0001_initial")]
    operations = [migrations.RunSQL(MAKE, "DROP TABLE cache;")]
