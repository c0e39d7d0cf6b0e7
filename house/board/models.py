"""A service request: what a client asks the providers of a category for (REQ, DEC-13, DEC-39)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from house import policy
from house.catalog.models import Category, Subcategory
from house.people.models import Place

SHOWN = Q(state="open")


class RequestQuery(models.QuerySet["Request"]):
    def of(self, client: object) -> "RequestQuery":
        """Those of a client, without what they threw away."""
        return self.filter(client=client).exclude(state=Request.State.DISCARDED)


class Request(models.Model):
    """Money is minor units with VAT. Files are uploads that are `about` it."""

    class State(models.TextChoices):
        DRAFT = "draft", "טיוטה"
        PENDING = "pending", "בבדיקה"
        RETURNED = "returned", "הוחזרה לתיקון"
        REFUSED = "refused", "לא אושרה"
        OPEN = "open", "פתוחה להצעות"
        PAUSED = "paused", "מושהית"
        FOUND = "found", "נמצא נותן שירות"
        CLOSED = "closed", "נסגרה"
        EXPIRED = "expired", "הסתיימה"
        DISCARDED = "discarded", "נמחקה"

    class When(models.TextChoices):
        NOW = "now", "דחוף, בימים הקרובים"
        MONTH = "month", "בחודש הקרוב"
        QUARTER = "quarter", "בשלושת החודשים הקרובים"
        FREE = "free", "המועד גמיש"

    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="service_requests")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # 1 the job
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="requests")
    subcategory = models.ForeignKey(Subcategory, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=policy.TITLE_MAX, blank=True)
    # 2 the words (and files)
    text = models.TextField(blank=True)
    # 3 where, when, for how much
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    when = models.CharField(max_length=7, choices=When, blank=True)
    budget = models.PositiveBigIntegerField(null=True)  # at most; null: not known yet
    # life
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)  # when it was last opened to proposals
    closes_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)  # to the providers of its category (DEC-47)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)  # why staff sent it back or refused it

    objects = RequestQuery.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "returned", "discarded"])
                | Q(category__isnull=False, place__isnull=False, submitted_at__isnull=False)
                & ~Q(title="")
                & ~Q(when=""),
                name="request_that_staff_see_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "paused"]) | Q(opened_at__isnull=False, closes_at__isnull=False),
                name="open_request_has_an_end",
            ),
            models.CheckConstraint(condition=Q(budget=None) | Q(budget__gt=0), name="budget_is_more_than_nothing"),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], condition=Q(state="open"), name="request_newest"),
            models.Index(
                fields=["category", "-opened_at", "-id"], condition=Q(state="open"), name="request_of_category"
            ),
            models.Index(fields=["closes_at"], condition=Q(state__in=["open", "paused"]), name="request_to_expire"),
            models.Index(fields=["opened_at"], condition=SHOWN & Q(announced_at=None), name="request_to_announce"),
            models.Index(fields=["submitted_at"], condition=Q(state="pending"), name="request_queue"),
            models.Index(fields=["client", "-saved_at"], name="requests_of_client"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def about(self) -> str:
        return f"request:{self.pk}"


class Hidden(models.Model):
    """A provider's "not relevant for me": it hides a request from them and costs nothing (DEC-13)."""

    provider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="hidden_from")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "request"], name="hidden_once")]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.request_id}"


class NoDigest(models.Model):
    """A provider who wants no letters about new requests (DEC-47)."""

    provider = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.provider_id)
