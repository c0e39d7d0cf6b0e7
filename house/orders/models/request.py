"""A request of the Resolution Center (3.3). One open request per order (DEC-34)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from house.payments.models import Checkout
from house.process import Party

from .order import Order, Stage


class ResolutionRequest(models.Model):
    """`stage` is empty when the whole order is meant (DEC-36). `change` holds what the type asks for."""

    class Kind(models.TextChoices):
        CANCELLATION = "cancellation"
        PROGRESS_UPDATE = "progress_update"
        EXTENSION = "extension"
        SCOPE_CHANGE = "scope_change"
        MORE_REVISIONS = "more_revisions"
        ASK_REVISIONS = "ask_revisions"
        PARTIAL_REFUND = "partial_refund"
        EXTRA = "extra"

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"
        LAPSED = "lapsed"  # the order ended first (DEC-34)

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="requests")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, null=True, related_name="requests")
    kind = models.CharField(max_length=16, choices=Kind)
    party = models.CharField(max_length=10, choices=[(p.value, p.value) for p in (Party.CLIENT, Party.PROVIDER)])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)  # a code of orders.reasons
    explanation = models.TextField()
    proof = models.JSONField(default=dict)  # DEC-46: {"message": id} | {"delivery": id} | {"late": true}
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    change = models.JSONField(default=dict)
    answer = models.TextField(blank=True)  # a progress update's text, a refusal's reason
    waits_for = models.ForeignKey(Checkout, on_delete=models.PROTECT, null=True, related_name="+")  # DEC-31
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(state="open"), name="one_open_request_per_order"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind} {self.state}"
