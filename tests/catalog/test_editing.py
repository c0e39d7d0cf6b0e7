"""What is live goes back to staff when words or pictures change, and stays live when only prices do (F-9)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from house import images
from house.catalog import actions as catalog
from house.catalog.actions import ExtraRow, PackageRow, RequirementRow
from house.catalog.models import Offer
from house.people.models import AuditEntry, Place, Role
from house.process import Refusal
from house.worker.timetable import returns
from tests import make, persons

pytestmark = pytest.mark.django_db
PACKAGE = PackageRow(
    name="חבילה 1", text="מה שצריך", price=1000_00, days=5, revisions=1, fast_days=2, fast_price=200_00
)
LATER = timedelta(days=1)
SAME = {"title": "אני אשפץ את חדר הרחצה מהיסוד", "tags": ["שיפוץ", "אמבטיה"], "where": "client"}


@pytest.fixture
def offer(amir, now) -> Offer:
    return make.offer(amir, now)


def overview(offer: Offer, at, **changes) -> Offer:
    values = {"category": offer.category, "subcategory": offer.subcategory, "places": [make.town()], **SAME}
    return catalog.save_overview(offer, by=offer.provider, now=at, **{**values, **changes})


def packages(offer: Offer, at, *rows: PackageRow, **more) -> Offer:
    return catalog.save_packages(offer, by=offer.provider, now=at, packages=rows, **more)


def described(offer: Offer, at, text: str = make.DESCRIPTION, faq=(("יש אחריות?", "כן, שנה."),)) -> Offer:
    return catalog.save_description(offer, by=offer.provider, now=at, description=text, faq=list(faq))


def required(offer: Offer, at, *rows: RequirementRow) -> Offer:
    return catalog.save_requirements(offer, by=offer.provider, now=at, rows=rows)


WORDS = {
    "title": lambda offer, at: overview(offer, at, title="אני אשפץ חדרי רחצה קטנים"),
    "tags": lambda offer, at: overview(offer, at, tags=["שיפוץ"]),
    "package": lambda offer, at: packages(offer, at, replace(PACKAGE, text="ועוד משהו")),
    "extra": lambda offer, at: packages(offer, at, PACKAGE, extras=[ExtraRow("other", "פינוי", 50_00)]),
    "description": lambda offer, at: described(offer, at, make.DESCRIPTION + " ועוד."),
    "faq": lambda offer, at: described(offer, at, faq=[("יש אחריות?", "כן, שנתיים.")]),
    "requirement": lambda offer, at: required(offer, at, RequirementRow("מה המידות?", "text")),
    "picture": lambda offer, at: catalog.add_image(offer, data=make.picture(), by=offer.provider, now=at),
}
NUMBERS = {
    "price": lambda offer, at: packages(offer, at, replace(PACKAGE, price=1200_00)),
    "days": lambda offer, at: packages(offer, at, replace(PACKAGE, days=9, revisions=None)),
    "quantity": lambda offer, at: packages(offer, at, PACKAGE, quantity_max=2, extra_unit_days=1),
    "places": lambda offer, at: overview(offer, at, where="online", places=[]),
    "nothing": described,
}


@pytest.mark.parametrize("state", ["published", "paused"])
@pytest.mark.parametrize("change", WORDS)
def test_words_and_pictures_go_back_to_staff(offer, now, change, state):
    if state == "paused":
        catalog.pause(offer, by=offer.provider, now=now, returns_on=None)
    WORDS[change](offer, now + LATER)
    offer.refresh_from_db()
    assert (offer.state, offer.submitted_at) == ("pending_approval", now + LATER)
    assert offer.published_at == now


@pytest.mark.parametrize("state", ["published", "paused"])
@pytest.mark.parametrize("change", NUMBERS)
def test_prices_days_and_places_do_not(offer, now, change, state):
    if state == "paused":
        catalog.pause(offer, by=offer.provider, now=now, returns_on=None)
    NUMBERS[change](offer, now + LATER)
    offer.refresh_from_db()
    assert (offer.state, offer.submitted_at, offer.saved_at) == (state, now, now + LATER)


def test_the_least_price_and_days_are_written_down_for_lists(offer, now):
    row = packages(offer, now, replace(PACKAGE, price=900_00, days=7, fast_days=None, fast_price=None))
    assert (row.price_from, row.days_from) == (900_00, 7)
    row = packages(offer, now, replace(PACKAGE, price=900_00, days=7))
    assert row.days_from == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda offer, at: overview(offer, at, title="קצר"),
        lambda offer, at: overview(offer, at, tags=[]),
        lambda offer, at: overview(offer, at, places=[]),
        lambda offer, at: packages(offer, at, replace(PACKAGE, price=None)),
        lambda offer, at: packages(offer, at, replace(PACKAGE, days=None, fast_days=None, fast_price=None)),
        lambda offer, at: packages(offer, at, PACKAGE, physical=True),
        lambda offer, at: described(offer, at, "קצר מדי"),
        lambda offer, at: catalog.remove_image(offer.images.get(), by=offer.provider, now=at),
    ],
    ids=["title", "tags", "places", "price", "days", "shipping", "description", "picture"],
)
def test_what_is_live_stays_whole(offer, now, change):
    """OFR-27: a change that leaves a gap is refused; nothing of it is kept."""
    with pytest.raises(Refusal, match="offer_incomplete"):
        change(offer, now + LATER)
    row = Offer.objects.get(pk=offer.pk)
    assert (row.state, row.saved_at, catalog.missing(row)) == ("published", now, [])


def test_an_old_gap_does_not_forbid_other_changes(offer, now):
    """A rule that came later binds the next step that touches it, not every price."""
    Offer.objects.filter(pk=offer.pk).update(tags=[])
    assert packages(offer, now, replace(PACKAGE, price=1100_00)).price_from == 1100_00


# Pictures


def test_a_picture_is_made_anew_with_a_card(offer):
    image = offer.images.get()
    assert (image.width, image.height) == (1280, 769)
    with image.card.open() as card:
        assert images.decode(card.read()).size == (640, 480)


def test_a_picture_becomes_the_first_and_the_others_keep_their_order(amir, now):
    draft = make.draft(amir, now)
    first = draft.images.get()
    second, third = (catalog.add_image(draft, data=make.picture(), by=amir, now=now) for _ in range(2))
    catalog.move_image(third, by=amir, now=now)
    assert [row.pk for row in draft.images.all()] == [third.pk, first.pk, second.pk]
    catalog.remove_image(first, by=amir, now=now)
    assert [row.pk for row in draft.images.all()] == [third.pk, second.pk]
    fourth = catalog.add_image(draft, data=make.picture(), by=amir, now=now)
    assert draft.images.last() == fourth


def test_a_phone_s_picture_is_refused_as_it_is_and_shrunk_on_request(amir, now):
    """GAL-05, DEC-50"""
    draft = make.draft(amir, now)
    with pytest.raises(images.PictureProblem, match="too_large"):
        catalog.add_image(draft, data=make.picture(4032, 3024), by=amir, now=now)
    row = catalog.add_image(draft, data=make.picture(4032, 3024), by=amir, now=now, shrink=True)
    assert (row.width, row.height) == (3221, 2416)


# Staff decide


def test_an_approval_publishes_ranks_tells_and_is_written_down(amir, now):
    """F-3, EMB-03, DEC-20"""
    row = catalog.submit(make.draft(amir, now), by=amir, now=now, rights=True)
    row = catalog.approve(row, by=make.reviewer(now), now=now + LATER)
    assert (row.state, row.published_at) == ("published", now + LATER)
    assert row.rank > 0
    assert amir.notices.get(kind="offer_approved").path == f"/seller/offers/{row.pk}/share/"
    assert AuditEntry.objects.get(what="offer_approved").about == f"offer:{row.pk}"


def test_a_second_approval_keeps_the_day_of_publication(offer, now):
    described(offer, now + LATER, make.DESCRIPTION + " ועוד.")
    assert catalog.approve(offer, by=make.reviewer(now), now=now + LATER * 2).published_at == now


def test_a_denial_says_why_and_the_offer_is_mended_and_sent_again(amir, now):
    """F-4, F-2"""
    row = catalog.submit(make.draft(amir, now), by=amir, now=now, rights=True)
    row = catalog.deny(row, by=make.reviewer(now), reason="התמונה אינה שלך", now=now)
    assert amir.notices.get(kind="offer_denied").data["reason"] == row.reason == "התמונה אינה שלך"
    described(row, now, make.DESCRIPTION + " ועוד.")
    row = catalog.submit(row, by=amir, now=now + LATER, rights=True)
    assert (row.state, row.reason) == ("pending_approval", "")


def test_a_provider_removes_quietly_and_staff_with_a_reason(amir, now):
    """F-10, OFR-26"""
    own, other = make.offer(amir, now), make.offer(amir, now)
    catalog.remove(own, by=amir, reason="", now=now)
    by = persons.staff("moderator", "צוות", "", now, Role.MODERATOR)
    with pytest.raises(Refusal, match="reason_missing"):
        catalog.remove(other, by=by, reason=" ", now=now)
    catalog.remove(other, by=by, reason="תמונות מועתקות", now=now)
    assert amir.notices.filter(kind="offer_removed").count() == 1
    assert AuditEntry.objects.filter(what="offer_removed").count() == 1


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.MODERATOR, Role.OWNER}))
def test_of_staff_only_moderators_remove_an_offer(offer, now, role):
    """F-10, PRO-06, DEC-20: a reviewer judges what waits, and what is published is a moderator's."""
    by = persons.staff("one", "צוות", role, now, role)
    with pytest.raises(Refusal, match=r"wrong_party|stranger"):
        catalog.remove(offer, by=by, reason="תמונות מועתקות", now=now)
    assert Offer.objects.get(pk=offer.pk).state == Offer.State.PUBLISHED


# Pausing


def test_the_provider_is_reminded_once_on_the_day_of_return(offer, now):
    """DEC-35: it never comes back by itself."""
    back = (now + timedelta(days=7)).date()
    assert catalog.pause(offer, by=offer.provider, now=now, returns_on=back).returns_on == back
    days = [catalog.remind_returns(now + timedelta(days=number)) for number in (6, 7, 7, 8)]
    assert days == [0, 1, 0, 0]
    offer.refresh_from_db()
    assert offer.state == "paused"
    assert catalog.reactivate(offer, by=offer.provider, now=now).returns_on is None


def test_the_timetable_reminds(offer, now):
    Offer.objects.filter(pk=offer.pk).update(state="paused", returns_on=now.date())
    returns(timestamp=0)
    assert offer.provider.notices.filter(kind="offer_return").count() == 1


def test_the_day_of_return_is_that_of_israel(offer, now):
    midnight = now.replace(hour=0, minute=30)  # still yesterday in Greenwich
    with pytest.raises(Refusal, match="return_in_the_past"):
        catalog.pause(offer, by=offer.provider, now=midnight, returns_on=midnight.date())


def test_places_of_an_offer_are_a_list(offer, now):
    other = Place.objects.create(slug="ashdod", name="אשדוד", kind="city", lat="31.80", lon="34.65")
    row = overview(offer, now, places=[make.town(), other])
    assert (row.places.count(), row.place_name) == (2, "אשדוד והסביבה")
