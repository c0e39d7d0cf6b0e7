"""One row that is true of the whole installation."""

from datetime import timedelta

from django.db import models


class Market(models.Model):
    """The singleton (pk 1): the demo mark and the travelled clock."""

    demo = models.BooleanField(default=False)
    demo_loaded_at = models.DateTimeField(null=True)
    travelled = models.DurationField(default=timedelta)  # only grows; demo mode only
    owner_link_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="market_is_one_row"),
            models.CheckConstraint(condition=models.Q(travelled__gte=timedelta()), name="market_clock_only_grows"),
        ]

    def __str__(self) -> str:
        return "the market"

    @classmethod
    def get(cls) -> "Market":
        """The row, made when missing."""
        return cls.objects.get_or_create(pk=1)[0]
