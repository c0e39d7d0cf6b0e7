"""What somebody is told: a row of the bell, and a letter by an errand."""

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """`kind` names a text file; `data` fills it; `path` leads to the thing. `key` makes it unique."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100, unique=True)
    about = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)
    path = models.CharField(max_length=200)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "-at"], name="notice_list"),
            models.Index(fields=["recipient"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.key


class MailChoice(models.Model):
    """How somebody wants the letters of a topic (`topics.TOPICS`); without a row they come at once. The bell tells
    everything in any case.
    """

    class How(models.TextChoices):
        AT_ONCE = "at_once", "מיד"
        DAILY = "daily", "פעם ביום, יחד"
        NONE = "none", "בלי מכתבים"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=12)
    how = models.CharField(max_length=8, choices=How)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="chosen_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic} {self.how}"


class QuietHours(models.Model):
    """Between these hours in Israel letters wait; `start` may lie after `end`, over midnight."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiet_hours")
    start = models.PositiveSmallIntegerField()
    end = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(start__lte=23, end__lte=23) & ~models.Q(start=models.F("end")),
                name="quiet_hours_are_hours",
            )
        ]

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"


class Letter(models.Model):
    """A mail that was sent in demo mode, kept for the mailbox page."""

    to = models.EmailField(max_length=254, db_index=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.subject
