"""Builders that reach states through the real verbs, so that a fixture can't be impossible."""

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any
from unittest import mock

from PIL import Image

from house import images, policy
from house.board import actions as board
from house.board.models import Request
from house.catalog import actions as catalog
from house.catalog.actions import PackageRow
from house.catalog.models import Category, Offer, Subcategory
from house.gateways.payments import HookEvent
from house.orders.actions import work
from house.orders.actions.checkout import open_for_offer
from house.orders.actions.place import place
from house.orders.models import Order, Stage
from house.payments import actions as payments
from house.payments.models import Checkout, GatewayEvent
from house.people.models import Place, Role, User
from house.quotes import proposals
from house.quotes.actions import StageRow
from house.quotes.models import Quote
from house.worker.errands import WHEN_DISPUTED

from . import persons

DESCRIPTION = (
    "שיפוץ חדר רחצה מהיסוד: פירוק, אינסטלציה חדשה, איטום בשתי שכבות ובדיקת הצפה, ריצוף וחיפוי, התקנת כלים "
    "סניטריים וניקיון בסוף. העבודה נעשית בצוות קבוע, עם עדכון בסוף כל יום ואחריות בכתב."
)


@cache
def picture(width: int = 1280, height: int = 769, kind: str = "JPEG") -> bytes:
    """A picture of that size."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (11, 93, 102)).save(out, kind)
    return out.getvalue()


class Developed(images.Picture):
    """A decoded picture whose files are made once: thousands of tests want the same one."""

    __hash__ = object.__hash__

    @cache  # noqa: B019 - there is one of them
    def as_jpeg(self, quality: int = 86) -> bytes:
        return super().as_jpeg(quality)

    @cache  # noqa: B019
    def cropped(self, width: int, height: int) -> "Developed":
        return Developed(super().cropped(width, height).image)


@cache
def developed() -> Developed:
    """What the gallery makes of `picture()`."""
    return Developed(images.decode(picture()).image)


def category(slug: str = "renovation", **changes: Any) -> Category:
    row, _ = Category.objects.get_or_create(
        slug=slug, defaults={"name": "שיפוצים", "icon": "hammer", "scene": "bathroom", **changes}
    )
    Subcategory.objects.get_or_create(
        category=row, slug="bathrooms", defaults={"name": "חדרי רחצה", "items": ["פירוק ופינוי", "איטום"]}
    )
    return row


def town() -> Place:
    return Place.objects.get_or_create(
        slug="ashkelon", defaults={"name": "אשקלון", "kind": "city", "lat": "31.67", "lon": "34.57"}
    )[0]


def draft(
    provider: User,
    now: datetime,
    *,
    packages: int = 1,
    requirements: tuple[Any, ...] = (),
    price: int = 1000_00,
    **extra: Any,
) -> Offer:
    """A complete draft with one picture."""
    row = category()
    offer = catalog.create(by=provider, now=now)
    catalog.save_overview(
        offer,
        by=provider,
        now=now,
        title="אני אשפץ את חדר הרחצה מהיסוד",
        category=row,
        subcategory=row.subcategories.get(),
        tags=["שיפוץ", "אמבטיה"],
        where=Offer.Where.CLIENT,
        places=[town()],
    )
    rows = [
        PackageRow(
            name=f"חבילה {number}",
            text="מה שצריך",
            price=price * number,
            days=5 * number,
            revisions=1,
            fast_days=2,
            fast_price=200_00,
        )
        for number in range(1, packages + 1)
    ]
    catalog.save_packages(offer, by=provider, now=now, packages=rows, **{"quantity_max": 5, **extra})
    catalog.save_description(offer, by=provider, now=now, description=DESCRIPTION, faq=[("יש אחריות?", "כן, שנה.")])
    catalog.save_requirements(offer, by=provider, now=now, rows=requirements)
    with mock.patch.object(images, "decode", return_value=developed()):
        catalog.add_image(offer, data=picture(), by=provider, now=now)
    return Offer.objects.get(pk=offer.pk)


def reviewer(now: datetime) -> User:
    return User.objects.filter(email="reviewer@example.org").first() or persons.staff(
        "reviewer", "בודקת", "", now, Role.REVIEWER
    )


def offer(provider: User, now: datetime, **changes: Any) -> Offer:
    """A published offer."""
    row = catalog.submit(draft(provider, now, **changes), by=provider, now=now, rights=True)
    catalog.approve(row, by=reviewer(now), now=now)
    return Offer.objects.get(pk=row.pk)


def draft_request(client: User, now: datetime, **changes: Any) -> Request:
    """A whole draft of a service request."""
    row = category()
    words: dict[str, Any] = {
        "category": row,
        "subcategory": row.subcategories.first(),
        "title": "שיפוץ חדר רחצה קטן",
        "text": "חדר רחצה של ארבעה מטרים, קומה שנייה עם מעלית. פירוק מלא, צנרת חדשה וריצוף.",
        "place": town(),
        "when": Request.When.MONTH,
        "budget": 20_000_00,
        **changes,
    }
    return board.save(board.create(by=client, now=now), by=client, now=now, **words)


def request(client: User, now: datetime, *, state: str = Request.State.OPEN, **changes: Any) -> Request:
    """A service request in a state that needs no proposal."""
    row = draft_request(client, now, **changes)
    steps = {
        "pending": (_submit,),
        "discarded": (lambda row, now: board.discard(row, by=row.client, now=now),),
        "returned": (_submit, lambda row, now: board.send_back(row, by=reviewer(now), reason="חסרות מידות", now=now)),
        "refused": (_submit, lambda row, now: proposals.refuse(row, by=reviewer(now), reason="פרסומת", now=now)),
        "open": (_submit, _approve),
        "paused": (_submit, _approve, lambda row, now: board.pause(row, by=row.client, now=now)),
        "closed": (_submit, _approve, lambda row, now: proposals.close(row, by=row.client, now=now)),
        "expired": (_submit, _approve, lambda row, now: board.expire_due(now + policy.REQUEST_OPEN)),
    }
    for step in steps.get(state, ()):
        step(row, now)
    return Request.objects.get(pk=row.pk)


def _submit(row: Request, now: datetime) -> None:
    board.submit(row, by=row.client, now=now)


def _approve(row: Request, now: datetime) -> None:
    board.approve(row, by=reviewer(now), now=now)


def proposal(row: Request, offer: Offer, now: datetime, **changes: Any) -> Quote:
    """A proposal of the offer's provider, one price for all of it unless `stages` say otherwise."""
    words: dict[str, Any] = {
        "text": "אשמח לבצע: פירוק, צנרת, איטום בשתי שכבות וריצוף.",
        "stages": [StageRow("", 12_000_00, 12, revisions=1)],
        "by": offer.provider,
        **changes,
    }
    return proposals.propose(row, offer=offer, now=now, **words)


def checkout(row: Offer, client: User, now: datetime, **choice: Any) -> Checkout:
    defaults: dict[str, Any] = {"package": 1, "quantity": 1, "extras": {}, "fast": False}
    return open_for_offer(row, client=client, now=now, **{**defaults, **choice})


def pay(row: Checkout, now: datetime, *, event: str = "ev_1", kind: str = "paid") -> str:
    """The gateway's word, through the market's own door; returns the outcome."""
    payments.begin(row, invoice_name="נועה ברק", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(row, return_url="/", title="הזמנה")
    return hear(row, now, event=f"{row.token}:{event}", kind=kind)


def hear(
    row: Checkout,
    now: datetime,
    *,
    event: str,
    kind: str = "paid",
    amount: int | None = None,
    when_paid: Mapping[str, Any] = MappingProxyType({"order": place}),
) -> str:
    """One webhook of a checkout's payment, stored and applied."""
    row.refresh_from_db()
    word = HookEvent(event, kind, row.gateway_ref, row.key, amount or row.amount, row.currency, fee=0)
    payments.store_event(word, gateway=row.gateway, raw="{}", now=now)
    stored = GatewayEvent.objects.get(event_id=event)
    return payments.apply(stored.pk, now=now, when_paid=when_paid, when_disputed=WHEN_DISPUTED)


REQUIREMENTS = (catalog.RequirementRow(text="מה מידות החדר?", kind="text", mandatory=True),)


def order(client: User, provider: User, now: datetime, *, state: str = Stage.State.ACTIVE, **changes: Any) -> Order:
    """An order in a state of its stage; placed at `now`, worked on a day later, delivered two days later."""
    asks = REQUIREMENTS if state == Stage.State.AWAITING else ()
    row = checkout(offer(provider, now, requirements=asks, **changes), client, now)
    assert pay(row, now) == "paid"
    made = Order.objects.get(checkout=row)
    if state in (Stage.State.DELIVERED, Stage.State.IN_REVISION, Stage.State.APPROVED):
        deliver(made, now + timedelta(days=2))
    if state == Stage.State.IN_REVISION:
        revise(made, now + timedelta(days=2, hours=1))
    if state == Stage.State.APPROVED:
        work.accept(stage(made), by=client, now=now + timedelta(days=2, hours=1))
    return Order.objects.get(pk=made.pk)


def stage(row: Order) -> Stage:
    return Stage.objects.select_related("order").get(order=row)


def deliver(row: Order, now: datetime) -> None:
    text = "העבודה הושלמה, התמונות מצורפות לצ׳אט ההזמנה."
    work.deliver(stage(row), text=text, links=[], files=[], by=row.provider, now=now)


def revise(row: Order, now: datetime) -> None:
    answers = {"in_scope": "yes", "complete": "yes"}
    work.revise(stage(row), text="לתקן בבקשה את הרובה ליד החלון", answers=answers, files=[], by=row.client, now=now)
