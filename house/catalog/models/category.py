"""Categories, subcategories and service types (CAT)."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models

from house import policy


def _window() -> timedelta:
    return policy.DECISION_WINDOW


class Category(models.Model):
    """Flags say what its offers may have (CAT-05…08)."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    icon = models.CharField(max_length=40)
    scene = models.CharField(max_length=40)
    intro = models.TextField(blank=True)
    licence_note = models.CharField(max_length=200, blank=True)
    price_note = models.CharField(max_length=300, blank=True)
    faq = models.JSONField(default=list)  # [{q, a}]
    has_packages = models.BooleanField(default=True)  # CAT-06
    has_audio = models.BooleanField(default=False)  # CAT-07
    video_required = models.BooleanField(default=False)  # CAT-08
    decision_window = models.DurationField(default=_window)  # DEC-5
    position = models.PositiveSmallIntegerField(default=0)
    open = models.BooleanField(default=True)  # CAT-03: staff may take it off the catalogue

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Subcategory(models.Model):
    """`items` are the check rows that packages here may include (OFR-12)."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="subcategories")
    slug = models.SlugField()
    name = models.CharField(max_length=60)
    items = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["category", "slug"], name="subcategory_slug")]

    def __str__(self) -> str:
        return self.name


class ServiceType(models.Model):
    """Only certain subcategories have them (CAT-05)."""

    subcategory = models.ForeignKey(Subcategory, on_delete=models.PROTECT, related_name="service_types")
    slug = models.SlugField(allow_unicode=True)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["subcategory", "slug"], name="service_type_slug")]

    def __str__(self) -> str:
        return self.name
