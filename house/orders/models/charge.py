"""What was paid into a stage: its price first, later what it grew by."""

from django.db import models
from django.db.models import F, Q

from house.payments.models import Checkout

from .order import Stage


class Charge(models.Model):
    """One payment inside an order. An open stage's price is the sum of its charges less what was returned."""

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="charges")
    checkout = models.OneToOneField(Checkout, on_delete=models.PROTECT, related_name="charge")
    amount = models.PositiveBigIntegerField()  # minor units
    returned = models.PositiveBigIntegerField(default=0)  # what went back so far, by whatever way
    title = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(returned__lte=F("amount")), name="charge_returns_within_what_was_paid")
        ]

    def __str__(self) -> str:
        return f"{self.stage_id} {self.amount}"
