"""The twin's own books, as a vendor would keep them; the market never reads these tables."""

from django.db import models


class TwinPayment(models.Model):
    """A payment page that was asked for with an idempotency key; `amount` in minor units."""

    class State(models.TextChoices):
        OPEN = "open"
        PAID = "paid"
        DECLINED = "declined"

    class Dispute(models.TextChoices):
        """What the payer's bank says; the values are the kinds of the events that tell of it."""

        TAKEN = "charged_back"
        WON = "chargeback_won"
        LOST = "chargeback_lost"

    key = models.CharField(max_length=80, unique=True)
    market_key = models.CharField(max_length=80, db_index=True)  # echoed in every event
    ref = models.CharField(max_length=40, unique=True)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=160)
    return_url = models.CharField(max_length=300)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    refunded = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    dispute = models.CharField(max_length=16, choices=Dispute, blank=True)
    disputed = models.PositiveBigIntegerField(default=0)  # what the bank took back
    disputed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(refunded__lte=models.F("amount")), name="twin_refunds_within_the_charge"
            )
        ]

    def __str__(self) -> str:
        return self.ref


class TwinRefund(models.Model):
    """A refund asked for with an idempotency key."""

    key = models.CharField(max_length=80, unique=True)
    payment = models.ForeignKey(TwinPayment, on_delete=models.CASCADE, related_name="refunds")
    amount = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class TwinFault(models.Model):
    """A bad day to come: the next `times` calls of an operation go wrong in this way."""

    class Operation(models.TextChoices):
        START = "start"
        REFUND = "refund"
        LOOK_UP = "look_up"

    class Kind(models.TextChoices):
        UNREACHED = "unreached"  # nothing happened, and no answer
        TIMED_OUT = "timed_out"  # it happened, and the answer was lost
        SLOW = "slow"  # it happens after `seconds`

    operation = models.CharField(max_length=8, choices=Operation)
    kind = models.CharField(max_length=10, choices=Kind)
    times = models.PositiveSmallIntegerField(default=1)
    seconds = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.operation} {self.kind}"
