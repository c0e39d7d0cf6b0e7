"""The diary of an order: append-only, guarded by the database."""

from django.conf import settings
from django.db import models

from house.process import Party

from .order import Order, Stage


class OrderEvent(models.Model):
    """Who took which step when, and what it changed."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, null=True, related_name="+")
    step = models.CharField(max_length=30)
    party = models.CharField(max_length=10, choices=[(p.value, p.value) for p in Party])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    before = models.CharField(max_length=22, blank=True)
    after = models.CharField(max_length=22, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["order", "at"], name="diary")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.step}"
