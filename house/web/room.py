"""An order in words: one table from state to label, sentence and next action for each side.

The order page, the lists and the staff's view read it, so they cannot disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import gettext_noop

from house import hebrew, policy
from house.inbox.models import Message
from house.orders.models import Delivery, Order, OrderEvent, ResolutionRequest, Stage
from house.orders.process import STAGE, Step, requirements_lapse
from house.process import Party

S = Stage.State
Kind = ResolutionRequest.Kind


@dataclass(frozen=True)
class Look:
    """How a state is shown: its word, its tone, its icon."""

    label: str
    tone: str
    icon: str


LOOKS = {
    S.AWAITING: Look(gettext_noop("ממתינה לדרישות"), "warn", "list-checks"),
    S.ACTIVE: Look(gettext_noop("בעבודה"), "info", "hammer"),
    S.IN_REVISION: Look(gettext_noop("נדחתה – בתיקונים"), "info", "rotate-ccw"),
    S.DELIVERED: Look(gettext_noop("נמסרה"), "info", "package"),
    S.APPROVED: Look(gettext_noop("הושלמה"), "good", "circle-check"),
    S.CANCELLED: Look(gettext_noop("בוטלה"), "", "circle-x"),
    S.STOPPED: Look(gettext_noop("הופסקה"), "", "circle-x"),
    S.PLANNED: Look(gettext_noop("מתוכננת"), "", "calendar-days"),
}
LATE = Look(gettext_noop("באיחור"), "urgent", "clock")
VERY_LATE = Look(gettext_noop("באיחור ניכר"), "urgent", "triangle-alert")
CANCELLING = Look(gettext_noop("בקשת ביטול פתוחה"), "warn", "hourglass")

# ORD-14: silence is shown as mutual consent.
ENDINGS = {
    Order.Ending.MUTUAL: gettext_noop("בהסכמת שני הצדדים"),
    Order.Ending.NO_RESPONSE: gettext_noop("בהסכמת שני הצדדים"),
    Order.Ending.NO_UPDATE: gettext_noop("בלי עדכון התקדמות"),
    Order.Ending.NO_REQUIREMENTS: gettext_noop("הדרישות לא נשלחו"),
    Order.Ending.SUPPORT: gettext_noop("בהחלטת שירות הלקוחות"),
}


@dataclass(frozen=True)
class Saying:
    """The sentence on top of an order, and the line below it."""

    title: str
    detail: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class Mark:
    """A point of the progress bar: done, now, paused, or still to come."""

    label: str
    when: str
    state: str


@dataclass(frozen=True)
class Item:
    """Something in the flow of an order's page."""

    at: datetime
    kind: str  # message | event | delivery | revision
    text: str = ""
    icon: str = ""
    message: Message | None = None
    delivery: Delivery | None = None
    mine: bool = False


def look(stage: Stage, request: ResolutionRequest | None, now: datetime) -> Look:
    """The badge of an order."""
    if request is not None and request.kind == Kind.CANCELLATION:
        return CANCELLING
    late = stage.lateness(now)
    if late >= policy.VERY_LATE_AFTER:
        return VERY_LATE
    return LATE if late else LOOKS[S(stage.state)]


def saying(stage: Stage, request: ResolutionRequest | None, party: Party, now: datetime) -> Saying:
    """What is going on, for this side, with the exact moment of what silence will do."""
    if request is not None and request.kind == Kind.CANCELLATION:
        return _cancelling(request, party, now)
    return SAYINGS[S(stage.state)](stage, party, now)


def _cancelling(request: ResolutionRequest, party: Party, now: datetime) -> Saying:
    window = request.due_at - now
    title = _("אם לא תהיה תשובה, ההזמנה תבוטל בעוד %(left)s") % {"left": hebrew.duration(window)}
    if party != request.party and party in (Party.CLIENT, Party.PROVIDER):
        title = _("%(left)s לענות על בקשת הביטול") % {"left": hebrew.left(window)}
    what = _("בלי תשובה עד %(due)s ההזמנה תתבטל והכסף יחזור ללקוח/ה.") % {"due": hebrew.exactly(request.due_at)}
    return Saying(title, what, urgent=True)


def _awaiting(stage: Stage, party: Party, now: datetime) -> Saying:
    mine = party == Party.CLIENT
    title = _("העבודה תתחיל אחרי שליחת הדרישות") if mine else _("הדרישות עוד לא הגיעו, השעון לא התחיל")
    due = hebrew.exactly(requirements_lapse(stage))
    return Saying(
        title,
        _("השעון יתחיל כשהדרישות יישלחו. בלי דרישות עד %(due)s ההזמנה תתבטל והכסף יוחזר.") % {"due": due},
    )


def _working(stage: Stage, party: Party, now: datetime) -> Saying:
    assert stage.due_at is not None
    late = stage.lateness(now)
    due = _("עד %(due)s") % {"due": hebrew.exactly(stage.due_at)}
    if late:
        title = _("המסירה מאחרת ב%(late)s") % {"late": hebrew.joined(hebrew.duration(late))}
        return Saying(title, _("המועד היה %(due)s") % {"due": hebrew.exactly(stage.due_at)}, urgent=True)
    return Saying(WORKING[S(stage.state), party == Party.PROVIDER] % {"left": hebrew.left(stage.due_at - now)}, due)


WORKING = {
    (S.ACTIVE, False): _later("%(left)s למסירה"),
    (S.ACTIVE, True): _later("%(left)s למסור"),
    (S.IN_REVISION, False): _later("התיקונים בדרך, %(left)s"),
    (S.IN_REVISION, True): _later("התבקשו תיקונים, %(left)s למסור שוב"),
}


def _delivered(stage: Stage, party: Party, now: datetime) -> Saying:
    if stage.decide_at is None:
        return Saying(_("העבודה נמסרה"), "")
    window = stage.decide_at - now
    due = hebrew.exactly(stage.decide_at)
    if party == Party.CLIENT:
        title = _("%(left)s לבדוק את המסירה") % {"left": hebrew.left(window)}
        return Saying(title, _("בלי תגובה עד %(due)s המסירה תיחשב מאושרת והכסף ישוחרר.") % {"due": due}, urgent=True)
    title = _("המסירה בבדיקה, אישור אוטומטי בעוד %(left)s") % {"left": hebrew.duration(window)}
    return Saying(title, _("בלי תגובה עד %(due)s המסירה תיחשב מאושרת.") % {"due": due})


def _approved(stage: Stage, party: Party, now: datetime) -> Saying:
    assert stage.ended_at is not None
    return Saying(_("ההזמנה הושלמה"), _("אושרה %(at)s, והכסף שוחרר.") % {"at": hebrew.exactly(stage.ended_at)})


def _cancelled(stage: Stage, party: Party, now: datetime) -> Saying:
    order = stage.order
    why = _(ENDINGS[Order.Ending(order.ending)]) if order.ending else ""
    return Saying(_("ההזמנה בוטלה"), _("%(why)s. הכסף שהוחזק חזר לאמצעי התשלום.") % {"why": why} if why else "")


SAYINGS: dict[Stage.State, Callable[[Stage, Party, datetime], Saying]] = {
    S.AWAITING: _awaiting,
    S.ACTIVE: _working,
    S.IN_REVISION: _working,
    S.DELIVERED: _delivered,
    S.APPROVED: _approved,
    S.CANCELLED: _cancelled,
    S.STOPPED: _cancelled,
    S.PLANNED: lambda stage, party, now: Saying(_("השלב עוד לא התחיל")),
}


def progress(stage: Stage, request: ResolutionRequest | None, now: datetime) -> list[Mark]:
    """Five points: paid, requirements in, at work, delivery, accepted. A cancelled order stops where it was."""
    order = stage.order
    paused = request is not None and request.kind == Kind.CANCELLATION
    here = {S.AWAITING: 1, S.ACTIVE: 2, S.IN_REVISION: 2, S.DELIVERED: 4, S.APPROVED: 5}.get(S(stage.state), 0)
    if stage.state in (S.CANCELLED, S.STOPPED):
        end = _day(stage.ended_at)
        return [Mark(_("שולמה"), _day(order.placed_at), "done"), Mark(_("בוטלה"), end, "now")]
    due = _("עד %(day)s") % {"day": _day(stage.due_at)} if stage.due_at and here < 4 else ""
    rows = [
        (_("ההזמנה שולמה"), _day(order.placed_at)),
        (_("הדרישות נשלחו"), _day(stage.started_at)),
        (_("בעבודה"), _("מאז %(day)s") % {"day": _day(stage.started_at)} if stage.started_at else ""),
        (_("מסירה"), _day(stage.delivered_at) or due),
        (_("אישור וסיום"), _day(stage.ended_at)),
    ]
    now_state = "paused" if paused else "now"
    states = ["done" if number < here else now_state if number == here else "" for number in range(len(rows))]
    return [Mark(label, when, state) for (label, when), state in zip(rows, states, strict=True)]


def _day(moment: datetime | None) -> str:
    return hebrew.day(moment) if moment else ""


EVENTS = {
    "place": ("credit-card", gettext_noop("ההזמנה נוצרה והתשלום נשמר בנאמנות")),
    "start": ("list-checks", gettext_noop("הדרישות נשלחו והשעון התחיל")),
    "remind": ("bell", gettext_noop("נשלחה תזכורת לשליחת הדרישות")),
    "give_up": ("circle-x", gettext_noop("ההזמנה בוטלה כי הדרישות לא נשלחו")),
    "accept": ("circle-check", gettext_noop("המסירה אושרה")),
    "accept_silent": ("circle-check", gettext_noop("המסירה נחשבת מאושרת כי לא הייתה תגובה")),
    "note_late": ("clock", gettext_noop("המועד עבר והמסירה באיחור")),
    "note_very_late": ("triangle-alert", gettext_noop("האיחור עבר יממה")),
    "cancel": ("circle-x", gettext_noop("ההזמנה בוטלה והכסף הוחזר")),
    "cancellation_open": ("hourglass", gettext_noop("נפתחה בקשת ביטול")),
    "cancellation_consent": ("circle-x", gettext_noop("בקשת הביטול התקבלה, וההזמנה בוטלה")),
    "cancellation_decline": ("x", gettext_noop("בקשת הביטול נדחתה, וההזמנה ממשיכה")),
    "cancellation_withdraw": ("rotate-ccw", gettext_noop("בקשת הביטול נמשכה, וההזמנה ממשיכה")),
    "cancellation_expire": ("circle-x", gettext_noop("לא הייתה תשובה לבקשת הביטול, וההזמנה בוטלה")),
}
OWN_ITEMS = ("deliver", "revise")  # shown by the delivery and the revision themselves


def flow(order: Order, viewer: int) -> list[Item]:
    """Messages, deliveries, changes asked for and events, in their order of time."""
    items = [_event(row) for row in order.events.all() if row.step not in OWN_ITEMS]
    items += [
        Item(message.at, "message", message=message, mine=message.author_id == viewer)
        for message in order.thread.messages.select_related("author")
    ]
    sent = Delivery.objects.filter(stage__order=order, sent_at__isnull=False).select_related("revision")
    for delivery in sent:
        assert delivery.sent_at is not None
        items.append(Item(delivery.sent_at, "delivery", delivery=delivery, mine=viewer == order.provider_id))
        revision = getattr(delivery, "revision", None)
        if revision is not None:
            items.append(Item(revision.at, "revision", delivery=delivery, mine=viewer == order.client_id))
    return sorted(items, key=lambda item: item.at)


def _event(row: OrderEvent) -> Item:
    name = f"{row.step}_silent" if row.data.get("silent") else row.step
    icon, text = EVENTS.get(name, ("info", name))
    return Item(row.at, "event", text=_(text), icon=icon)


def may(stage: Stage, step: Step, party: Party, request: ResolutionRequest | None) -> bool:
    """Whether a button for this step belongs on the page; while a cancellation is open, none does."""
    return request is None and STAGE.allows(step, state=stage.state, party=party)


def actions(stage: Stage, request: ResolutionRequest | None, party: Party, now: datetime) -> dict[str, Any]:
    """The buttons of this side, read from the table."""
    steps = {step.value: may(stage, step, party, request) for step in Step}
    early = now < stage.order.placed_at + policy.REQUIREMENTS_PROVIDER_MAY_CANCEL
    return {
        **steps,
        "give_up": steps["give_up"] and not early,
        "answer": request is not None and party in (Party.CLIENT, Party.PROVIDER) and party != request.party,
        "withdraw": request is not None and party == request.party,
        "revise": steps["revise"] and stage.revisions_left != 0,
    }
