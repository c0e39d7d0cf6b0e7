"""When a provider takes no new orders (AVL)."""

from django.db import models
from django.db.models import F, Q

from house import policy

from .profile import Profile


class Away(models.Model):
    """From 00:00 of `starts_on` to 00:00 of `returns_on` in Israel (DEC-44). A provider has one at a time: the
    present one, or the next.
    """

    class Reason(models.TextChoices):
        HOLIDAY = "holiday", "חופשה"
        BUSY = "busy", "עומס הזמנות"
        OUT = "out", "מחוץ למשרד"
        OTHER = "other", "סיבה אחרת"

    profile = models.OneToOneField(Profile, on_delete=models.CASCADE, related_name="away")
    starts_on = models.DateField()
    returns_on = models.DateField()
    reason = models.CharField(max_length=7, choices=Reason)
    note = models.CharField(max_length=policy.AWAY_NOTE_MAX, blank=True)
    new_clients = models.BooleanField(default=False)  # AVL-10: may write meanwhile

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(returns_on__gt=F("starts_on")), name="away_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["starts_on", "returns_on"], name="away_days")]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.starts_on}"
