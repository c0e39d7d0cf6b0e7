"""What the clock will do if nobody moves first. Derived by `orders.deadlines.reset` from the tables."""

from django.db import models

from .order import Order


class Deadline(models.Model):
    """`kind` names a timer; `subject` is "stage:7" or "request:9". A failed one is put off (DEC-49)."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=30)
    due_at = models.DateTimeField()  # what was promised
    try_at = models.DateTimeField()  # due_at, later after failures
    done_at = models.DateTimeField(null=True)  # an announcement that was made; kept so that it is made once
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "kind", "subject"], name="one_deadline_of_a_kind")]
        indexes = [models.Index(fields=["try_at"], condition=models.Q(done_at=None), name="deadline_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
