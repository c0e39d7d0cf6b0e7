"""An order in words: one table from state to label, sentence and next action for each side.

The order page, the lists and the staff's view read it, so they cannot disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import gettext_noop

from house import hebrew, policy
from house.inbox.models import Message
from house.orders import notes
from house.orders.actions.requests.answering import PAID_KINDS
from house.orders.models import Delivery, Order, OrderEvent, ResolutionRequest, Stage
from house.orders.process import ASKINGS, OPEN_STATES, STAGE, Step, may_give_up_at, requirements_lapse
from house.orders.reasons import KINDS, SILENCES
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
# A stage is one of several, and of another gender.
STAGE_WORDS = {
    S.AWAITING: gettext_noop("ממתין לדרישות"),
    S.ACTIVE: gettext_noop("בעבודה"),
    S.IN_REVISION: gettext_noop("בתיקונים"),
    S.DELIVERED: gettext_noop("נמסר"),
    S.APPROVED: gettext_noop("אושר"),
    S.CANCELLED: gettext_noop("בוטל"),
    S.STOPPED: gettext_noop("לא יתחיל"),
    S.PLANNED: gettext_noop("טרם התחיל"),
}
LATE = Look(gettext_noop("באיחור"), "urgent", "clock")
VERY_LATE = Look(gettext_noop("באיחור ניכר"), "urgent", "triangle-alert")
HELD = Look(gettext_noop("בבדיקת שירות הלקוחות"), "warn", "life-buoy")
ASKED = {
    Kind.CANCELLATION: Look(gettext_noop("בקשת ביטול פתוחה"), "warn", "hourglass"),
    Kind.PROGRESS_UPDATE: Look(gettext_noop("מחכים לעדכון"), "warn", "hourglass"),
    Kind.EXTENSION: Look(gettext_noop("בקשת הארכה"), "info", "calendar-days"),
    Kind.SCOPE_CHANGE: Look(gettext_noop("בקשת שינוי"), "warn", "pencil"),
    Kind.MORE_REVISIONS: Look(gettext_noop("הצעת תיקונים"), "info", "rotate-ccw"),
    Kind.ASK_REVISIONS: Look(gettext_noop("בקשת תיקונים נוספים"), "info", "rotate-ccw"),
    Kind.PARTIAL_REFUND: Look(gettext_noop("הצעת החזר חלקי"), "info", "wallet"),
    Kind.EXTRA: Look(gettext_noop("הצעת תוספת"), "info", "plus"),
}

# ORD-14: silence is shown as mutual consent.
ENDINGS = {
    Order.Ending.MUTUAL: gettext_noop("בהסכמת שני הצדדים"),
    Order.Ending.NO_RESPONSE: gettext_noop("בהסכמת שני הצדדים"),
    Order.Ending.NO_UPDATE: gettext_noop("בלי עדכון התקדמות"),
    Order.Ending.NO_REQUIREMENTS: gettext_noop("הדרישות לא נשלחו"),
    Order.Ending.SUPPORT: gettext_noop("בהחלטת שירות הלקוחות"),
    Order.Ending.CHARGEBACK: gettext_noop("התשלום הוכחש בבנק"),
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
    kind: str  # message | event | delivery | revision | request | answer
    text: str = ""
    icon: str = ""
    message: Message | None = None
    delivery: Delivery | None = None
    request: ResolutionRequest | None = None
    mine: bool = False


def current(order: Order) -> Stage:
    """The stage that matters now: the open one, else the first planned, else the last that was approved or ended."""
    rows = list(order.stages.all())
    for states in (OPEN_STATES, {S.PLANNED}):
        found = next((row for row in rows if row.state in states), None)
        if found is not None:
            break
    else:
        approved = [row for row in rows if row.state == S.APPROVED]
        found = (approved or rows)[-1]
    found.order = order
    return found


def is_milestone(stage: Stage) -> bool:
    """Whether its order has several stages."""
    return len(stage.order.stages.all()) > 1


def look(stage: Stage, request: ResolutionRequest | None, now: datetime) -> Look:
    """The badge of an order."""
    if stage.order.held_at is not None:
        return HELD
    if request is not None:
        return ASKED[Kind(request.kind)]
    late = stage.lateness(now)
    found = VERY_LATE if late >= policy.VERY_LATE_AFTER else LATE if late else LOOKS[S(stage.state)]
    return _of_several(stage, found) if stage.order.is_open and is_milestone(stage) else found


def _of_several(stage: Stage, found: Look) -> Look:
    """The badge says which stage it speaks of."""
    state = found.label if found in (LATE, VERY_LATE) else STAGE_WORDS[S(stage.state)]
    facts = {"number": stage.position, "all": len(stage.order.stages.all()), "state": _(state)}
    return replace(found, label=_("שלב %(number)s מתוך %(all)s %(state)s") % facts)


def saying(stage: Stage, request: ResolutionRequest | None, party: Party, now: datetime) -> Saying:
    """What is going on, for this side, with the exact moment of what silence will do."""
    if stage.order.held_at is not None:
        return Saying(_("השעונים עצרו עד להחלטה"), _("שירות הלקוחות בודקים את ההזמנה. אפשר להמשיך לכתוב כאן."))
    if request is not None:
        return _asking(request, party, now)
    return of_stage(stage, party, now)


def of_stage(stage: Stage, party: Party, now: datetime) -> Saying:
    """What is going on with the work itself."""
    return SAYINGS[S(stage.state)](stage, party, now)


# By kind: what the side that asked reads, and what the other reads. `what` is the change in words.
ASKING = {
    Kind.CANCELLATION: (
        _later("אם לא תהיה תשובה, %(it)s בעוד %(window)s"),
        _later("%(left)s לענות על בקשת הביטול"),
    ),
    Kind.PROGRESS_UPDATE: (_later("%(left)s לקבל עדכון"), _later("%(left)s לעדכן, אחרת ההזמנה תבוטל")),
    Kind.EXTENSION: (_later("בקשת ההארכה ממתינה לתשובה"), _later("יש בקשה להאריך ב%(what)s")),
    Kind.SCOPE_CHANGE: (_later("%(left)s לתשובה על שינוי ההיקף"), _later("%(left)s לענות על שינוי ההיקף")),
    Kind.MORE_REVISIONS: (_later("הצעת התיקונים ממתינה לתשובה"), _later("הוצעו תיקונים נוספים: %(what)s")),
    Kind.ASK_REVISIONS: (_later("בקשת התיקונים הנוספים ממתינה לתשובה"), _later("התבקשו תיקונים נוספים: %(what)s")),
    Kind.PARTIAL_REFUND: (_later("הצעת ההחזר ממתינה לתשובה"), _later("הוצע החזר חלקי של %(what)s")),
    Kind.EXTRA: (_later("הצעת התוספת ממתינה לתשובה"), _later("הוצעה תוספת להזמנה ב־%(what)s")),
}


def _asking(request: ResolutionRequest, party: Party, now: datetime) -> Saying:
    window = max(request.due_at - now, timedelta())
    mine, theirs = ASKING[Kind(request.kind)]
    other = party != request.party and party in (Party.CLIENT, Party.PROVIDER)
    it = _("ההזמנה תבוטל") if notes.whole(request) else _("השלב יבוטל")
    facts = {"left": hebrew.left_in_hours(window), "window": hebrew.in_hours(window)}
    facts |= {"what": in_short(request), "it": it}
    detail = _("בלי תשובה עד %(due)s: %(silence)s.")
    said = {"due": hebrew.exactly(request.due_at), "silence": _(notes.silence(request))}
    return Saying((theirs if other else mine) % facts, detail % said, urgent=cancels(request.kind) or other)


def in_short(request: ResolutionRequest) -> str:
    """The change that is asked for, in a word or two."""
    change = request.change
    if change.get("revisions"):
        return hebrew.count(change["revisions"], "revision")
    if change.get("amount"):
        return hebrew.price(change["amount"])
    return hebrew.joined(hebrew.count(change["days"], "day")) if change.get("days") else ""


def silence_of(kind: str) -> str:
    """What silence does under a kind, in words (DEC-48); under a request that is open, see `orders.notes`."""
    return _(SILENCES[ASKINGS[Kind(kind)].silence])


def cancels(kind: str) -> bool:
    """Whether silence ends the order under this kind."""
    return ASKINGS[Kind(kind)].silence == "cancels"


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
    if is_milestone(stage):
        return _stage_delivered(stage, party, window, due)
    if party == Party.CLIENT:
        title = _("%(left)s לבדוק את המסירה") % {"left": hebrew.left(window)}
        return Saying(title, _("בלי תגובה עד %(due)s המסירה תיחשב מאושרת והכסף ישוחרר.") % {"due": due}, urgent=True)
    title = _("המסירה בבדיקה, אישור אוטומטי בעוד %(left)s") % {"left": hebrew.duration(window)}
    return Saying(title, _("בלי תגובה עד %(due)s המסירה תיחשב מאושרת.") % {"due": due})


def _stage_delivered(stage: Stage, party: Party, window: timedelta, due: str) -> Saying:
    """The same silence that approves a milestone also starts nothing after it (DEC-48, M-10)."""
    detail = _("בלי תגובה עד %(due)s השלב ייחשב מאושר, והשלבים הבאים לא יתחילו.") % {"due": due}
    if party == Party.CLIENT:
        facts = {"left": hebrew.left(window), "number": stage.position}
        return Saying(_("%(left)s להחליט על שלב %(number)s") % facts, detail, urgent=True)
    return Saying(_("שלב %(number)s ממתין לאישור") % {"number": stage.position}, detail)


def _planned(stage: Stage, party: Party, now: datetime) -> Saying:
    """Between milestones (M-7, M-13)."""
    if stage.begin_by is None:
        return Saying(_("השלב עוד לא התחיל"))
    before, number = stage.position - 1, stage.position
    detail = _("בלי התחלה עד %(due)s ההזמנה תסתיים כאן, ולא ייגבה דבר נוסף.")
    title = _("שלב %(before)s הסתיים, שלב %(number)s טרם התחיל") % {"before": before, "number": number}
    if party == Party.CLIENT:
        title = _("%(left)s להתחיל את שלב %(number)s") % {"left": hebrew.left(stage.begin_by - now), "number": number}
    return Saying(title, detail % {"due": hebrew.exactly(stage.begin_by)}, urgent=party == Party.CLIENT)


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
    S.PLANNED: _planned,
}


def progress(stage: Stage, request: ResolutionRequest | None, now: datetime) -> list[Mark]:
    """Five points: paid, requirements in, at work, delivery, accepted; of a milestone order its stages. A cancelled
    order stops where it was.
    """
    order = stage.order
    if is_milestone(stage):
        return [_mark(row, stage, request, now) for row in order.stages.all()]
    here = {S.AWAITING: 1, S.ACTIVE: 2, S.IN_REVISION: 2, S.DELIVERED: 4, S.APPROVED: 5}.get(S(stage.state), 0)
    if stage.state in (S.CANCELLED, S.STOPPED):
        end = _day(stage.ended_at)
        return [Mark(_("שולמה"), _day(order.placed_at), "done"), Mark(_("בוטלה"), end, "now")]
    due = _("עד %(day)s") % {"day": _day(stage.due_at)} if stage.due_at and here < 4 else ""
    rows = [
        (_("ההזמנה שולמה"), _day(order.placed_at)),
        (_("הדרישות נשלחו") if here > 1 else _("שליחת הדרישות"), _day(stage.started_at)),
        (_("בעבודה"), _("מאז %(day)s") % {"day": _day(stage.started_at)} if stage.started_at else ""),
        (_("מסירה"), _day(stage.delivered_at) or due),
        (_("אישור וסיום"), _day(stage.ended_at)),
    ]
    marks = [Mark(label, when, "done" if number < here else "") for number, (label, when) in enumerate(rows)]
    if here < len(marks):
        marks[here] = _now(stage, request, now, marks[here])
    if _pauses(order, request) and here + 1 < len(marks):
        marks[here + 1] = replace(marks[here + 1], when=_("מושהה"))
    return marks


def _pauses(order: Order, request: ResolutionRequest | None) -> bool:
    """Whether the work's own clock rests."""
    return order.held_at is not None or (request is not None and ASKINGS[Kind(request.kind)].pauses)


def _now(stage: Stage, request: ResolutionRequest | None, now: datetime, mark: Mark) -> Mark:
    """The point where an order stands: what is asked, or its own clock, with the days left (AMB-2, CAN-05)."""
    if stage.order.held_at is not None:
        return Mark(_(HELD.label), "", "paused")
    if request is not None and (cancels(request.kind) or _pauses(stage.order, request)):
        return Mark(_(ASKED[Kind(request.kind)].label), days_left(request.due_at, now), "paused")
    until = stage.decide_at if stage.state == S.DELIVERED else stage.begin_by if stage.state == S.PLANNED else None
    return Mark(mark.label, days_left(until, now) if until else mark.when, "now")


def days_left(due: datetime, now: datetime) -> str:
    """Whole days, rounded up (AMB-2)."""
    return hebrew.left(timedelta(days=max(-((now - due) // timedelta(days=1)), 1)))


def _mark(row: Stage, here: Stage, request: ResolutionRequest | None, now: datetime) -> Mark:
    """A milestone on the progress bar."""
    when = _day(row.ended_at) or (_("עד %(day)s") % {"day": _day(row.due_at)} if row.due_at else "")
    label = _("שלב %(number)s: %(name)s") % {"number": row.position, "name": row.name}
    if row.state in (S.APPROVED, S.CANCELLED, S.STOPPED):
        return Mark(label, when, "done" if row.state == S.APPROVED else "gone")
    if row.pk != here.pk:
        return Mark(label, "", "")
    found = _now(here, request, now, Mark(label, when, "now"))
    return found if found.state == "now" else replace(found, label=f"{label} · {found.label}")


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
    "begin": ("play", gettext_noop("השלב הבא שולם והתחיל")),
    "stop": ("circle-x", gettext_noop("השלבים שנותרו לא יתחילו")),
    "stop_silent": ("circle-x", gettext_noop("השלב הבא לא התחיל בזמן, וההזמנה הסתיימה כאן")),
    "hold": ("life-buoy", gettext_noop("נפתחה פנייה לשירות הלקוחות, והשעונים עצרו")),
    "resume": ("play", gettext_noop("התקבלה החלטה, והשעונים ממשיכים")),
    "chargeback": ("triangle-alert", gettext_noop("הבנק של הלקוח/ה לקח את התשלום בחזרה")),
    "chargeback_won": ("shield-check", gettext_noop("הבנק דחה את ההכחשה, והתשלום חזר")),
    "late_refund": ("wallet", gettext_noop("חלק מהתשלום הוחזר אחרי אישור המסירה")),
    "rate_exempted": ("scale", gettext_noop("הביטול לא נספר בשיעור ההשלמה")),
    "rate_counted": ("scale", gettext_noop("הביטול נספר בשיעור ההשלמה")),
    "cancellation_open": ("hourglass", gettext_noop("נפתחה בקשת ביטול")),
    "cancellation_consent": ("circle-check", gettext_noop("בקשת הביטול התקבלה")),
    "cancellation_decline": ("x", gettext_noop("בקשת הביטול נדחתה, וההזמנה ממשיכה")),
    "cancellation_withdraw": ("rotate-ccw", gettext_noop("בקשת הביטול נמשכה, וההזמנה ממשיכה")),
    "cancellation_expire": ("clock", gettext_noop("לא הייתה תשובה לבקשת הביטול")),
    "cancellation_lapse": ("info", gettext_noop("בקשת הביטול נסגרה בהחלטת שירות הלקוחות")),
}
OF_STAGE = {  # of a milestone, where the order itself goes on
    "accept": gettext_noop("השלב %(name)s אושר והכסף עליו שוחרר"),
    "accept_silent": gettext_noop("השלב %(name)s נחשב מאושר כי לא הייתה תגובה"),
    "cancel": gettext_noop("השלב %(name)s בוטל והכסף עליו הוחזר"),
    "begin": gettext_noop("השלב %(name)s שולם והתחיל"),
}
ANSWERS = {  # how a request of any other kind went
    "open": ("hourglass", gettext_noop("נפתחה בקשה")),
    "consent": ("circle-check", gettext_noop("הבקשה התקבלה")),
    "decline": ("x", gettext_noop("הבקשה נדחתה")),
    "withdraw": ("rotate-ccw", gettext_noop("הבקשה נמשכה")),
    "expire": ("clock", gettext_noop("לא הייתה תשובה בזמן")),
    "lapse": ("info", gettext_noop("הבקשה נסגרה")),
}


def event_words(name: str) -> tuple[str, str]:
    """The icon and the sentence of a row of the diary."""
    if name in EVENTS:
        icon, text = EVENTS[name]
        return icon, _(text)
    kind, _sign, step = name.rpartition("_")
    icon, text = ANSWERS.get(step, ("info", name))
    return icon, f"{_(KINDS[kind])}: {_(text)}" if kind in KINDS else text


OWN_ITEMS = ("deliver", "revise")  # shown by the delivery and the revision themselves


def flow(order: Order, viewer: int) -> list[Item]:
    """Messages, deliveries, changes asked for and events, in their order of time."""
    several = len(order.stages.all()) > 1
    items = [_event(row, several) for row in order.events.select_related("stage") if row.step not in OWN_ITEMS]
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
    for request in order.requests.exclude(state=ResolutionRequest.State.OPEN):
        items += _settled(request, viewer)
    return sorted(items, key=lambda item: item.at)


def _settled(row: ResolutionRequest, viewer: int) -> list[Item]:
    """A request that is over keeps its words, and those of its answer (RES-14, AMB-4)."""
    mine, name = row.by_id == viewer, _(KINDS[row.kind])
    said = [Item(row.opened_at, "request", text=name, request=row, mine=mine)]
    if row.answer and row.ended_at is not None:
        said.append(Item(row.ended_at, "answer", text=name, request=row, mine=not mine))
    return said


def _event(row: OrderEvent, several: bool) -> Item:
    name = f"{row.step}_silent" if row.data.get("silent") else row.step
    icon, text = event_words(name)
    if several and row.stage is not None and name in OF_STAGE:
        text = _(OF_STAGE[name]) % {"name": hebrew.isolate(row.stage.name)}
    return Item(row.at, "event", text=text, icon=icon)


def may(stage: Stage, step: Step, party: Party, request: ResolutionRequest | None) -> bool:
    """Whether a button for this step belongs on the page; while a cancellation is open, none does."""
    paused = request is not None and ASKINGS[Kind(request.kind)].pauses
    return not paused and STAGE.allows(step, state=stage.state, party=party)


def actions(stage: Stage, request: ResolutionRequest | None, party: Party, now: datetime) -> dict[str, Any]:
    """The buttons of this side, read from the table."""
    steps = {step.value: may(stage, step, party, request) for step in Step}
    early = stage.order.stands(now) < may_give_up_at(stage)
    answer = request is not None and party in (Party.CLIENT, Party.PROVIDER) and party != request.party
    return {
        **steps,
        "give_up": steps["give_up"] and not early,
        "answer": answer,
        "how": how(request) if request is not None and answer else "",
        "withdraw": request is not None and party == request.party,
        "revise": steps["revise"] and stage.revisions_left != 0,
    }


def how(request: ResolutionRequest) -> str:
    """How a request is accepted: by paying, in words, or by agreeing."""
    if request.change.get("amount") and request.kind in PAID_KINDS:
        return "pay"
    return "tell" if ASKINGS[Kind(request.kind)].answer_only else "agree"
