"""The twin's own books, as a vendor would keep them; the market never reads these tables."""

from django.db import models


class TwinPayment(models.Model):
    """A payment page that was asked for with an idempotency key; `amount` in minor units."""

    key = models.CharField(max_length=80, unique=True)
    ref = models.CharField(max_length=40, unique=True)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=160)
    return_url = models.CharField(max_length=300)
    state = models.CharField(max_length=12, default="open")
    refunded = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()

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
