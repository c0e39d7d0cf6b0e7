"""A coupon: a provider's thanks to a client (COU)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from house import policy
from house.payments.models import Checkout


class Coupon(models.Model):
    """issued → held (by one live checkout) → used; void when the order is cancelled (DEC-31, COU-16)."""

    class State(models.TextChoices):
        ISSUED = "issued", "זמין"
        HELD = "held", "בתשלום"
        USED = "used", "נוצל"
        VOID = "void", "בוטל"

    provider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="coupons_given")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="coupons")
    percent = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(policy.COUPON_PERCENT_MAX)]
    )
    note = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.ISSUED)
    issued_at = models.DateTimeField()
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, null=True, related_name="coupons")

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(client=F("provider")), name="nobody_thanks_themselves"),  # DEC-41
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=policy.COUPON_PERCENT_MAX), name="coupon_within_its_limit"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["issued", "void"]) | Q(checkout__isnull=False), name="held_coupon_has_a_checkout"
            ),
            # Held by one live checkout, and a checkout holds one coupon (DEC-31).
            models.UniqueConstraint(
                fields=["checkout"], condition=Q(state__in=["held", "used"]), name="one_coupon_per_checkout"
            ),
        ]
        indexes = [
            models.Index(fields=["client", "provider"], condition=Q(state="issued"), name="coupon_to_use"),
            models.Index(fields=["checkout"], condition=Q(state="held"), name="coupon_held"),
        ]

    def __str__(self) -> str:
        return f"{self.percent}% {self.client_id}"
