"""A quote: what a provider offers one client, in one to six stages (DEC-54, COF, MIL)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from house import policy
from house.board.models import Request
from house.catalog.models import Offer
from house.inbox.models import Conversation
from house.payments.models import Checkout


class QuoteQuery(models.QuerySet["Quote"]):
    def visible_to(self, user: object) -> "QuoteQuery":
        """The two sides of a quote."""
        return self.filter(Q(client=user) | Q(provider=user))

    def answers(self) -> "QuoteQuery":
        """What counts as an answer to a request: whatever its provider has not taken back (DEC-13)."""
        return self.exclude(state=Quote.State.WITHDRAWN)


class Quote(models.Model):
    """Prices are minor units with VAT. `waits_for` is a live payment that began in time (DEC-31)."""

    class State(models.TextChoices):
        SENT = "sent", "ממתינה לתשובה"
        ACCEPTED = "accepted", "התקבלה"
        DECLINED = "declined", "נדחתה"
        WITHDRAWN = "withdrawn", "בוטלה"
        EXPIRED = "expired", "פג תוקפה"
        LAPSED = "lapsed", "הבקשה נסגרה"

    provider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="quotes_sent")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="quotes_received")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="quotes")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="quotes")
    title = models.CharField(max_length=120)
    text = models.TextField()
    milestones = models.BooleanField(default=False)
    lines = models.JSONField(default=list)  # extras of a quote without milestones: [{title, price, quantity}]
    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, related_name="proposals")  # DEC-54
    starts_on = models.DateField(null=True)  # of a proposal: when the work can begin
    starred = models.BooleanField(default=False)  # on the client's short list
    asks_requirements = models.BooleanField(default=False)  # the offer's requirements (DEC-13)
    state = models.CharField(max_length=10, choices=State, default=State.SENT)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    waits_for = models.ForeignKey(Checkout, on_delete=models.PROTECT, null=True, related_name="+")
    remind_at = models.DateTimeField(null=True)  # when the client is next reminded (DEC-48)
    ended_at = models.DateTimeField(null=True)

    objects = QuoteQuery.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(client=F("provider")), name="nobody_quotes_themselves"),  # DEC-41
            models.UniqueConstraint(
                fields=["provider", "request"], condition=Q(state="sent"), name="one_live_proposal_of_a_provider"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="sent"), name="quote_to_expire"),
            models.Index(fields=["remind_at"], condition=Q(state="sent"), name="quote_to_remind"),
            models.Index(fields=["provider", "-sent_at"], name="quotes_of_provider"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def about(self) -> str:
        return f"quote:{self.pk}"

    @property
    def total(self) -> int:
        """All stages and extras, in minor units."""
        return sum(stage.price for stage in self.stages.all()) + self.extras_total

    @property
    def extras_total(self) -> int:
        return sum(line["price"] * line["quantity"] for line in self.lines)

    @property
    def first_payment(self) -> int:
        """What is charged on acceptance: all of it, or the first milestone (MIL-12)."""
        return self.stages.all()[0].price + self.extras_total

    @property
    def days(self) -> int:
        return sum(stage.days for stage in self.stages.all())


class QuoteStage(models.Model):
    """A milestone, or the one stage of a simple custom offer (MIL-05…07)."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    outcome = models.TextField(blank=True)
    days = models.PositiveSmallIntegerField()
    price = models.PositiveBigIntegerField()
    revisions = models.PositiveSmallIntegerField(null=True)  # null: unlimited

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "position"], name="quote_stage_position"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=policy.MILESTONES_MAX), name="quote_has_up_to_six_stages"
            ),
            models.CheckConstraint(condition=Q(price__gt=0, days__gte=1), name="quote_stage_costs_and_takes_time"),
        ]

    def __str__(self) -> str:
        return self.name
