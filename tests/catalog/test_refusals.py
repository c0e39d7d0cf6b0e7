"""What the verbs of an offer refuse, with which code, and that nothing is left behind."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from house import policy
from house.catalog import actions as catalog
from house.catalog.actions import ExtraRow, PackageRow, RequirementRow
from house.catalog.models import Category, Offer, ServiceType, Subcategory
from house.catalog.pricing import quote
from house.people.models import Profile, User
from house.process import Refusal
from tests import make

pytestmark = pytest.mark.django_db
PACKAGE = PackageRow(name="בסיסית", text="מה שצריך", price=1000_00, days=5, revisions=1)
EXTRA = ExtraRow(kind="other", title="פינוי פסולת", price=150_00)
SHIPPING = ExtraRow(kind="shipping", title="משלוח עד הבית", price=50_00)
PHONE = "להתקשר אליי 054-1234567"


@pytest.fixture
def draft(amir, now) -> Offer:
    return make.draft(amir, now)


def other_category() -> Category:
    row = Category.objects.create(slug="garden", name="גינון", icon="leaf", scene="garden", has_packages=False)
    Subcategory.objects.create(category=row, slug="lawn", name="דשא")
    return row


def overview(draft: Offer, now, by: User | None = None, **changes) -> Offer:
    row = draft.category
    values = {
        "title": "אני אשפץ את חדר הרחצה",
        "category": row,
        "subcategory": row.subcategories.first(),
        "tags": ["שיפוץ"],
        "where": Offer.Where.CLIENT,
        "places": [make.town()],
    }
    return catalog.save_overview(draft, by=by or draft.provider, now=now, **{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": f"שיפוצים {PHONE}"}, "contact_details"),  # OFR-20
        ({"tags": ["שיפוץ", "054-1234567"]}, "contact_details"),
        ({"title": "א" * (policy.TITLE_MAX + 1)}, "title_too_long"),  # OFR-04
        ({"tags": list("אבגדהו")}, "too_many_tags"),  # OFR-09
        ({"tags": ["א" * (policy.TAG_LENGTH_MAX + 1)]}, "tag_too_long"),
    ],
)
def test_what_step_one_refuses(draft, now, changes, code):
    before = Offer.objects.values().get(pk=draft.pk)
    with pytest.raises(Refusal, match=code):
        overview(draft, now, **changes)
    assert Offer.objects.values().get(pk=draft.pk) == before


def test_a_tag_is_counted_once_and_an_empty_one_not_at_all(draft, now):
    row = overview(draft, now, tags=["שיפוץ", " שיפוץ ", "", "  ", "ב", "ג", "ד", "א" * policy.TAG_LENGTH_MAX])
    assert row.tags == ["שיפוץ", "ב", "ג", "ד", "א" * policy.TAG_LENGTH_MAX]


def test_a_subcategory_and_a_service_type_belong_to_what_was_chosen(draft, now):
    """CAT-04, OFR-08"""
    garden = other_category()
    with pytest.raises(Refusal, match="wrong_subcategory"):
        overview(draft, now, subcategory=garden.subcategories.get())
    kind = ServiceType.objects.create(subcategory=garden.subcategories.get(), slug="mow", name="כיסוח")
    with pytest.raises(Refusal, match="wrong_service_type"):
        overview(draft, now, service_type=kind)
    assert overview(draft, now, category=garden, subcategory=garden.subcategories.get(), service_type=kind)


def test_the_category_is_locked_after_publication(amir, now):
    """OFR-07, AMB-26: category and subcategory; also while paused or denied later."""
    offer, garden = make.offer(amir, now), other_category()
    sister = Subcategory.objects.create(category=offer.category, slug="kitchens", name="מטבחים")
    for changes in ({"category": garden, "subcategory": garden.subcategories.get()}, {"subcategory": sister}):
        with pytest.raises(Refusal, match="category_locked"):
            overview(offer, now, **changes)
    catalog.pause(offer, by=amir, now=now, returns_on=None)
    with pytest.raises(Refusal, match="category_locked"):
        overview(offer, now, subcategory=sister)
    assert overview(offer, now, title="אני אשפץ חדרי רחצה קטנים").title == "אני אשפץ חדרי רחצה קטנים"


@pytest.mark.parametrize(
    ("packages", "code"),
    [
        ([], "wrong_number_of_packages"),
        ([PACKAGE] * 2, "wrong_number_of_packages"),  # AMB-27: one or three
        ([replace(PACKAGE, text=PHONE)], "contact_details"),
        ([replace(PACKAGE, price=policy.PRICE_MIN - 1)], "price_out_of_range"),
        ([replace(PACKAGE, price=policy.PRICE_MAX + 1)], "price_out_of_range"),
        ([replace(PACKAGE, days=0)], "days_out_of_range"),
        ([replace(PACKAGE, days=policy.DAYS_MAX + 1)], "days_out_of_range"),
        ([replace(PACKAGE, fast_days=2)], "fast_needs_days_and_price"),  # EXT-06
        ([replace(PACKAGE, fast_price=100_00)], "fast_needs_days_and_price"),
        ([replace(PACKAGE, fast_days=5, fast_price=100_00)], "fast_not_faster"),  # EXT-08
        ([replace(PACKAGE, fast_days=0, fast_price=100_00)], "fast_not_faster"),
        ([replace(PACKAGE, days=None, fast_days=1, fast_price=100_00)], "fast_not_faster"),
        ([replace(PACKAGE, items=["נסיעה לירח"])], "unknown_item"),  # OFR-12
        ([replace(PACKAGE, fast_days=1, fast_price=400_01)], "extra_price_out_of_range"),  # DEC-11
    ],
)
def test_what_packages_are_refused_for(draft, now, packages, code):
    with pytest.raises(Refusal, match=code):
        catalog.save_packages(draft, by=draft.provider, now=now, packages=packages)
    assert draft.packages.get().price == 1000_00


@pytest.mark.parametrize(
    ("extras", "code"),
    [
        ([EXTRA] * 4, "too_many_extras"),  # DEC-11: three at the first level
        ([replace(EXTRA, price=0)], "extra_price_out_of_range"),
        ([replace(EXTRA, price=400_01)], "extra_price_out_of_range"),
        ([SHIPPING], "shipping_without_goods"),  # EXT-12
        ([replace(EXTRA, text=PHONE)], "contact_details"),
        ([replace(EXTRA, title="  \u200b ")], "extra_needs_title"),
    ],
)
def test_what_extras_are_refused_for(draft, now, extras, code):
    with pytest.raises(Refusal, match=code):
        catalog.save_packages(draft, by=draft.provider, now=now, packages=[PACKAGE], extras=extras)


def test_fast_delivery_is_one_of_the_extras(draft, now):
    """DEC-11, EXT-05"""
    fast = replace(PACKAGE, fast_days=1, fast_price=100_00)
    with pytest.raises(Refusal, match="too_many_extras"):
        catalog.save_packages(draft, by=draft.provider, now=now, packages=[fast], extras=[EXTRA] * 3)
    catalog.save_packages(draft, by=draft.provider, now=now, packages=[fast], extras=[EXTRA] * 2)


@pytest.mark.parametrize(("level", "number"), policy.EXTRAS_PER_LEVEL.items())
def test_the_level_widens_the_limits(draft, now, level, number):
    """TRS-02, DEC-11: more extras, at higher prices, in larger quantities."""
    Profile.objects.update(level=level)
    top = [replace(EXTRA, price=policy.EXTRA_PRICE_PER_LEVEL[level])] * number
    row = catalog.save_packages(draft, by=draft.provider, now=now, packages=[PACKAGE], extras=top, quantity_max=99)
    assert row.extras.count() == number
    assert row.quantity_max == policy.QUANTITY_PER_LEVEL[level]
    with pytest.raises(Refusal, match="too_many_extras"):
        catalog.save_packages(draft, by=draft.provider, now=now, packages=[PACKAGE], extras=[*top, EXTRA])


def test_a_category_without_packages_takes_one(draft, now):
    """CAT-06"""
    garden = other_category()
    three = [replace(PACKAGE, name=name) for name in "אבג"]
    catalog.save_packages(draft, by=draft.provider, now=now, packages=three)
    overview(draft, now, category=garden, subcategory=garden.subcategories.get())
    assert draft.packages.count() == 1
    with pytest.raises(Refusal, match="wrong_number_of_packages"):
        catalog.save_packages(draft, by=draft.provider, now=now, packages=three)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"description": f"{make.DESCRIPTION} {PHONE}"}, "contact_details"),  # OFR-19
        ({"description": f"{make.DESCRIPTION} https://wa.me/972541234567"}, "contact_details"),
        ({"description": make.DESCRIPTION, "faq": [("איך פונים?", PHONE)]}, "contact_details"),
        ({"description": make.DESCRIPTION, "faq": [("איפה רואים?", "https://example.org")]}, "contact_details"),
        ({"description": "א" * (policy.DESCRIPTION_MAX + 1)}, "description_too_long"),  # OFR-17
    ],
)
def test_what_descriptions_are_refused_for(draft, now, changes, code):
    with pytest.raises(Refusal, match=code):
        catalog.save_description(draft, by=draft.provider, now=now, **changes)


def test_a_web_address_may_stand_in_the_description(draft, now):
    """OFR-19, L112"""
    text = f"{make.DESCRIPTION} עוד עבודות: https://www.example.org/works"
    assert catalog.save_description(draft, by=draft.provider, now=now, description=text).description == text


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([RequirementRow("מה המידות?", "text")] * (policy.REQUIREMENTS_MAX + 1), "too_many_requirements"),
        ([RequirementRow(PHONE, "text")], "contact_details"),
        ([RequirementRow("איזה צבע?", "choice", ["לבן"])], "choice_needs_choices"),  # RQM-02
        ([RequirementRow("איזה צבע?", "choice", ["לבן", "א" * 81])], "choice_too_long"),
        ([RequirementRow("איך?", "choice", ["טלפון 054-1234567", "אחר"])], "contact_details"),
    ],
)
def test_what_requirements_are_refused_for(draft, now, rows, code):
    with pytest.raises(Refusal, match=code):
        catalog.save_requirements(draft, by=draft.provider, now=now, rows=rows)


def test_a_gallery_holds_three_pictures(draft, now):
    """GAL-02"""
    for _ in range(2):
        catalog.add_image(draft, data=make.picture(), by=draft.provider, now=now)
    with pytest.raises(Refusal, match="too_many_images"):
        catalog.add_image(draft, data=make.picture(), by=draft.provider, now=now)


# Who may


@pytest.mark.parametrize("standing", ["suspended", "blocked"])
def test_a_suspended_provider_begins_nothing_new(draft, now, standing):
    """DEC-37"""
    User.objects.filter(pk=draft.provider_id).update(standing=standing)
    amir = User.objects.get(pk=draft.provider_id)
    offer = make.Offer.objects.get(pk=draft.pk)
    for act in (
        lambda: catalog.create(by=amir, now=now),
        lambda: catalog.submit(offer, by=amir, now=now, rights=True),
        lambda: catalog.reactivate(offer, by=amir, now=now),
    ):
        with pytest.raises(Refusal, match="suspended"):
            act()


def test_a_client_publishes_nothing(noa, now):
    """ACC-05"""
    with pytest.raises(Refusal, match="not_a_provider"):
        catalog.create(by=noa, now=now)


def test_a_stranger_changes_nothing(draft, dana, now):
    image = draft.images.get()
    for act in (
        lambda: overview(draft, now, by=dana),
        lambda: catalog.save_packages(draft, by=dana, now=now, packages=[PACKAGE]),
        lambda: catalog.save_description(draft, by=dana, now=now, description=make.DESCRIPTION),
        lambda: catalog.save_requirements(draft, by=dana, now=now, rows=[]),
        lambda: catalog.add_image(draft, data=make.picture(), by=dana, now=now),
        lambda: catalog.remove_image(image, by=dana, now=now),
        lambda: catalog.move_image(image, by=dana, now=now),
    ):
        with pytest.raises(Refusal, match="stranger"):
            act()


# Submitting (F-2)

GAPS = {
    "title": lambda row: Offer.objects.filter(pk=row.pk).update(title="קצר"),
    "category": lambda row: Offer.objects.filter(pk=row.pk).update(category=None, subcategory=None),
    "service_type": lambda row: ServiceType.objects.create(subcategory=row.subcategory, slug="x", name="סוג"),
    "tags": lambda row: Offer.objects.filter(pk=row.pk).update(tags=[]),
    "where": lambda row: Offer.objects.filter(pk=row.pk).update(where=""),
    "places": lambda row: row.places.clear(),
    "packages": lambda row: row.packages.update(price=None),
    "shipping": lambda row: Offer.objects.filter(pk=row.pk).update(physical=True),
    "description": lambda row: Offer.objects.filter(pk=row.pk).update(description="קצר מדי"),
    "hebrew": lambda row: Offer.objects.filter(pk=row.pk).update(description="Bathrooms from scratch. " * 10),
    "images": lambda row: row.images.all().delete(),
    "video": lambda row: Category.objects.update(video_required=True),
}


@pytest.mark.parametrize("gap", GAPS)
def test_an_offer_with_a_gap_is_not_submitted(draft, now, gap):
    """F-2, OFR-09, OFR-21, OFR-27, EXT-11, DEC-53"""
    assert catalog.missing(draft) == []
    GAPS[gap](draft)
    row = Offer.objects.get(pk=draft.pk)
    assert gap in [code for code, _ in catalog.missing(row)]
    with pytest.raises(Refusal, match="offer_incomplete"):
        catalog.submit(row, by=row.provider, now=now, rights=True)


def test_three_packages_have_names(draft, now):
    rows = [replace(PACKAGE, name=name) for name in ("א", "", "ג")]
    catalog.save_packages(draft, by=draft.provider, now=now, packages=rows)
    assert catalog.missing(Offer.objects.get(pk=draft.pk)) == [("package_names", 2)]


def test_what_is_done_online_needs_no_place(draft, now):
    """DEC-17"""
    assert catalog.missing(overview(draft, now, where=Offer.Where.ONLINE, places=[])) == []


def test_the_pictures_are_declared_one_s_own(draft, now):
    """GAL-07"""
    with pytest.raises(Refusal, match="rights_not_declared"):
        catalog.submit(draft, by=draft.provider, now=now, rights=False)


def test_a_level_holds_so_many_offers(amir, now):
    """DEC-11: published, paused and waiting ones count; drafts do not."""
    Offer.objects.bulk_create(
        Offer(
            provider=amir,
            state=state,
            price_from=1,
            category=make.category(),
            created_at=now,
            saved_at=now,
        )
        for state in ["published"] * 4 + ["paused", "pending_approval", "draft", "denied", "removed"]
    )
    catalog.submit(make.draft(amir, now), by=amir, now=now, rights=True)
    with pytest.raises(Refusal, match="too_many_offers") as refused:
        catalog.submit(make.draft(amir, now), by=amir, now=now, rights=True)
    assert refused.value.facts == {"most": 7}


# Deciding


@pytest.mark.parametrize("verb", [catalog.deny, catalog.remove])
def test_staff_give_a_reason(amir, now, verb):
    """F-4, F-10"""
    row = catalog.submit(make.draft(amir, now), by=amir, now=now, rights=True)
    with pytest.raises(Refusal, match="reason_missing"):
        verb(row, by=make.reviewer(now), reason=" \u200b", now=now)


@pytest.mark.parametrize("days", [-1, 0])
def test_a_return_lies_in_the_future(amir, now, days):
    """OFR-28"""
    offer = make.offer(amir, now)
    with pytest.raises(Refusal, match="return_in_the_past"):
        catalog.pause(offer, by=amir, now=now, returns_on=(now + timedelta(days=days)).date())


# Prices (DEC-42)


@pytest.fixture
def priced(amir, now) -> Offer:
    row = make.draft(amir, now, extra_unit_days=2, fast_quantity_max=2, extras=[EXTRA_ROUND, EXTRA_DAYS])
    return Offer.objects.get(pk=row.pk)


EXTRA_ROUND = ExtraRow(kind="revisions", title="סבב תיקונים", price=100_00, max_quantity=3)
EXTRA_DAYS = ExtraRow(kind="other", title="צביעה", price=200_00, days=4)


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"package": 2}, "bad_package"),
        ({"quantity": 0}, "bad_quantity"),
        ({"quantity": 6}, "bad_quantity"),
        ({"quantity": 3, "fast": True}, "fast_too_many"),
        ({"extras": {0: 1}}, "bad_extra"),
        ({"extras": "revisions:4"}, "bad_extra"),
        ({"extras": "revisions:-1"}, "bad_extra"),
    ],
)
def test_what_a_choice_is_refused_for(priced, choice, code):
    if isinstance(choice.get("extras"), str):
        kind, number = choice["extras"].split(":")
        choice = {"extras": {priced.extras.get(kind=kind).pk: int(number)}}
    with pytest.raises(Refusal, match=code):
        quote(priced, **{"package": 1, "quantity": 1, "extras": {}, "fast": False, **choice})


def test_an_unpriced_package_is_not_sold(priced):
    priced.packages.update(price=None)
    with pytest.raises(Refusal, match="bad_package"):
        quote(priced, package=1, quantity=1, extras={}, fast=False)


def test_there_is_no_fast_delivery_where_none_is_offered(priced):
    priced.packages.update(fast_days=None, fast_price=None)
    with pytest.raises(Refusal, match="no_fast"):
        quote(priced, package=1, quantity=1, extras={}, fast=True)


def test_a_total_has_a_limit(priced, monkeypatch):
    monkeypatch.setattr(policy, "ORDER_TOTAL_MAX", 1999_99)
    with pytest.raises(Refusal, match="total_too_large"):
        quote(priced, package=1, quantity=2, extras={}, fast=False)


def test_a_bill_adds_up(priced):
    """DEC-42: package × quantity + extras × their quantity; days of further units and of extras add."""
    ids = {row.kind: row.pk for row in priced.extras.all()}
    bill = quote(priced, package=1, quantity=3, extras={ids["revisions"]: 2, ids["other"]: 1}, fast=False)
    assert bill.total == 3 * 1000_00 + 2 * 100_00 + 200_00 == sum(line.amount for line in bill.lines)
    assert (bill.days, bill.revisions) == (5 + 2 * 2 + 4, 3)


def test_fast_delivery_ignores_the_days_of_extras(priced):
    """AMB-46, EXT-07: charged per unit; further units still add their days."""
    other = priced.extras.get(kind="other").pk
    bill = quote(priced, package=1, quantity=2, extras={other: 1}, fast=True)
    assert (bill.total, bill.days) == (2 * 1000_00 + 2 * 200_00 + 200_00, 2 + 2)


def test_unlimited_revisions_stay_unlimited(priced):
    """REV-10"""
    priced.packages.update(revisions=None)
    assert quote(priced, package=1, quantity=1, extras={}, fast=False).revisions is None


def test_every_refusal_of_the_room_is_tried_somewhere():
    """A code that nobody tries is a rule that nobody keeps."""
    room = Path(catalog.__file__).parent.parent
    source = "\n".join(path.read_text() for path in room.rglob("*.py"))
    tried = "\n".join(path.read_text() for path in Path(__file__).parent.parent.rglob("test_*.py"))
    codes = set(re.findall(r'Refusal\("(\w+)"', source)) - {"wrong_party", "stranger"}  # test_offer_table.py
    assert not {code for code in codes if not re.search(rf'"{code}[":|]', tried)}
