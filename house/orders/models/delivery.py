"""Deliveries and the changes asked for (DLV, REV)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from house import policy

from .order import Stage


class Delivery(models.Model):
    """A draft until `sent_at` (DLV-04); numbered within its stage when sent."""

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField(null=True)
    text = models.TextField(blank=True)
    links = ArrayField(models.URLField(max_length=policy.LINK_MAX), default=list, blank=True)  # DLV-06
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    full = models.BooleanField(default=False)  # "this delivery holds the whole project" (MIL-10, DEC-43)
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["stage"], condition=Q(sent_at=None), name="one_draft_per_stage"),
            models.UniqueConstraint(fields=["stage", "number"], name="delivery_number"),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id} #{self.number or 'draft'}"


class RevisionRequest(models.Model):
    """What the client wants changed, confirmed by Yes (REV-06). `answers` are the questions' answers."""

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="revision")
    text = models.TextField()
    answers = models.JSONField(default=dict)
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:40]
