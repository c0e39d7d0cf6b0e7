"""Who wants to hear no more from whom (BLK)."""

from django.db import models
from django.db.models import F, Q

from .user import User


class Block(models.Model):
    """`blocked` may not write to `blocker`, nor order from them, until it is taken back."""

    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="blocked_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="nobody_blocks_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} {self.blocked_id}"
