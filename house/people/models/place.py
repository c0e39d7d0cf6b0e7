"""Places of our own list (DEC-17)."""

from django.db import models


class Place(models.Model):
    """A locality, or a neighbourhood of one. Coordinates are rounded to about a kilometre."""

    class Kind(models.TextChoices):
        CITY = "city", "עיר"
        TOWN = "town", "יישוב"
        KIBBUTZ = "kibbutz", "קיבוץ"
        MOSHAV = "moshav", "מושב"
        NEIGHBOURHOOD = "neighbourhood", "שכונה"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=15, choices=Kind)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    lat = models.DecimalField(max_digits=5, decimal_places=2)
    lon = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
