"""Places of our own list (DEC-17)."""

from math import cos, hypot, radians

from django.db import models

KM_PER_DEGREE = 111.2


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

    def km_to(self, other: "Place") -> int:
        """Whole kilometres as the crow flies; the coordinates are rounded to about one (DEC-17)."""
        north, middle = float(self.lat) - float(other.lat), (float(self.lat) + float(other.lat)) / 2
        east = (float(self.lon) - float(other.lon)) * cos(radians(middle))
        return round(hypot(north, east) * KM_PER_DEGREE)
