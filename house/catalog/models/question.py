"""What people searched for and did not find: the editor's queue."""

from django.db import models


class SearchMiss(models.Model):
    """A query without results, counted."""

    query = models.CharField(max_length=120, unique=True)
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.query
