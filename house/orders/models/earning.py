"""What a provider earned on a stage, from release to clearing (PAY-01, DEC-12)."""

from django.conf import settings
from django.db import models

from .order import Stage


class Earning(models.Model):
    """Minor units; `gross == provider_share + commission + vat`, as it was released. Of that `went_back` to the client
    afterwards (DEC-38), and `taken` of the share, before it cleared, for this or another order.
    """

    stage = models.OneToOneField(Stage, on_delete=models.PROTECT, related_name="earning")
    provider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="earnings")
    gross = models.PositiveBigIntegerField()
    provider_share = models.PositiveBigIntegerField()
    commission = models.PositiveBigIntegerField()
    vat = models.PositiveBigIntegerField()
    went_back = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveBigIntegerField(default=0)
    released_at = models.DateTimeField()
    clears_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gross=models.F("provider_share") + models.F("commission") + models.F("vat")),
                name="earning_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(went_back__lte=models.F("gross")), name="earning_went_back_within_gross"
            ),
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("provider_share")), name="earning_taken_within_share"
            ),
        ]
        indexes = [
            models.Index(fields=["clears_at"], condition=models.Q(cleared_at=None), name="earning_to_clear"),
            models.Index(fields=["provider", "-released_at"], name="earnings_of_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id} {self.provider_share}"

    @property
    def to_clear(self) -> int:
        """What is left of the share to clear, or has cleared."""
        return self.provider_share - self.taken
