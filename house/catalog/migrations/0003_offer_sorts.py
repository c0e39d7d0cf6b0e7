"""An index for each way to sort a long list, and one that tells which offers are done in a place."""

from django.db import migrations, models

PUBLISHED = models.Q(state="published")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_initial")]

    operations = [
        migrations.RemoveIndex(model_name="offer", name="offer_by_price"),
        migrations.RemoveIndex(model_name="offer", name="offer_newest"),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(
                fields=["category", "price_from", "-rank", "-id"], condition=PUBLISHED, name="offer_by_price"
            ),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["price_from", "-rank", "-id"], condition=PUBLISHED, name="offer_cheapest"),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(
                models.F("rating").desc(nulls_last=True),
                models.F("rank").desc(),
                models.F("id").desc(),
                condition=PUBLISHED,
                name="offer_by_stars",
            ),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["-published_at", "-id"], condition=PUBLISHED, name="offer_newest"),
        ),
        # The pairs of a many-to-many field have no Meta to say this in.
        migrations.RunSQL(
            "CREATE INDEX offer_done_in ON catalog_offer_places (place_id, offer_id)", "DROP INDEX IF EXISTS offer_done_in"
        ),
    ]
