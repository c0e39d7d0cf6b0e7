"""What a provider shows (PROF), and the application to be authorised (DEC-39)."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models

from house import policy

from .place import Place
from .user import User


class Profile(models.Model):
    """A provider's public face. Columns under 'written down' are computed by rooms above."""

    class Level(models.TextChoices):
        NEW = "new", "דרגה התחלתית"
        LEVEL_1 = "level_1", "דרגה 1"
        LEVEL_2 = "level_2", "דרגה 2"
        TOP_RATED = "top_rated", "דרגה עליונה"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    username = models.SlugField(max_length=40, unique=True)
    business_name = models.CharField(max_length=80, blank=True)
    bio = models.TextField(max_length=policy.BIO_MAX, blank=True)
    languages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    areas = models.ManyToManyField(Place, blank=True, related_name="served_by")
    opened_at = models.DateTimeField()
    calendar_number = models.PositiveIntegerField(default=1)  # INV-03: of the feed's address; raised to renew it

    # written down
    member_until = models.DateTimeField(null=True, blank=True)  # MEM-01; written by treasury
    level = models.CharField(max_length=10, choices=Level, default=Level.NEW)
    authorised_at = models.DateTimeField(null=True, blank=True)  # verified mark and its check date (DEC-39)
    rating = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    reviews = models.PositiveIntegerField(default=0)
    completed_orders = models.PositiveIntegerField(default=0)
    completion_rate = models.PositiveSmallIntegerField(null=True, blank=True)  # percent, private (MET-03)
    response_rate = models.PositiveSmallIntegerField(null=True, blank=True)  # percent (AMB-19)
    response_minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["level"], name="profile_level")]

    def __str__(self) -> str:
        return self.username

    def is_member(self, now: datetime) -> bool:
        """An active membership (AMB-21)."""
        return self.member_until is not None and now < self.member_until

    @property
    def is_authorised(self) -> bool:
        """DEC-39."""
        return self.authorised_at is not None


class ProfileEntry(models.Model):
    """A line of education or work experience (PRO-08)."""

    class Kind(models.TextChoices):
        EDUCATION = "education", "השכלה"
        EXPERIENCE = "experience", "ניסיון"

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=160)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["kind", "position", "pk"]

    def __str__(self) -> str:
        return self.text


class ShowcaseEntry(models.Model):
    """A past client (PROF-04); shown only with the client's agreement (DEC-51)."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="showcase")
    client_name = models.CharField(max_length=80)
    supplied = models.CharField(max_length=160)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    client_agreed = models.BooleanField(default=False)
    client = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    taken_off_at = models.DateTimeField(null=True, blank=True)  # by the client

    class Meta:
        ordering = ["-year", "pk"]

    def __str__(self) -> str:
        return self.client_name


class PortfolioItem(models.Model):
    """A work sample."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="portfolio")
    title = models.CharField(max_length=80)
    text = models.CharField(max_length=400, blank=True)
    image = models.ImageField(upload_to="portfolio/%Y/%m")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Application(models.Model):
    """The business application: submitted → approved | denied | more asked (DEC-39, PRO-04)."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "בבדיקה"
        MORE_ASKED = "more_asked", "נדרשת השלמה"
        APPROVED = "approved", "אושרה"
        DENIED = "denied", "נדחתה"

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="applications")
    text = models.TextField(max_length=2000)
    registry_number = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["submitted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["profile"],
                condition=models.Q(state__in=["submitted", "more_asked"]),
                name="one_open_application",
            )
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.state}"
