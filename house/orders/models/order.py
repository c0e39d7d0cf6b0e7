"""An order and its stages (DEC-3). The order row is locked first by everyone who changes any of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string

from house.catalog.models import Offer
from house.inbox.models import Conversation
from house.payments.models import Checkout


def order_number() -> str:
    """BH- and seven digits that no other order has; random, so that it tells nobody how many orders there are."""
    number = "BH-" + get_random_string(7, "0123456789")
    return order_number() if Order.objects.filter(number=number).exists() else number


class OrderQuery(models.QuerySet["Order"]):
    def visible_to(self, user: object) -> "OrderQuery":
        """The two sides of an order."""
        return self.filter(Q(client=user) | Q(provider=user))

    def open(self) -> "OrderQuery":
        return self.filter(state=Order.State.OPEN)


class Order(models.Model):
    """What was agreed stands frozen in `terms` (DEC-4); see `orders.terms` for its shape."""

    class State(models.TextChoices):
        OPEN = "open"
        COMPLETED = "completed"
        CANCELLED = "cancelled"

    class Ending(models.TextChoices):
        """Why an order was cancelled (3.1)."""

        MUTUAL = "mutual"
        NO_RESPONSE = "no_response"  # shown as mutual (ORD-14)
        NO_UPDATE = "no_update"
        NO_REQUIREMENTS = "no_requirements"  # DEC-15
        SUPPORT = "support"
        CHARGEBACK = "chargeback"  # the client's bank took the payment back (DEC-38)

    number = models.CharField(max_length=12, unique=True, default=order_number)
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders_placed")
    provider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders_received")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, related_name="orders")
    checkout = models.OneToOneField(Checkout, on_delete=models.PROTECT, related_name="order")
    thread = models.OneToOneField(Conversation, on_delete=models.PROTECT, related_name="order")
    title = models.CharField(max_length=120)
    terms = models.JSONField()
    total = models.PositiveBigIntegerField()  # minor units: all charged inside the order so far
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    ending = models.CharField(max_length=16, choices=Ending, blank=True)
    counts_in_rate = models.BooleanField(default=True)  # MET-04…06
    placed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)  # a case at support holds every clock (DEC-32)
    rests_since = models.DateTimeField(null=True)  # since then the stages' clocks stand (orders.rest)
    rested = models.DurationField(default=timedelta)  # the sum of all rests that are over

    objects = OrderQuery.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(client=models.F("provider")), name="nobody_orders_from_themselves"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="ended_order_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "state", "-placed_at"], name="order_of_client"),
            models.Index(fields=["provider", "state", "-placed_at"], name="order_of_provider"),
            models.Index(fields=["provider", "ended_at"], name="order_ended_for_rate"),
            models.Index(fields=["offer"], name="order_of_offer"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def about(self) -> str:
        """How other rooms name this order."""
        return f"order:{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def stands(self, now: datetime) -> datetime:
        """What the stages' clocks show: `now`, or the moment at which they came to rest."""
        return self.rests_since or now


class Stage(models.Model):
    """Where delivery, revision, acceptance and money live. A simple order has one."""

    class State(models.TextChoices):
        PLANNED = "planned"
        AWAITING = "awaiting_requirements"
        ACTIVE = "active"
        DELIVERED = "delivered"
        IN_REVISION = "in_revision"
        APPROVED = "approved"
        CANCELLED = "cancelled"
        STOPPED = "stopped"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="stages")
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=80, blank=True)
    outcome = models.TextField(blank=True)  # what a milestone ends in (MIL-06)
    price = models.PositiveBigIntegerField()  # minor units charged for this stage
    days = models.PositiveSmallIntegerField()
    revisions = models.PositiveSmallIntegerField(null=True)  # null: unlimited
    revisions_used = models.PositiveSmallIntegerField(default=0)
    decision_window = models.DurationField()  # frozen (DEC-3)
    revision_days = models.PositiveSmallIntegerField()  # frozen (DEC-33)
    state = models.CharField(max_length=22, choices=State)
    started_at = models.DateTimeField(null=True)  # the delivery clock starts (AMB-40)
    due_at = models.DateTimeField(null=True)
    begin_by = models.DateTimeField(null=True)  # a planned stage that nobody starts until then is stopped (M-13)
    waits_for = models.ForeignKey(Checkout, on_delete=models.PROTECT, null=True, related_name="+")  # DEC-31
    delivered_at = models.DateTimeField(null=True)  # the latest delivery
    due_left = models.DurationField(null=True)  # what was left of the due time at the latest delivery
    decide_at = models.DateTimeField(null=True)  # silence accepts at this instant
    decide_left = models.DurationField(null=True)  # while the acceptance clock is paused (AMB-10)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="stage_position"),
            models.CheckConstraint(
                condition=Q(revisions=None) | Q(revisions_used__lte=models.F("revisions")),
                name="revisions_within_what_was_agreed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "in_revision"]) | Q(due_at__isnull=False),
                name="work_has_a_due_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(decide_at__isnull=False) | Q(decide_left__isnull=False),
                name="delivery_has_a_decision_clock",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position} {self.state}"

    @property
    def is_last(self) -> bool:
        """The last milestone holds the full project (MIL-10); a simple order has no milestones."""
        positions = self.order.stages.values_list("position", flat=True)
        return len(positions) > 1 and self.position == max(positions)

    @property
    def in_work(self) -> bool:
        """The work states of 3.1: active, late, very late, in revision."""
        return self.state in (self.State.ACTIVE, self.State.IN_REVISION)

    def lateness(self, now: datetime) -> timedelta:
        """How far past due; zero when in time or not in work. Late and very late are derived (DEC-3), and
        nobody gets later while the order rests (DEC-33).
        """
        if not self.in_work or self.due_at is None:
            return timedelta()
        return max(self.order.stands(now) - self.due_at, timedelta())

    @property
    def revisions_left(self) -> int | None:
        """None: unlimited (REV-10)."""
        return None if self.revisions is None else self.revisions - self.revisions_used
