"""The gate of offers: lock, table, party."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from house.people.models import Role, User
from house.process import Party, Refusal

from .completeness import missing
from .models import Offer
from .process import OFFER, Step


def party_of(offer: Offer, by: User) -> Party:
    """The provider of the offer, or staff; others are refused with `stranger`."""
    if by.pk == offer.provider_id:
        return Party.PROVIDER
    if by.has_role(Role.REVIEWER, Role.MODERATOR):
        return Party.STAFF
    raise Refusal("stranger")


@contextmanager
def move(offer: Offer, step: Step, *, by: User) -> Iterator[Offer]:
    """Locks the offer, checks the table, yields for the body, then writes state and row."""
    with transaction.atomic():
        row = Offer.objects.select_for_update(of=("self",)).select_related("provider", "category").get(pk=offer.pk)
        OFFER.check(step, state=row.state, party=party_of(row, by))
        end = OFFER.path(step, state=row.state)
        yield row
        row.state = end
        row.save()


@contextmanager
def saving(offer: Offer, *, by: User) -> Iterator[Offer]:
    """A change of content: free in a draft; what is live goes back to staff when words or pictures change.

    The body sets `row.step`, fields and parts; F-9 is decided by comparing the words before and after.
    What is live stays whole: a change that leaves a gap is refused with `offer_incomplete`.
    """
    with transaction.atomic():
        row = Offer.objects.select_for_update(of=("self",)).select_related("provider", "category").get(pk=offer.pk)
        live = row.state in OFFER.rules[Step.EDIT].start
        OFFER.check(Step.EDIT if live else Step.SAVE, state=row.state, party=party_of(row, by))
        before, gaps = (fingerprint(row), missing(row)) if live else ((), [])
        yield row
        if live and set(missing(row)) - set(gaps):
            raise Refusal("offer_incomplete")
        row.save()
        if live and fingerprint(row) != before:
            row.state = OFFER.path(Step.EDIT, state=row.state)
            row.submitted_at = row.saved_at
        row.save()


def fingerprint(offer: Offer) -> tuple[object, ...]:
    """Everything that staff look at: words and pictures, not prices and days."""
    return (
        offer.title,
        offer.description,
        tuple(offer.tags),
        tuple(offer.packages.values_list("name", "text")),
        tuple(offer.extras.values_list("title", "text")),
        tuple(offer.faq.values_list("question", "answer")),
        tuple(offer.requirements.values_list("text", "choices")),
        tuple(offer.images.values_list("pk", flat=True)),
    )
