"""A small market in which every address leads somewhere, made once for many tests and left as it was by each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.client import ClientHandler

from house import clock
from house.catalog import actions as catalog
from house.catalog.actions import ExtraRow, PackageRow
from house.catalog.extras import OwnLine
from house.catalog.models import Offer
from house.desk import actions as desk
from house.desk import disputes, masking
from house.desk.models import Case
from house.desk.people import block, submit_application, suspend
from house.files.actions import store
from house.files.models import Upload
from house.inbox.actions import open_conversation, say
from house.inbox.models import Conversation, Message
from house.inbox.notes import write
from house.ledger.models import Transfer
from house.market.models import Market
from house.notices.models import Letter
from house.orders.actions import chat, coupons, questionnaire, requests, tasks, work
from house.orders.actions.earnings import clear_due
from house.orders.actions.late_refund import refund_late
from house.orders.models import Coupon, Order
from house.payments import actions as payments
from house.payments.actions import send_refund
from house.payments.models import Checkout, Refund
from house.people import away, showing
from house.people.actions import open_provider
from house.people.models import Away, PortfolioItem, Role, User
from house.quotes import actions as quotes
from house.quotes.actions import StageRow
from house.quotes.models import Quote
from house.reputation.actions import review
from house.treasury import batches, membership, payouts
from house.treasury.models import Batch

from .. import make, persons
from ..shared import by_a_module
from ..treasury import banking

DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """Noa orders from Amir; everybody else is a stranger to their things."""

    now: datetime
    media: Path
    people: dict[str, User]
    offers: dict[str, Offer]
    orders: dict[str, Order]
    checkouts: dict[str, Checkout]
    things: dict[str, Any]

    def browser(self, name: str) -> Browser:
        """Somebody's browser; the guest's name is empty."""
        browser = new_browser()
        if name:
            browser.force_login(self.people[name])
        if name in MOVES_MONEY:
            persons.second_factor(browser, self.people[name])
        return browser


MOVES_MONEY = ("finance", "owner")
SERVER = ClientHandler(enforce_csrf_checks=False)


def new_browser() -> Browser:
    """A guest's. All share one server: each of their own would look through the static files again."""
    browser = Browser(raise_request_exception=False)
    browser.handler = SERVER
    return browser


def upload(owner: User, about: str, now: datetime, name: str = "plan.pdf") -> UUID:
    source = SimpleUploadedFile(name, b"%PDF-1.4 a plan with its measures")
    return store([source], owner=owner, about=about, now=now)[0].pk


def _people(now: datetime) -> dict[str, User]:
    staff = {role: persons.staff(role, role, "צוות", now, role) for role in Role.values}
    traders = {name: persons.provider(name, name, "לוי", now) for name in ("amir", "rival", "frozen", "banned")}
    clients = {name: persons.client(name, name, "ברק", now) for name in ("noa", "dana")}
    opener = persons.client("opener", "opener", "גל", now)
    open_provider(opener, username="opener", now=now)
    people = {**clients, **traders, **staff, "opener": opener}
    for user in people.values():
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return people


def rich(provider: User, now: datetime) -> Offer:
    """A draft with something in every part."""
    offer = make.draft(provider, now, packages=3, requirements=make.REQUIREMENTS)
    rows = [
        PackageRow(
            name=name,
            text="מה שצריך",
            price=1000_00 * number,
            days=5 * number,
            revisions=2,
            fast_days=2,
            fast_price=200_00,
        )
        for number, name in enumerate(("בסיס", "מורחב", "מלא"), start=1)
    ]
    extras = [
        ExtraRow(kind="other", title="פינוי פסולת", price=150_00, max_quantity=4, days=1),
        ExtraRow(kind="revisions", title="עוד סבב", price=80_00),
    ]
    catalog.save_packages(
        offer,
        by=provider,
        now=now,
        packages=rows,
        extras=extras,
        quantity_max=5,
        extra_unit_days=2,
        fast_quantity_max=3,
    )
    return Offer.objects.get(pk=offer.pk)


def _offers(people: dict[str, User], now: datetime) -> dict[str, Offer]:
    amir, reviewer = people["amir"], people["reviewer"]
    offers = {name: rich(amir, now) for name in ("open", "pending", "denied", "paused", "removed", "draft")}
    offers["other"] = rich(people["rival"], now)
    for name in ("open", "other", "pending", "denied", "paused", "removed"):
        catalog.submit(offers[name], by=offers[name].provider, now=now, rights=True)
    for name in ("open", "other", "paused", "removed"):
        catalog.approve(offers[name], by=reviewer, now=now)
    catalog.deny(offers["denied"], by=reviewer, reason="התמונות אינן שלך", now=now)
    catalog.pause(offers["paused"], by=amir, now=now, returns_on=(now + 9 * DAY).date())
    catalog.remove(offers["removed"], by=amir, reason="", now=now)
    return {name: Offer.objects.get(pk=row.pk) for name, row in offers.items()}


def ordered(offer: Offer, client: User, now: datetime) -> Order:
    row = make.checkout(offer, client, now)
    assert make.pay(row, now) == "paid"
    return Order.objects.get(checkout=row)


def begun(offer: Offer, client: User, now: datetime) -> Order:
    """With the requirements sent."""
    order = ordered(offer, client, now)
    answers = {row.position: row for row in order.requirements.all()}
    answers[1].answer = "שני מטר"
    work.answer(order, answers, by=client, now=now)
    work.start(make.stage(order), by=client, now=now)
    return Order.objects.get(pk=order.pk)


def _orders(people: dict[str, User], offer: Offer, now: datetime) -> dict[str, Order]:
    noa, amir = people["noa"], people["amir"]
    orders = {"awaiting": ordered(offer, noa, now), "forgotten": ordered(offer, noa, now - 8 * DAY)}
    orders |= {name: begun(offer, noa, now - DAY) for name in ("active", "delivered", "asked", "done")}
    for name in ("delivered", "done"):
        make.deliver(orders[name], now - DAY / 2)
    requests.ask_cancellation(
        make.stage(orders["asked"]),
        reason="other",
        explanation="התוכניות השתנו ואין צורך בעבודה",
        by=noa,
        now=now,
        files=[upload(noa, orders["asked"].about, now)],
    )
    questionnaire.send(orders["active"], by=amir, now=now)
    questionnaire.answer(orders["active"], {"name": "סטודיו ברק"}, by=noa, now=now)
    write(amir, noa, "מעדיפה שיחות בבוקר")
    orders["cancelled"] = begun(offer, noa, now - DAY)
    request = requests.ask_cancellation(
        make.stage(orders["cancelled"]),
        reason="other",
        explanation="אין אפשרות להגיע החודש",
        by=amir,
        now=now - DAY / 2,
    )
    requests.consent(request, by=noa, now=now - DAY / 3)
    for name in ("declined", "held"):
        orders[name] = begun(offer, noa, now - DAY)
        asked = requests.ask_cancellation(
            make.stage(orders[name]), reason="other", explanation="אין אפשרות להגיע החודש", by=amir, now=now - DAY / 2
        )
        requests.decline(asked, by=noa, now=now - DAY / 3)
    orders["updating"] = begun(offer, noa, now - DAY)
    requests.ask(
        make.stage(orders["updating"]),
        kind="progress_update",
        reason="no_news",
        explanation="לא שמעתי דבר כבר כמה ימים",
        by=noa,
        now=now - DAY / 3,
    )
    work.accept(make.stage(orders["done"]), by=noa, now=now - DAY / 3)
    review(orders["done"], by=noa, text="עבודה נקייה ובזמן", quality=5, communication=5, value=4, now=now - DAY / 4)
    review(orders["done"], by=amir, text="לקוחה ברורה ונעימה", stars=5, now=now - DAY / 4)
    return {name: Order.objects.get(pk=row.pk) for name, row in orders.items()}


def _checkouts(people: dict[str, User], offer: Offer, now: datetime) -> dict[str, Checkout]:
    names = ("open", "paying", "declined", "expired")
    rows = {name: make.checkout(offer, people["noa"], now - (name == "expired") * DAY) for name in names}
    make.pay(rows["declined"], now, kind="declined")
    payments.begin(rows["paying"], invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(rows["paying"], return_url="/", title=offer.title)
    payments.expire_due(now)
    return {name: Checkout.objects.get(pk=row.pk) for name, row in rows.items()}


def _talk(noa: User, amir: User, now: datetime) -> Conversation:
    thread = open_conversation(noa, amir, now=now)
    say(thread, author=noa, text="אפשר להתחיל השבוע?", now=now, files=[upload(noa, f"conversation:{thread.pk}", now)])
    return thread


def _masked(dana: User, rival: User, now: datetime) -> tuple[int, int]:
    """A message before any order, in which a number was hidden."""
    thread = open_conversation(dana, rival, now=now)
    return thread.pk, say(thread, author=dana, text="הטלפון שלי 052-1234567", now=now).pk


def _appeal(dana: User, masked: tuple[int, int], now: datetime) -> Case:
    return masking.appeal(Message.objects.get(pk=masked[1]), by=dana, text="זה מספר הזמנה", now=now)


def _quote(noa: User, amir: User, offer: Offer, now: datetime) -> Quote:
    thread = open_conversation(noa, amir, now=now)
    stages = [StageRow(name="", price=900_00, days=4)]
    lines = [OwnLine("פינוי פסולת", 100_00, 2)]
    return quotes.send(thread, by=amir, offer=offer, text="צביעה של שני חדרים", stages=stages, lines=lines, now=now)


def _requests(people: dict[str, User], offer: Offer, now: datetime) -> dict[str, Any]:
    """Noa's service requests: a draft with a file, one for staff, one that Amir has answered, one to come back to."""
    noa = people["noa"]
    draft = make.draft_request(noa, now)
    made = {
        f"{state} request": make.request(noa, now, state=state)
        for state in ("pending", "returned", "open", "paused", "closed")
    }
    return {
        **made,
        "draft request": draft,
        "request file": Upload.objects.get(pk=upload(noa, draft.about, now)),
        "proposal": make.proposal(made["open request"], offer, now),
    }


def _away(provider: User, now: datetime) -> Away:
    """Planned for next month."""
    first = (now + 30 * DAY).date()
    words = {"starts_on": first, "returns_on": first + 7 * DAY, "reason": "holiday", "note": "בטיול משפחתי"}
    return away.plan(provider.profile, now=now, **words)


def _coupon(people: dict[str, User], now: datetime) -> Coupon:
    """Thanks of a member to a client."""
    membership.grant(people["amir"], months=1, why="פתיחה", by=people["owner"], now=now)
    member = User.objects.get(pk=people["amir"].pk)
    return coupons.give(member, clients=[people["noa"]], percent=10, note="תודה על האמון", now=now)[0]


def _work(provider: User) -> PortfolioItem:
    return showing.add_work(provider.profile, title="חדר רחצה", text="שלושה שבועות", data=make.picture())


def _things(
    people: dict[str, User], orders: dict[str, Order], offers: dict[str, Offer], now: datetime
) -> dict[str, Any]:
    noa, amir, dana = people["noa"], people["amir"], people["dana"]
    message = chat.say(orders["active"], text="מתי כדאי להגיע?", files=[], by=noa, now=now)
    case = desk.open_support_case(by=noa, about=orders["active"].about, subject="קבלה", text="איפה היא?", now=now)
    report = desk.open_report(by=dana, about=f"offer:{offers['open'].pk}", reason="copied", text="מועתק", now=now)
    masked = _masked(dana, people["rival"], now)
    applicant = persons.client("gil", "גיל", "אור", now)
    application = submit_application(
        open_provider(applicant, username="gil", now=now),
        text="חשמלאי מוסמך, עשרים שנה בתחום הבית והעסק.",
        registry_number="778",
        now=now,
    )
    return {
        "thread": _talk(noa, amir, now),
        "message": message,
        "file": upload(noa, orders["active"].about, now),
        "case": case,
        "report": report,
        "masked": masked,
        "appeal": _appeal(dana, masked, now),
        "application": application,
        "work": _work(amir),
        "others_work": _work(people["rival"]),
        "dispute": disputes.open_dispute(orders["held"], by=noa, text="אין הסכמה על הביטול ועל הכסף", now=now),
        "coupon": _coupon(people, now),
        "quote": _quote(noa, amir, offers["open"], now),
        **_requests(people, offers["open"], now),
        "away": _away(amir, now),
        "task": tasks.add(orders["active"], text="לבחור אריחים", day=(now + DAY).date(), by=noa, now=now),
        "notice": noa.notices.order_by("pk").first(),
        "letter": Letter.objects.create(to=noa.email, subject="שלום", text="שלום", html="<p>שלום</p>", at=now),
    }


def _money(people: dict[str, User], offer: Offer, now: datetime) -> dict[str, Any]:
    """A payout in each state, of money that an old order earned."""
    amir, finance = people["amir"], people["finance"]
    order = begun(offer, people["noa"], now - 60 * DAY)
    make.deliver(order, now - 59 * DAY)
    work.accept(make.stage(order), by=people["noa"], now=now - 58 * DAY)
    clear_due(now)
    banking.with_bank(amir, now)
    sent = payouts.withdraw(amir, amount=100_00, now=now)
    for step in (batches.approve, batches.send):
        step(Batch.objects.first() or batches.collect(by=finance, now=now), by=finance, now=now)
    payouts.withdraw(amir, amount=100_00, now=now)
    approved = batches.approve(batches.collect(by=finance, now=now), by=finance, now=now)
    payouts.withdraw(amir, amount=100_00, now=now)
    batch = batches.collect(by=finance, now=now)
    waiting = payouts.withdraw(amir, amount=100_00, now=now)
    transfer = Transfer.objects.get(key=f"{sent.about}:sent")
    return {"sent payout": sent, "approved batch": approved, "batch": batch, "payout": waiting, "transfer": transfer}


def _refused(people: dict[str, User], offer: Offer, finance: User, now: datetime) -> dict[str, Any]:
    """Refunds of a released order that the payment provider refused: it knows of no such payment."""
    order = begun(offer, people["noa"], now - 20 * DAY)
    make.deliver(order, now - 19 * DAY)
    work.accept(make.stage(order), by=people["noa"], now=now - 18 * DAY)
    for amount in (10_00, 20_00):
        refund_late(make.stage(order), amount=amount, why="פיצוי", by=finance, now=now)
    refused = [send_refund(row.pk, now=now) for row in Refund.objects.filter(reason="late").order_by("pk")]
    return {"refused refund": refused[0], "refund to settle": refused[1], "released order": order}


def build(now: datetime, media: Path) -> World:
    Market.get()
    people = _people(now)
    offers = _offers(people, now)
    orders = _orders(people, offers["open"], now)
    checkouts = _checkouts(people, offers["open"], now)
    things = {**_things(people, orders, offers, now), **_money(people, offers["open"], now)}
    things |= _refused(people, offers["open"], people["finance"], now)
    suspend(people["frozen"], until=None, by=people["moderator"], why="בדיקה", now=now)
    block(people["banned"], by=people["moderator"], why="הונאה", now=now)
    people = {name: User.objects.get(pk=user.pk) for name, user in people.items()}
    offers = {name: Offer.objects.get(pk=row.pk) for name, row in offers.items()}
    return World(now, media, people, offers, orders, checkouts, things)


@contextmanager
def lasting(blocker: Any, media: Path) -> Iterator[World]:
    """The world, for as long as a module's tests go on; nothing of it stays in the database."""
    with by_a_module(blocker, media, MASAV_INSTITUTION="12345678"):
        yield build(clock.now(), media)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


SOUNDLESS = frozenset({"django_session", "usersessions_usersession", "cache"})


@contextmanager
def writes() -> Iterator[set[str]]:
    """The tables that are written to meanwhile, but for sessions and counters of throttles."""
    found: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        words = str(sql).replace('"', " ").split(maxsplit=4)
        if words[0] in ("INSERT", "DELETE"):
            found.add(words[2])
        if words[0] == "UPDATE":
            found.add(words[1])
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield found
    found -= SOUNDLESS
