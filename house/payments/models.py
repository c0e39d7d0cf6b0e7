"""A checkout, the raw events of the gateway, refunds (DEC-31) and chargebacks (DEC-38)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.crypto import get_random_string


def checkout_token() -> str:
    """22 characters of letters and digits: it is a capability in a URL."""
    return get_random_string(22)


class Checkout(models.Model):
    """open → paying → paid | declined | expired; `terms` is what the paid thing will be made from."""

    class State(models.TextChoices):
        OPEN = "open"
        PAYING = "paying"
        PAID = "paid"
        DECLINED = "declined"
        EXPIRED = "expired"

    class Purpose(models.TextChoices):
        ORDER = "order"
        STAGE = "stage"  # the next milestone
        CHANGE = "change"  # an extra, a scope change, paid revisions
        MEMBERSHIP = "membership"

    token = models.CharField(max_length=30, unique=True, default=checkout_token)
    purpose = models.CharField(max_length=12, choices=Purpose)
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="checkouts")
    # null: what is bought is the market's own (a membership)
    provider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    about = models.CharField(max_length=60, db_index=True)  # "offer:12"; "order:BH-…" once paid
    amount = models.PositiveBigIntegerField()  # minor units, with VAT
    currency = models.CharField(max_length=3)
    terms = models.JSONField()  # frozen (DEC-4)
    invoice_name = models.CharField(max_length=120, blank=True)
    invoice_number = models.CharField(max_length=9, blank=True)  # ID or company number for the invoice
    terms_version = models.CharField(max_length=10, blank=True)  # agreed at checkout (GEN-16)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paying_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)  # when the gateway is next asked what became of the payment
    ended_at = models.DateTimeField(null=True)
    gateway = models.CharField(max_length=20, blank=True)
    gateway_ref = models.CharField(max_length=80, blank=True, db_index=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="checkout_costs_something")]
        indexes = [
            models.Index(fields=["expires_at"], condition=models.Q(state__in=["open", "paying"]), name="checkout_live"),
            models.Index(fields=["ask_at"], condition=models.Q(ask_at__isnull=False), name="checkout_to_ask"),
        ]

    def __str__(self) -> str:
        return self.token

    @property
    def key(self) -> str:
        """The idempotency key of its payment, and how the books name it."""
        return f"checkout:{self.token}"

    @property
    def is_live(self) -> bool:
        """Whether it may still be paid."""
        return self.state in (self.State.OPEN, self.State.PAYING)

    def is_over(self, now: datetime) -> bool:
        """Its time has passed; the exact instant belongs to the clock (DEC-30)."""
        return now >= self.expires_at


class GatewayEvent(models.Model):
    """A verified webhook, raw, stored once; an errand applies it. Sums in minor units."""

    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=100)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, null=True, related_name="events")
    kind = models.CharField(max_length=40)
    ref = models.CharField(max_length=80, db_index=True)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    fee = models.PositiveBigIntegerField()
    raw = models.TextField()
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="gateway_event_stored_once"),
        ]
        indexes = [models.Index(fields=["checkout"], condition=models.Q(applied_at=None), name="gateway_event_waiting")]

    def __str__(self) -> str:
        return self.event_id


class Refund(models.Model):
    """Money on its way back to the means it came from: asked → done | failed; from failed asked again, or settled in
    another way by staff.
    """

    class State(models.TextChoices):
        ASKED = "asked", "מחכה לחברת התשלומים"
        DONE = "done", "בוצע"
        FAILED = "failed", "נדחה"
        SETTLED = "settled", "הוסדר בדרך אחרת"

    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=80, unique=True)
    payment_ref = models.CharField(max_length=80)
    amount = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_returns_something")]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=models.Q(state__in=["asked", "failed"]), name="refund_not_there_yet"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Chargeback(models.Model):
    """A payment that its payer disputes with their bank, which took the money back: taken → won | lost (DEC-38)."""

    class State(models.TextChoices):
        TAKEN = "taken", "בבדיקת הבנק"
        WON = "won", "נדחתה, הכסף חזר"
        LOST = "lost", "התקבלה"

    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="chargebacks")
    payment_ref = models.CharField(max_length=80, unique=True)
    amount = models.PositiveBigIntegerField()  # minor units, never above what was charged
    loss = models.PositiveBigIntegerField(default=0)  # the part that the market itself bears
    state = models.CharField(max_length=8, choices=State, default=State.TAKEN)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="chargeback_takes_something"),
            models.CheckConstraint(condition=models.Q(loss__lte=models.F("amount")), name="chargeback_loss_within_it"),
        ]
        indexes = [models.Index(fields=["state", "-at"], name="chargeback_by_state")]

    def __str__(self) -> str:
        return self.payment_ref

    def key(self, what: str) -> str:
        """Of its transfers: "taken", "won", "fee"."""
        return f"chargeback:{self.pk}:{what}"
