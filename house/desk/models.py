"""What waits for staff: reports and support cases."""

from django.conf import settings
from django.db import models


class Case(models.Model):
    """A support case, a report, or a machine's call for help (DEC-49). `about` names its subject."""

    class Kind(models.TextChoices):
        SUPPORT = "support", "פנייה לשירות"
        REPORT = "report", "דיווח"
        DISPUTE = "dispute", "מחלוקת בהזמנה"
        MACHINE = "machine", "תקלה"

    class State(models.TextChoices):
        OPEN = "open", "פתוחה"
        CLOSED = "closed", "סגורה"

    number = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    about = models.CharField(max_length=60, blank=True, db_index=True)
    key = models.CharField(max_length=100, unique=True, null=True)  # a machine's case is opened once
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="cases")
    name = models.CharField(max_length=120, blank=True)  # of who has no account …
    email = models.EmailField(max_length=254, blank=True)  # … and where answers go
    subject = models.CharField(max_length=160)
    text = models.TextField()
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # a dispute is decided within five days (DEC-32)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["kind", "opened_at"], condition=models.Q(state="open"), name="case_queue")]

    def __str__(self) -> str:
        return self.number

    @property
    def answerable(self) -> bool:
        """Whether an answer reaches somebody: an account, or an address."""
        return self.opened_by_id is not None or bool(self.email)


class CaseNote(models.Model):
    """An answer in a case, to its opener, or among staff."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    internal = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
