"""One row that is true of the whole installation."""

from datetime import timedelta

from django.db import connection, models


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

    @classmethod
    def travelled_by_now(cls) -> timedelta:
        """How far the clock was moved. Every request of a demo market asks, so it is asked for in the fewest words."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT travelled FROM market_market")
            row = cursor.fetchone()
        return row[0] if row else timedelta()
