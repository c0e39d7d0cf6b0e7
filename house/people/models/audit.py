"""What staff did (DEC-20). The database refuses to change or delete a row."""

from django.db import models

from .user import User


class AuditEntry(models.Model):
    """Who, when, what, about what, why."""

    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # null: a command
    what = models.CharField(max_length=60)
    about = models.CharField(max_length=60, db_index=True)  # e.g. "offer:12"
    why = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at"], name="audit_newest")]

    def __str__(self) -> str:
        return f"{self.what} {self.about}"
