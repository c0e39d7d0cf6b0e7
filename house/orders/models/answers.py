"""The order's own copy of the offer's requirements, and the client's answers (RQM, DEC-4)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .order import Order


class OrderRequirement(models.Model):
    """Numbered from 1 (RQM-03). An answer may be saved before all are in."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="requirements")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=400)
    kind = models.CharField(max_length=6)  # catalog.Requirement.Kind
    choices = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    multiple = models.BooleanField(default=False)
    mandatory = models.BooleanField(default=False)
    answer = models.TextField(blank=True)
    chosen = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="requirement_number")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_answered(self) -> bool:
        return bool(self.answer.strip() or self.chosen or self.files)
