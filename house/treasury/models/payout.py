"""Withdrawals, and the batches in which finance pays them out."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .bank import BankDetails


class Batch(models.Model):
    """Payouts that go to the bank in one file."""

    class State(models.TextChoices):
        COLLECTED = "collected", "ממתינה לאישור"
        APPROVED = "approved", "אושרה"
        SENT = "sent", "נשלחה לבנק"
        DROPPED = "dropped", "פורקה"

    state = models.CharField(max_length=10, choices=State, default=State.COLLECTED)
    total = models.PositiveBigIntegerField()  # minor units
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # sent or dropped

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.pk)


class Approval(models.Model):
    """One person's yes to a batch."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["batch", "by"], name="one_approval_a_person")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.by_id}"


class Payout(BankDetails):
    """One withdrawal. Minor units; its money stands on the provider's payout account until it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", "ממתינה לתשלום"
        BATCHED = "batched", "בהכנה לתשלום"
        SENT = "sent", "נשלחה לבנק"
        RETURNED = "returned", "חזרה מהבנק"
        TAKEN_BACK = "taken_back", "בוטלה"

    provider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payouts")
    amount = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="payouts")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # returned or taken back
    why = models.CharField(max_length=200, blank=True)  # the bank's reason for sending it back

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_pays_something"),
            models.CheckConstraint(
                condition=~Q(state__in=["batched", "sent", "returned"]) | Q(batch__isnull=False),
                name="what_is_paid_is_in_a_batch",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="payout_waiting"),
            models.Index(fields=["provider", "-asked_at"], name="payouts_of_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def about(self) -> str:
        """How the books name it."""
        return f"payout:{self.pk}"
