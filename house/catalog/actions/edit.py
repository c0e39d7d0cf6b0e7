"""Saving an offer step by step (F-1). A draft may be incomplete; what is wrong is refused, never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from house import policy
from house.contacts import find
from house.people.models import Place, User
from house.people.standing import may_start
from house.process import Refusal
from house.text import clean_line, clean_text

from ..gate import saving
from ..models import Category, Extra, Faq, Offer, Package, Requirement, ServiceType, Subcategory
from ..search import words_of


@dataclass(frozen=True)
class PackageRow:
    """One package as typed; money in minor units."""

    name: str = ""
    text: str = ""
    price: int | None = None
    days: int | None = None
    revisions: int | None = 0
    items: Sequence[str] = ()
    fast_days: int | None = None
    fast_price: int | None = None


@dataclass(frozen=True)
class ExtraRow:
    """One extra as typed."""

    kind: str
    title: str
    price: int
    text: str = ""
    days: int = 0
    max_quantity: int = 1


@dataclass(frozen=True)
class RequirementRow:
    """One requirement as typed."""

    text: str
    kind: str
    choices: Sequence[str] = field(default_factory=list)
    multiple: bool = False
    mandatory: bool = False


def _no_contacts(*texts: str, links_allowed: bool = False) -> None:
    """OFR-19, OFR-20: refuses with what was found."""
    findings = [finding for text in texts for finding in find(text, links_allowed=links_allowed)]
    if findings:
        raise Refusal("contact_details", found=", ".join(finding.text for finding in findings))


def create(*, by: User, now: datetime) -> Offer:
    """A new draft of a provider (ACC-05). Refusals: `suspended`, `not_a_provider`."""
    may_start(by, now)
    if not by.is_provider:
        raise Refusal("not_a_provider")
    return Offer.objects.create(provider=by, created_at=now, saved_at=now)


def _saved(offer: Offer, step: int, now: datetime) -> None:
    offer.step = max(offer.step, step + 1)
    offer.saved_at = now
    offer.words = words_of(offer)


def save_overview(
    offer: Offer,
    *,
    by: User,
    now: datetime,
    title: str,
    category: Category | None,
    subcategory: Subcategory | None,
    service_type: ServiceType | None = None,
    tags: Iterable[str] = (),
    where: str = "",
    places: Iterable[Place] = (),
) -> Offer:
    """Step 1. The category of an offer that was ever published is locked (OFR-07, AMB-26): `category_locked`."""
    title, tags = clean_line(title), list(dict.fromkeys(filter(None, map(clean_line, tags))))
    _no_contacts(title, *tags)
    if len(title) > policy.TITLE_MAX:
        raise Refusal("title_too_long", most=policy.TITLE_MAX)
    if len(tags) > policy.TAGS_MAX:
        raise Refusal("too_many_tags", most=policy.TAGS_MAX)
    if any(len(tag) > policy.TAG_LENGTH_MAX for tag in tags):
        raise Refusal("tag_too_long", most=policy.TAG_LENGTH_MAX)
    if subcategory is not None and subcategory.category != category:
        raise Refusal("wrong_subcategory")
    if service_type is not None and service_type.subcategory != subcategory:
        raise Refusal("wrong_service_type")
    with saving(offer, by=by) as row:
        if row.published_at and (row.category, row.subcategory) != (category, subcategory):
            raise Refusal("category_locked")
        row.title, row.tags, row.where = title, tags, where
        row.category, row.subcategory, row.service_type = category, subcategory, service_type
        row.places.set(places)
        if category is not None and not category.has_packages:
            row.packages.filter(position__gt=1).delete()
        _saved(row, 1, now)
    return row


def save_packages(
    offer: Offer,
    *,
    by: User,
    now: datetime,
    packages: Sequence[PackageRow],
    extras: Sequence[ExtraRow] = (),
    extra_unit_days: int = 0,
    quantity_max: int = 1,
    fast_quantity_max: int = 1,
    physical: bool = False,
) -> Offer:
    """Step 2: one or three packages by category (AMB-27), extras within the level's limits (DEC-11)."""
    with saving(offer, by=by) as row:
        _check_packages(row, packages)
        _check_extras(row, packages, extras, physical)
        row.extra_unit_days, row.physical = extra_unit_days, physical
        level = row.provider.profile.level
        row.quantity_max = min(quantity_max, policy.QUANTITY_PER_LEVEL[level])
        row.fast_quantity_max = min(fast_quantity_max, row.quantity_max)
        row.packages.all().delete()
        Package.objects.bulk_create(
            Package(offer=row, position=number, **_cleaned(each)) for number, each in enumerate(packages, start=1)
        )
        row.extras.all().delete()
        Extra.objects.bulk_create(
            Extra(offer=row, position=number, **_cleaned(each)) for number, each in enumerate(extras)
        )
        prices = [each.price for each in packages if each.price]
        days = [each.fast_days or each.days for each in packages if each.days]
        row.price_from = min(prices, default=None)
        row.days_from = min((number for number in days if number), default=None)
        _saved(row, 2, now)
    return row


def _cleaned(row: PackageRow | ExtraRow) -> dict[str, object]:
    return {name: clean_line(value) if isinstance(value, str) else value for name, value in asdict(row).items()}


def _check_packages(offer: Offer, packages: Sequence[PackageRow]) -> None:
    allowed = {1, policy.PACKAGES_MAX} if offer.category is None or offer.category.has_packages else {1}
    if len(packages) not in allowed:
        raise Refusal("wrong_number_of_packages")
    items = set(offer.subcategory.items) if offer.subcategory else set()
    for each in packages:
        _no_contacts(each.name, each.text)
        if each.price is not None and not policy.PRICE_MIN <= each.price <= policy.PRICE_MAX:
            raise Refusal("price_out_of_range", least=policy.PRICE_MIN // 100, most=policy.PRICE_MAX // 100)
        if each.days is not None and not 1 <= each.days <= policy.DAYS_MAX:
            raise Refusal("days_out_of_range", most=policy.DAYS_MAX)
        if (each.fast_days is None) != (each.fast_price is None):
            raise Refusal("fast_needs_days_and_price")
        if each.fast_days is not None and not 1 <= each.fast_days < (each.days or 0):
            raise Refusal("fast_not_faster")
        if not set(each.items) <= items:
            raise Refusal("unknown_item")


def _check_extras(offer: Offer, packages: Sequence[PackageRow], extras: Sequence[ExtraRow], physical: bool) -> None:
    level = offer.provider.profile.level
    number = len(extras) + any(each.fast_days is not None for each in packages)
    if number > policy.EXTRAS_PER_LEVEL[level]:
        raise Refusal("too_many_extras", most=policy.EXTRAS_PER_LEVEL[level])
    top = policy.EXTRA_PRICE_PER_LEVEL[level]
    prices = [each.price for each in extras] + [each.fast_price for each in packages if each.fast_price is not None]
    if any(not 0 < each <= top for each in prices):
        raise Refusal("extra_price_out_of_range", most=top // 100)
    if any(each.kind == Extra.Kind.SHIPPING for each in extras) and not physical:
        raise Refusal("shipping_without_goods")
    for each in extras:
        _no_contacts(each.title, each.text)
        if not clean_line(each.title):
            raise Refusal("extra_needs_title")


def save_description(
    offer: Offer, *, by: User, now: datetime, description: str, faq: Sequence[tuple[str, str]] = ()
) -> Offer:
    """Step 3. A web address may stand in the description, contact details nowhere (OFR-19)."""
    description = clean_text(description)
    rows = [(clean_line(question), clean_text(answer)) for question, answer in faq]
    _no_contacts(description, links_allowed=True)
    _no_contacts(*(text for row in rows for text in row))
    if len(description) > policy.DESCRIPTION_MAX:
        raise Refusal("description_too_long", most=policy.DESCRIPTION_MAX)
    with saving(offer, by=by) as row:
        row.description = description
        row.faq.all().delete()
        Faq.objects.bulk_create(
            Faq(offer=row, question=question, answer=answer, position=number)
            for number, (question, answer) in enumerate(rows[: policy.FAQ_MAX])
        )
        _saved(row, 3, now)
    return row


def save_requirements(offer: Offer, *, by: User, now: datetime, rows: Sequence[RequirementRow]) -> Offer:
    """Step 4: numbered requirements of three kinds (RQM-02, RQM-03)."""
    if len(rows) > policy.REQUIREMENTS_MAX:
        raise Refusal("too_many_requirements", most=policy.REQUIREMENTS_MAX)
    for each in rows:
        _no_contacts(each.text, *each.choices)
        if each.kind == Requirement.Kind.CHOICE and len(each.choices) < 2:
            raise Refusal("choice_needs_choices")
        if any(len(clean_line(choice)) > policy.CHOICE_LENGTH_MAX for choice in each.choices):
            raise Refusal("choice_too_long", most=policy.CHOICE_LENGTH_MAX)
    with saving(offer, by=by) as offer_row:
        offer_row.requirements.all().delete()
        Requirement.objects.bulk_create(
            Requirement(
                offer=offer_row,
                position=number,
                text=clean_line(each.text),
                kind=each.kind,
                choices=[clean_line(choice) for choice in each.choices],
                multiple=each.multiple,
                mandatory=each.mandatory,
            )
            for number, each in enumerate(rows, start=1)
        )
        _saved(offer_row, 4, now)
    return offer_row
