"""The deals of a market's content: requests of every kind, milestones, custom offers, coupons, tasks, disputes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from house.catalog.extras import OwnLine
from house.desk import disputes
from house.inbox.models import Conversation
from house.orders.actions import coupons, milestones, requests, tasks, work
from house.orders.actions.checkout import open_for_quote
from house.orders.models import Order, ResolutionRequest, Stage, Task
from house.payments import actions as payments
from house.payments.models import Checkout
from house.people.models import User
from house.process import Party
from house.quotes import actions as quotes
from house.quotes.actions import StageRow
from house.quotes.models import Quote
from house.treasury import membership
from house.worker.errands import WHEN_PAID

from .. import make
from .stock import DAY, asked, begin, delivered, file, order, revised

Kind = ResolutionRequest.Kind
HOUR = timedelta(hours=1)
WHY = "אחרי פירוק האריחים התגלה שהצנרת הישנה רקובה לכל אורך הקיר, וצריך להחליף אותה לפני שממשיכים."
TERMS = "כמו שדיברנו: כל העבודה מסוף הפירוק ועד הניקיון, כולל חומרים. לא כולל כלים סניטריים וברזים."
STAGES = [
    StageRow("הריסה ופינוי פסולת", 4_000_00, 5, "חדר ריק, נקי ומוכן לעבודת צנרת, כולל הובלה לאתר מורשה.", 1),
    StageRow("צנרת, ניקוז ואיטום בשתי שכבות", 6_000_00, 8, "איטום שנבדק בהצפה של 48 שעות, עם צילום.", 1),
    StageRow("ריצוף, חיפוי וגמר", 8_000_00, 14, "חדר רחצה מוכן לשימוש.", None),
]
LINES = [
    {"title": "החלפת צנרת מים קרים וחמים לאורך הקיר", "price": 850_00, "quantity": 1},
    {"title": "ברז ניתוק", "price": 120_00, "quantity": 2},
]


@dataclass
class Deals:
    """What was made: orders by what they tell, quotes, tasks, cases, and tokens of payments."""

    orders: dict[str, Order] = field(default_factory=dict)
    quotes: dict[str, Quote] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    checkouts: dict[str, str] = field(default_factory=dict)


def fill(deals: Deals, offer: Any, thread: Conversation, noa: User, shira: User, now: datetime) -> Deals:
    """Everything of issue 3 between Noa and Amir."""
    _requests(deals, offer, noa, now)
    _disputes(deals, offer, noa, shira, now)
    _milestones(deals, offer, thread, noa, now)
    _quotes(deals, offer, thread, noa, now)
    deals.orders = {name: Order.objects.get(pk=row.pk) for name, row in deals.orders.items()}
    return deals


def paid(checkout: Checkout, now: datetime) -> Checkout:
    """Through the market's own door, whatever it buys."""
    payments.begin(checkout, invoice_name="נועה ברק", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(checkout, return_url="/", title="תשלום")
    assert make.hear(checkout, now, event=checkout.token, when_paid=WHEN_PAID) == "paid"
    return checkout


# --- the Resolution Center


def _working(offer: Any, noa: User, now: datetime) -> Order:
    made = order(offer, noa, now - 3 * DAY, package=2, extras={offer.extras.all()[0].pk: 2})
    begin(made, now - 2 * DAY)
    return made


def _brought(offer: Any, noa: User, now: datetime) -> Order:
    made = _working(offer, noa, now)
    delivered(made, now - DAY)
    return made


def _used_up(offer: Any, noa: User, now: datetime) -> Order:
    """Delivered again, with no round of changes left."""
    made = order(offer, noa, now - 3 * DAY)
    begin(made, now - 2 * DAY)
    delivered(made, now - DAY)
    revised(made, now - 20 * HOUR)
    delivered(made, now - 15 * HOUR)
    return made


ASKED = {
    "update": (_working, Kind.PROGRESS_UPDATE, Party.CLIENT, "no_news", {}),
    "extension": (_working, Kind.EXTENSION, Party.PROVIDER, "materials", {"days": 4}),
    "scope": (_working, Kind.SCOPE_CHANGE, Party.PROVIDER, "found_on_site", {"lines": LINES, "days": 3}),
    "extra": (_working, Kind.EXTRA, Party.PROVIDER, "offer", {"lines": LINES[1:], "days": 1}),
    "more_revisions": (
        _brought,
        Kind.MORE_REVISIONS,
        Party.PROVIDER,
        "small_things",
        {"revisions": 2, "amount": 180_00},
    ),
    "ask_revisions": (_used_up, Kind.ASK_REVISIONS, Party.CLIENT, "misunderstanding", {"revisions": 1}),
    "refund": (_brought, Kind.PARTIAL_REFUND, Party.PROVIDER, "less_done", {"amount": 250_00}),
}


def _requests(deals: Deals, offer: Any, noa: User, now: datetime) -> None:
    """An order for each kind with a request open; those of cancellation are among the first orders."""
    for name, (start, kind, party, reason, change) in ASKED.items():
        row = deals.orders[name] = start(offer, noa, now)
        who, at = (row.client if party is Party.CLIENT else row.provider), now - 14 * HOUR
        plan = [file(who, row.about, at, "what-was-found-behind-the-tiles-of-the-northern-wall.pdf")]
        requests.ask(
            make.stage(row), kind=kind, reason=reason, explanation=WHY, by=who, now=at, change=change, files=plan
        )


def _disputes(deals: Deals, offer: Any, noa: User, shira: User, now: datetime) -> None:
    """A refusal, a refusal that went to support, and one that was decided there."""
    for name in ("refused", "held", "decided"):
        row = deals.orders[name] = _brought(offer, noa, now)
        requests.decline(asked(row, row.provider, now - 10 * HOUR), by=noa, now=now - 8 * HOUR)
        if name != "refused":
            text = "העבודה נמסרה חסרה: אין איטום מתחת למקלחון, ואין הסכמה על תיקון."
            case = disputes.open_dispute(row, by=noa, text=text, now=now - 6 * HOUR)
            deals.cases[name] = case.number
    why = "התמונות מראות שהאיטום חסר. חלק מהסכום חוזר, והמסירה נשארת."
    disputes.decide(case, row, decision="refund", amount=300_00, why=why, by=shira, now=now - HOUR)


# --- custom offers and milestones


def _quote(thread: Conversation, offer: Any, at: datetime, stages: list[StageRow], **more: Any) -> Quote:
    text = f"{TERMS} טיוטה {Quote.objects.count() + 1}."  # the same offer is not sent twice
    return quotes.send(thread, by=offer.provider, offer=offer, text=text, stages=stages, now=at, **more)


def _quotes(deals: Deals, offer: Any, thread: Conversation, noa: User, now: datetime) -> None:
    """One in each state; `simple` became an order."""
    one, lines = [StageRow("", 2_400_00, 12, revisions=2)], [OwnLine("פינוי פסולת", 150_00, 3)]
    made = deals.quotes
    made["expired"] = _quote(thread, offer, now - 30 * DAY, STAGES)
    quotes.expire_due(now)
    made["sent"] = _quote(thread, offer, now - 2 * HOUR, STAGES)
    for name in ("whole", "refused", "withdrawn", "simple"):
        made[name] = _quote(thread, offer, now - 3 * HOUR, one, lines=lines, asks_requirements=name == "whole")
    quotes.decline(made["refused"], by=noa, now=now - HOUR)
    quotes.withdraw(made["withdrawn"], by=offer.provider, now=now - HOUR)
    deals.orders["simple"] = _ordered(made["simple"], noa, now - HOUR)


def _ordered(quote: Quote, noa: User, at: datetime) -> Order:
    return Order.objects.get(checkout=paid(open_for_quote(quote, client=noa, now=at), at))


# How long ago each step of a plan was taken, in days; the first is the payment of the first stage.
LIVES: dict[str, tuple[tuple[int, str], ...]] = {
    "first": ((2, "order"),),
    "second": ((20, "order"), (16, "bring"), (15, "approve"), (15, "next"), (2, "bring")),
    "between": ((8, "order"), (3, "bring"), (2, "approve")),
    "without": ((20, "order"), (17, "bring"), (16, "approve"), (16, "next"), (12, "cancel"), (11, "next")),
    "stopped": ((20, "order"), (17, "bring"), (16, "approve"), (15, "stop")),
    "finished": (
        (30, "order"),
        *((27, "bring"), (26, "approve"), (26, "next"), (21, "bring"), (20, "approve"), (20, "next")),
        *((9, "bring"), (8, "approve")),
    ),
}


def _milestones(deals: Deals, offer: Any, thread: Conversation, noa: User, now: datetime) -> None:
    """The same plan at different points of its life, the oldest first."""
    for name, steps in sorted(LIVES.items(), key=lambda life: -life[1][0][0]):
        start = now - steps[0][0] * DAY
        quote = deals.quotes["accepted"] = _quote(thread, offer, start - DAY, STAGES)
        row = deals.orders[f"plan_{name}"] = _ordered(quote, noa, start)
        for ago, step in steps[1:]:
            STEPS[step](row, now - ago * DAY)
    deals.checkouts["stage"] = Checkout.objects.filter(purpose=Checkout.Purpose.STAGE).latest("pk").token


def _stage(row: Order, *states: str) -> Stage:
    found = next(stage for stage in Stage.objects.filter(order=row) if stage.state in states)
    found.order = Order.objects.get(pk=row.pk)
    return found


def _bring(row: Order, at: datetime) -> None:
    plan, stage = [file(row.provider, row.about, at, "photos.pdf")], _stage(row, "active")
    text = "השלב הושלם. התמונות מראות את כל הפינות, ובדיקת ההצפה עברה בלי נזילות."
    work.deliver(stage, text=text, links=[], files=plan, by=row.provider, now=at, full=stage.is_last)


def _approve(row: Order, at: datetime) -> None:
    work.accept(_stage(row, "delivered"), by=row.client, now=at)


def _next(row: Order, at: datetime) -> None:
    paid(milestones.open_for_stage(_stage(row, "planned"), client=row.client, now=at), at)


def _stop(row: Order, at: datetime) -> None:
    milestones.stop(_stage(row, "planned"), by=row.client, now=at)


def _cancel(row: Order, at: datetime) -> None:
    """Both agree to leave this stage out."""
    words = {"reason": "out_of_scope", "explanation": WHY, "by": row.provider, "now": at}
    found = requests.ask_cancellation(_stage(row, "active"), whole=False, **words)
    requests.consent(found, by=row.client, now=at + HOUR)


STEPS = {"bring": _bring, "approve": _approve, "next": _next, "stop": _stop, "cancel": _cancel}


# --- thanks and lists


def membership_of(amir: User, owner: User, now: datetime) -> Checkout:
    """One month as a present, and another that was paid for."""
    membership.grant(amir, months=1, why="מתנה לפתיחה", by=owner, now=now - 20 * DAY)
    return paid(membership.open_for_membership(amir, months=1, now=now - DAY), now - DAY)


def thank(amir: User, noa: User, offer: Any, now: datetime) -> Order:
    """Three coupons: one was used, two may be; the better one has something to say."""
    note = "תודה על האמון ועל הסבלנות בזמן העבודה. אשמח לעזור גם בחדר הרחצה השני."
    coupons.give(amir, clients=[noa], percent=10, note="", now=now - 5 * DAY)
    used = coupons.give(amir, clients=[noa], percent=20, note="תודה!", now=now - 3 * DAY)[0]
    made = order(offer, noa, now - 10 * HOUR, package=2, extras={offer.extras.all()[1].pk: 1}, coupon=used)
    coupons.give(amir, clients=[noa], percent=15, note=note, now=now - 9 * HOUR)
    return made


def list_tasks(row: Order, now: datetime) -> list[Task]:
    """Three, by both sides: done, late and in work."""
    long = "לבחור אריחים לקיר ולרצפה, להזמין עם עשרה אחוז רזרבה, ולוודא שהצבע מאותה סדרת ייצור"
    rows = (("למדוד את החדר ולצלם", -3, row.provider), (long, -1, row.client), ("להזמין מקלחון", 4, row.provider))
    made = [tasks.add(row, text=text, day=(now + n * DAY).date(), by=who, now=now - 4 * DAY) for text, n, who in rows]
    for task, state in zip(made, ("done", "doing", "open"), strict=True):
        tasks.change(task, text=task.text, day=task.day, state=state, by=row.provider, now=now - 2 * DAY)
    return made
