"""Membership (MEM-01, DEC-21)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from house.payments.models import Checkout


class Membership(models.Model):
    """A stretch of membership, bought or granted; the profile holds the latest end."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    months = models.PositiveSmallIntegerField()
    checkout = models.OneToOneField(Checkout, on_delete=models.PROTECT, null=True, related_name="membership")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="membership_lasts"),
            models.CheckConstraint(
                condition=Q(checkout__isnull=False) | Q(granted_by__isnull=False),
                name="membership_is_bought_or_granted",
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], condition=Q(reminded_at=None), name="membership_to_remind")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.months}"

    @property
    def about(self) -> str:
        """How the books name it."""
        return f"membership:{self.pk}"

    def left(self, now: datetime) -> timedelta:
        """What has not been used of it."""
        return max(self.ends_at - max(self.starts_at, now), timedelta())
