"""A market with a bit of everything, reached through the real verbs: what the pages are looked at with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from house.board.models import Request
from house.catalog import actions as catalog
from house.catalog.models import Offer
from house.desk import actions as desk
from house.desk import masking
from house.desk.people import decide_application, submit_application
from house.inbox.actions import open_conversation
from house.inbox.actions import say as write
from house.ledger.models import Transfer
from house.notices.letters import send
from house.notices.models import Letter
from house.orders.actions import questionnaire, requests, work
from house.orders.models import Order, Stage
from house.payments import actions as payments
from house.payments.models import Refund
from house.people import showing
from house.people.actions import open_provider
from house.people.models import Place, Role, User
from house.quotes import proposals
from house.quotes.actions import StageRow
from house.reputation.actions import reply, review
from house.worker.sweep import sweep_orders

from .. import make
from . import bank, deals
from .stock import (
    DAY,
    asked,
    begin,
    delivered,
    draft,
    file,
    member,
    order,
    picture,
    publish_offer,
    revised,
    talk,
    trader,
)

TITLES = (
    ("plumbing", "אני אאתר ואתקן נזילה בלי לשבור קירות", 350_00),
    ("painting", "אני אצבע דירת שלושה חדרים בצבע אקרילי, כולל תיקוני קיר", 2_400_00),
    ("electricity", "אני אבדוק ואתקן לוח חשמל ביתי עם דוח בדיקה מסודר וחתום", 480_00),
    ("interior-design", "אני אעצב סלון חם ומזמין", 3_900_00),
    ("cleaning", "אני אנקה דירה לפני כניסה, כולל חלונות, מסילות ותריסים", 900_00),
)


@dataclass(frozen=True)
class Content:
    """What the addresses of the pages are made of."""

    people: dict[str, User]
    offers: dict[str, Offer]
    orders: dict[str, Order]
    checkouts: dict[str, str]
    numbers: dict[str, Any]


def stand(now: datetime) -> Offer:
    """One provider, one offer in three packages."""
    reviewer = member("rina", "רינה", "שגיא", now, Role.REVIEWER)
    amir = trader("amir", "אמיר", "לוי", now, reviewer)
    return publish_offer(
        draft(amir, now - 30 * DAY, "renovation", "אני אשפץ את חדר הרחצה מהיסוד", 1_000_00, packages=3),
        reviewer,
        now - 30 * DAY,
    )


def orders(offer: Offer, noa: User, now: datetime) -> dict[str, Order]:
    """One order for each state and for what happens to it on the way."""
    amir = offer.provider
    made = {name: order(offer, noa, now - (9 if name == "forgotten" else 6) * DAY) for name in LIVES}
    for name, live in LIVES.items():
        if name not in ("awaiting", "forgotten"):
            begin(made[name], now - 5 * DAY)
        live(made[name], now, amir)
    return {name: Order.objects.get(pk=row.pk) for name, row in made.items()}


def _approved(row: Order, now: datetime, amir: User) -> None:
    delivered(row, now - 3 * DAY)
    work.accept(make.stage(row), by=row.client, now=now - 2 * DAY)


def _reviewed(row: Order, now: datetime, amir: User) -> None:
    _approved(row, now, amir)
    words_ = "עבודה נקייה, בזמן, ועם הרבה סבלנות לשאלות."
    review(row, by=row.client, text=words_, quality=5, communication=5, value=4, now=now - DAY)
    mine = review(row, by=amir, text="לקוחה ברורה ונעימה.", stars=5, now=now - DAY)
    first = mine.order.order_reviews.get(party="client")
    reply(first, by=amir, text="תודה רבה, היה תענוג.", now=now - DAY)


def _draft(row: Order, now: datetime, amir: User) -> None:
    talk(row, now - 2 * DAY)
    kept = [file(amir, row.about, now, "half.pdf")]
    work.save_draft(make.stage(row), text="חצי מהעבודה", links=[], files=kept, by=amir, now=now - DAY)


def _late(row: Order, now: datetime, amir: User) -> None:
    Stage.objects.filter(order=row).update(due_at=now - 2 * DAY)
    sweep_orders(now)


LIVES: dict[str, Callable[[Order, datetime, User], Any]] = {
    "awaiting": lambda row, now, amir: None,
    "forgotten": lambda row, now, amir: None,
    "active": _draft,
    "late": _late,
    "delivered": lambda row, now, amir: (talk(row, now - 2 * DAY), delivered(row, now - DAY)),
    "in_revision": lambda row, now, amir: (delivered(row, now - DAY), revised(row, now - DAY / 2)),
    "approved": _approved,
    "reviewed": _reviewed,
    "asked_by_client": lambda row, now, amir: asked(row, row.client, now - DAY),
    "asked_by_provider": lambda row, now, amir: asked(row, amir, now - DAY),
    "cancelled": lambda row, now, amir: requests.consent(asked(row, row.client, now - DAY), by=amir, now=now - DAY / 2),
}


def wishes(offer: Offer, noa: User, now: datetime) -> dict[str, Request]:
    """A service request in each state; the open one has an answer with a star."""
    names = ("draft", "pending", "returned", "refused", "open", "paused", "closed", "expired")
    made = {name: make.request(noa, now - 31 * DAY if name == "expired" else now - DAY, state=name) for name in names}
    file(noa, made["draft"].about, now, "plan.pdf")
    stages = [StageRow("פירוק", 4_000_00, 5, "הכול מפונה"), StageRow("צנרת וריצוף", 9_500_00, 12, "חדר מוכן")]
    found = make.proposal(made["open"], offer, now - DAY / 2, stages=stages, starts_on=(now + 5 * DAY).date())
    proposals.shortlist(found, starred=True, by=noa)
    return made


def checkouts(offer: Offer, noa: User, now: datetime) -> dict[str, str]:
    """Payments on their way."""
    rows = {name: make.checkout(offer, noa, now) for name in ("open", "paying", "declined")}
    rows["paid"] = make.checkout(offer, noa, now)
    rows["expired"] = make.checkout(offer, noa, now - DAY)
    make.pay(rows["declined"], now, kind="declined")
    make.pay(rows["paid"], now)
    payments.begin(rows["paying"], invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(rows["paying"], return_url="/", title=offer.title)
    rows["paying"].refresh_from_db()
    return {name: row.token for name, row in rows.items()} | {"twin": rows["paying"].gateway_ref}


def face(amir: User, now: datetime) -> None:
    """The public face of a provider."""
    profile = amir.profile
    place = Place.objects.get(slug="ashkelon")
    showing.set_areas(profile, place=place, areas=Place.objects.filter(kind="city")[:6])
    showing.set_entries(profile, kind="education", lines=["הנדסאי בניין, מכללת אשקלון"])
    showing.set_entries(profile, kind="experience", lines=["עשר שנים בשיפוצי דירות", "מנהל עבודה מוסמך"])
    showing.add_showcase(
        profile, client_name="רשת מלונות החוף", supplied="שיפוץ 40 חדרי רחצה", year=2025, agreed=True, now=now
    )
    for hue in (30, 150, 270):
        showing.add_work(profile, title="חדר רחצה בשמשון", text="שלושה שבועות", data=picture(hue))


def shelf(amir: User, reviewer: User, now: datetime) -> dict[str, Offer]:
    """Offers in every state but published."""
    made = {}
    for name, (slug, title, price) in zip(("draft", "pending", "denied", "paused"), TITLES, strict=False):
        made[name] = draft(amir, now - 9 * DAY, slug, title, price)
    for name in ("pending", "denied", "paused"):
        catalog.submit(made[name], by=amir, now=now - 8 * DAY, rights=True)
    catalog.deny(made["denied"], by=reviewer, reason="התמונות אינן שלך.", now=now - 7 * DAY)
    catalog.approve(made["paused"], by=reviewer, now=now - 7 * DAY)
    catalog.pause(made["paused"], by=amir, now=now - DAY, returns_on=(now + 10 * DAY).date())
    made["bare"] = catalog.create(by=amir, now=now)
    return {name: Offer.objects.get(pk=row.pk) for name, row in made.items()}


def applicants(now: datetime, reviewer: User) -> dict[str, int]:
    """Business applications that wait, and one that was sent back."""
    found = {}
    for name, first in (("gil", "גיל"), ("ron", "רון")):
        user = member(name, first, "אור", now)
        profile = open_provider(user, username=name, business_name="חשמל אור", now=now - DAY)
        found[name] = submit_application(
            profile, text="חשמלאי מוסמך, עשרים שנה בתחום הבית והעסק.", registry_number="778", now=now - DAY
        )
    decide_application(found["ron"], decision="more_asked", reason="חסר צילום של הרישיון.", by=reviewer, now=now)
    return {name: row.pk for name, row in found.items()}


def cases(noa: User, shira: User, about: str, offer: Offer, now: datetime) -> dict[str, str]:
    """What waits for staff."""
    asked_ = desk.open_support_case(
        by=noa, about=about, subject="שאלה על הקבלה", text="איפה מוצאים אותה?", now=now - DAY
    )
    desk.add_note(asked_, by=shira, text="הקבלה נמצאת בעמוד ההזמנה.", internal=False, now=now - DAY / 2)
    desk.add_note(asked_, by=shira, text="לבדוק שהמספר נכון.", internal=True, now=now - DAY / 2)
    file(noa, f"case:{asked_.number}", now)
    told = desk.open_report(
        by=noa, about=f"offer:{offer.pk}", reason="copied", text="ראיתי את התמונה באתר אחר.", now=now
    )
    broken = desk.open_machine_case(
        key="deadline:1", about="ledger", subject="המועד decide נכשל", text="פירוט", now=now
    )
    outside = desk.open_outside_case(
        name="יעל", email="yael@example.org", subject="ביטול עסקה לפי חוק", text="לבטל בבקשה", now=now
    )
    closed = desk.open_support_case(by=noa, about="", subject="תודה", text="הכול הסתדר, תודה רבה.", now=now - DAY)
    desk.close(closed, by=shira, now=now)
    named = {"support": asked_, "report": told, "machine": broken, "outside": outside, "closed": closed}
    return {name: row.number for name, row in named.items()}


def letter(to: User) -> int:
    """A letter in the demo's mailbox."""
    notice = to.notices.order_by("pk").first()
    assert notice is not None
    send(notice)
    return Letter.objects.latest("pk").pk


def fill(now: datetime) -> Content:
    """Everything."""
    shira = member("shira", "שירה", "כהן", now, *(role for role in Role.values if role != Role.OWNER))
    owner = member("orna", "אורנה", "גל", now, Role.OWNER)
    noa, dana = member("noa", "נועה", "ברק", now), member("dana", "דנה", "פרץ", now)
    offer = stand(now)
    amir = offer.provider
    tal = trader("tal", "טל", "מזרחי", now, shira)
    newcomer = open_provider(member("new", "חן", "", now), username="newcomer", now=now).user
    face(amir, now)
    listed = [publish_offer(draft(tal, now - 9 * DAY, *row), shira, now - 9 * DAY) for row in TITLES]
    small = publish_offer(draft(amir, now - 9 * DAY, *TITLES[0]), shira, now - 9 * DAY)
    made = orders(offer, noa, now)
    thread = open_conversation(noa, amir, now=now - 50 * DAY)
    write(thread, author=noa, text="אפשר להתחיל השבוע?", now=now - 50 * DAY)
    dealt = deals.fill(deals.Deals(), offer, thread, noa, shira, now)
    write(thread, author=amir, text="כן, ביום רביעי.", files=[file(amir, f"conversation:{thread.pk}", now)], now=now)
    asking = open_conversation(dana, amir, now=now)
    write(asking, author=dana, text="כמה זמן לוקח שיפוץ של שירותי אורחים?", now=now)
    hidden = open_conversation(dana, tal, now=now)
    masked = write(hidden, author=dana, text="האם הברז הזה יתאים? מספר הקטלוג שלו 052-1234567", now=now)
    appealed = masking.appeal(masked, by=dana, text="זה לא מספר טלפון, זה מספר קטלוג.", now=now)
    bought = deals.membership_of(amir, owner, now)
    deals.membership_of(newcomer, owner, now)
    questionnaire.send(made["active"], by=amir, now=now)
    questionnaire.answer(made["active"], {"name": "סטודיו ברק", "faq": "מתי פתוח? תמיד."}, by=noa, now=now)
    made["disputed"] = bank.disputed(offer, noa, shira, now)
    made["coupon"] = deals.thank(User.objects.get(pk=amir.pk), noa, offer, now)
    return Content(
        people={"noa": noa, "amir": amir, "shira": shira, "dana": dana, "new": newcomer, "orna": owner, "tal": tal},
        offers={
            "open": Offer.objects.get(pk=offer.pk),
            "other": listed[0],
            "small": small,
            **shelf(amir, shira, now),
        },
        orders=made | dealt.orders,
        checkouts=checkouts(listed[1], noa, now) | dealt.checkouts | {"membership": bought.token},
        numbers={
            "conversation": thread.pk,
            "said": thread.messages.exclude(author=noa).values_list("pk", flat=True)[0],
            "asking": asking.pk,
            "masked": (hidden.pk, masked.pk),
            "letter": letter(noa),
            "applications": applicants(now, shira),
            "cases": cases(noa, shira, made["active"].about, listed[0], now)
            | dealt.cases
            | {"appeal": appealed.number},
            "requests": {name: row.pk for name, row in wishes(offer, noa, now).items()},
            "quotes": {name: row.pk for name, row in dealt.quotes.items()},
            "transfer": Transfer.objects.filter(kind="release").values_list("pk", flat=True)[0],
            "batches": bank.fill(User.objects.get(pk=amir.pk), shira, now),
            "refund": Refund.objects.get(reason="late").pk,
            "tasks": [row.pk for row in deals.list_tasks(made["active"], now)],
        },
    )
