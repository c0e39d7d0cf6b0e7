"""An offer and its parts (OFR, RQM, EXT, GAL). States and steps stand in `catalog.process`."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.text import slugify

from house import policy
from house.people.models import Place

from .category import Category, ServiceType, Subcategory


class Offer(models.Model):
    """A published service listing (OFR-01). Prices are minor units with VAT."""

    class State(models.TextChoices):
        DRAFT = "draft", "טיוטה"
        PENDING = "pending_approval", "ממתינה לאישור"
        PUBLISHED = "published", "מפורסמת"
        PAUSED = "paused", "מושהית"
        DENIED = "denied", "לא אושרה"
        REMOVED = "removed", "הוסרה"

    class Where(models.TextChoices):
        ONLINE = "online", "אונליין"
        CLIENT = "client", "אצל הלקוח/ה"
        PROVIDER = "provider", "אצל נותן/ת השירות"

    provider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="offers")
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    # 1 overview
    title = models.CharField(max_length=policy.TITLE_MAX, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="offers")
    subcategory = models.ForeignKey(Subcategory, on_delete=models.PROTECT, null=True, related_name="offers")
    service_type = models.ForeignKey(ServiceType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tags = ArrayField(models.CharField(max_length=policy.TAG_LENGTH_MAX), default=list, blank=True)
    where = models.CharField(max_length=10, choices=Where, blank=True)
    places = models.ManyToManyField(Place, blank=True, related_name="+")
    # 2 scope and pricing
    extra_unit_days = models.PositiveSmallIntegerField(default=0)  # DEC-42: days each further unit adds
    quantity_max = models.PositiveSmallIntegerField(default=1)
    physical = models.BooleanField(default=False)  # EXT-11: the service includes physical shipping
    fast_quantity_max = models.PositiveSmallIntegerField(default=1)  # DEC-42
    # 3 description
    description = models.TextField(blank=True)
    # life
    step = models.PositiveSmallIntegerField(default=1)  # furthest wizard step saved
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    returns_on = models.DateField(null=True, blank=True)  # OFR-28: while paused
    reason = models.TextField(blank=True)  # why denied or removed
    # written down, for lists
    price_from = models.PositiveBigIntegerField(null=True, blank=True)
    days_from = models.PositiveSmallIntegerField(null=True, blank=True)
    rating = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    reviews = models.PositiveIntegerField(default=0)
    orders_done = models.PositiveIntegerField(default=0)
    rank = models.FloatField(default=0)  # DEC-22, everything but the words
    words = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # what search matches

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="offer_words"),
            models.Index(
                fields=["category", "-rank", "-id"], condition=models.Q(state="published"), name="offer_in_category"
            ),
            models.Index(fields=["-rank", "-id"], condition=models.Q(state="published"), name="offer_ranked"),
            # One for each way to sort (catalog.search.SORTS): a long list is walked, never sorted.
            models.Index(
                fields=["category", "price_from", "-rank", "-id"],
                condition=models.Q(state="published"),
                name="offer_by_price",
            ),
            models.Index(
                fields=["price_from", "-rank", "-id"], condition=models.Q(state="published"), name="offer_cheapest"
            ),
            models.Index(
                models.F("rating").desc(nulls_last=True),
                models.F("rank").desc(),
                models.F("id").desc(),
                condition=models.Q(state="published"),
                name="offer_by_stars",
            ),
            models.Index(fields=["-published_at", "-id"], condition=models.Q(state="published"), name="offer_newest"),
            models.Index(fields=["provider", "state"], name="offer_of_provider"),
            models.Index(fields=["submitted_at"], condition=models.Q(state="pending_approval"), name="offer_queue"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "removed", "denied"])
                # "Greater than" alone would let a missing price through: a check refuses only what is false.
                | models.Q(price_from__isnull=False, price_from__gt=0, category__isnull=False),
                name="live_offer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        """The canonical address."""
        return f"/offers/{self.pk}-{self.slug or 'offer'}/"

    @property
    def cover(self) -> "OfferImage | None":
        """The first picture; lists prefetch `images`."""
        return next(iter(self.images.all()), None)

    @property
    def place_name(self) -> str:
        """Where it is done, in one word or two; lists prefetch `places`."""
        if self.where == self.Where.ONLINE:
            return self.Where.ONLINE.label
        names = [place.name for place in self.places.all()]
        return names[0] + (" והסביבה" if len(names) > 1 else "") if names else ""

    @property
    def slug(self) -> str:
        """The Hebrew tail of the canonical address."""
        return slugify(self.title, allow_unicode=True)[:60]


class Package(models.Model):
    """One of one or three scope levels (OFR-10…15)."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="packages")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=200, blank=True)
    price = models.PositiveBigIntegerField(null=True)
    days = models.PositiveSmallIntegerField(null=True)
    revisions = models.PositiveSmallIntegerField(null=True, default=0)  # null: unlimited (REV-10)
    items = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    fast_days = models.PositiveSmallIntegerField(null=True, blank=True)  # EXT-06
    fast_price = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "position"], name="package_position"),
            models.CheckConstraint(
                condition=models.Q(fast_days=None) | models.Q(fast_days__lt=models.F("days"), fast_days__gte=1),
                name="fast_is_faster",  # EXT-08
            ),
            models.CheckConstraint(
                condition=models.Q(fast_days=None, fast_price=None)
                | models.Q(fast_days__isnull=False, fast_price__isnull=False),
                name="fast_has_days_and_price",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Extra(models.Model):
    """A paid add-on (EXT). Fast delivery stands on the package (DEC-42)."""

    class Kind(models.TextChoices):
        REVISIONS = "revisions", "סבב תיקונים נוסף"
        SHIPPING = "shipping", "משלוח פיזי"
        OTHER = "other", "תוספת"

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="extras")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=60)
    text = models.CharField(max_length=160, blank=True)
    price = models.PositiveBigIntegerField()
    days = models.PositiveSmallIntegerField(default=0)
    max_quantity = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Requirement(models.Model):
    """What the provider needs to start (RQM). Frozen into the order on purchase."""

    class Kind(models.TextChoices):
        TEXT = "text", "תשובה חופשית"
        CHOICE = "choice", "שאלת בחירה"
        FILE = "file", "קובץ"

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="requirements")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=400)
    kind = models.CharField(max_length=6, choices=Kind)
    choices = ArrayField(models.CharField(max_length=policy.CHOICE_LENGTH_MAX), default=list, blank=True)
    multiple = models.BooleanField(default=False)  # AMB-28
    mandatory = models.BooleanField(default=False)  # RQM-04

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Faq(models.Model):
    """A question and its answer on the offer page (OFR-18)."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="faq")
    question = models.CharField(max_length=160)
    answer = models.CharField(max_length=600)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.question


class OfferImage(models.Model):
    """A picture of the gallery, decoded, cleaned and re-encoded by us (GAL-02…07)."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="images")
    image = models.ImageField(upload_to="offers/%Y/%m", width_field="width", height_field="height")
    card = models.ImageField(upload_to="offers/%Y/%m")  # 4:3 for lists
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.image.name or ""
