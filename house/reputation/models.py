"""Reviews (DEC-10)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from house.orders.models import Order
from house.process import Party

STARS = [MinValueValidator(1), MaxValueValidator(5)]


class Review(models.Model):
    """Of one side about the other. Published with the other's, or when the window closes."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="order_reviews")
    party = models.CharField(max_length=10, choices=[(p.value, p.value) for p in (Party.CLIENT, Party.PROVIDER)])
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews_about")
    quality = models.PositiveSmallIntegerField(null=True, validators=STARS)  # a client's three
    communication = models.PositiveSmallIntegerField(null=True, validators=STARS)
    value = models.PositiveSmallIntegerField(null=True, validators=STARS)
    stars = models.DecimalField(max_digits=3, decimal_places=2)  # the mean of three, or the provider's one
    text = models.TextField()
    photos = ArrayField(models.UUIDField(), default=list, blank=True)
    at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True)  # the provider's one public answer
    replied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "party"], name="one_review_per_side"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="stars_between_1_and_5"),
            # A range alone would let a missing rating through: a check refuses only what is false.
            models.CheckConstraint(
                condition=Q(party="client", quality__range=(1, 5), communication__range=(1, 5), value__range=(1, 5))
                & Q(quality__isnull=False, communication__isnull=False, value__isnull=False)
                | Q(party="provider", quality=None, communication=None, value=None),
                name="a_client_gives_three_ratings",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "-published_at"], name="reviews_of_person"),
            models.Index(fields=["at"], condition=Q(published_at=None), name="reviews_to_publish"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.party}"
