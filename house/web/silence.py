"""What silence will do to an order (DEC-48): one panel on top of whatever waits for somebody, for both sides."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from house import hebrew, policy
from house.orders import notes
from house.orders.models import ResolutionRequest, Stage
from house.orders.process import requirements_lapse
from house.process import Party

from . import room

S = Stage.State
Kind = ResolutionRequest.Kind


@dataclass(frozen=True)
class Silence:
    """`part` is how much of the window is over, in hundredths. `acts`: whether it moves money or ends something."""

    title: str
    money: str
    since: datetime
    due: datetime
    part: int
    acts: bool


def of(stage: Stage, request: ResolutionRequest | None, party: Party, *, returns: int, now: datetime) -> Silence | None:
    """The silence that runs now; none while a case holds the clocks. `returns` is what a cancellation gives back."""
    if stage.order.held_at is not None:
        return None
    if request is not None:
        return _of_request(request, party, returns, now)
    if stage.state == S.DELIVERED and stage.decide_at is not None and stage.delivered_at is not None:
        return _panel(*_released(stage, party), stage.delivered_at, stage.decide_at, now)
    if stage.state == S.AWAITING:
        title = _("בלי דרישות עד אז, ההזמנה תתבטל")
        return _panel(title, _back(stage, party, returns), stage.order.placed_at, requirements_lapse(stage), now)
    if stage.state == S.PLANNED and stage.begin_by is not None:
        title, money = _("בלי התחלה עד אז, ההזמנה תסתיים כאן"), _("לא ייגבה דבר נוסף. מה שאושר כבר שוחרר.")
        return _panel(title, money, stage.begin_by - policy.NEXT_MILESTONE_WINDOW, stage.begin_by, now)
    return None


def _panel(title: str, money: str, since: datetime, due: datetime, now: datetime, acts: bool = True) -> Silence:
    part = round(100 * min(max((now - since) / (due - since), 0), 1)) if due > since else 100
    return Silence(title, money, since, due, part, acts)


def _of_request(request: ResolutionRequest, party: Party, returns: int, now: datetime) -> Silence:
    acts = room.cancels(request.kind)
    money = _back(request, party, returns) if acts else _("אף סכום לא יזוז.")
    title = _("בלי תשובה עד אז, %(silence)s") % {"silence": _(notes.silence(request))}
    return _panel(title, money, request.opened_at, request.due_at, now, acts)


def _back(row: Stage | ResolutionRequest, party: Party, returns: int) -> str:
    """Whose money returns, in the words of each side (CAN-14)."""
    said = {"sum": hebrew.price(returns), "name": hebrew.isolate(row.order.client.display_name)}
    if party == Party.CLIENT:
        return _("%(sum)s יחזרו לאמצעי התשלום שלך.") % said
    return _("%(sum)s יחזרו אל %(name)s, ועל העבודה לא יתקבל תשלום.") % said


def _released(stage: Stage, party: Party) -> tuple[str, str]:
    """ORD-10; the same silence that approves a milestone starts nothing after it (M-10)."""
    parted = room.is_milestone(stage)
    title = _("בלי תגובה עד אז, השלב ייחשב מאושר") if parted else _("בלי תגובה עד אז, המסירה תיחשב מאושרת")
    said = {"sum": hebrew.price(stage.price), "name": hebrew.isolate(stage.order.provider.display_name)}
    money = _("%(sum)s ישוחררו אל %(name)s.") if party == Party.CLIENT else _("%(sum)s ישוחררו מהנאמנות.")
    rest = _("השלבים הבאים לא יתחילו ולא ייגבו.") if parted and not stage.is_last else ""
    return title, f"{money % said} {rest}".strip()


# What follows an answer: agreeing, and declining. Words are for both sides.
OUTCOMES = {
    Kind.CANCELLATION: (
        _later("הכסף שמוחזק חוזר מיד, והעבודה נפסקת. אי אפשר לחזור מזה."),
        _later("ההזמנה ממשיכה, והמועדים נדחים בזמן שבו הבקשה הייתה פתוחה. מכאן אפשר גם לפנות לשירות הלקוחות."),
    ),
    Kind.PROGRESS_UPDATE: (_later("העדכון נשמר בהזמנה, והעבודה ממשיכה באותו מועד. גם מסירה היא תשובה."), ""),
    Kind.EXTENSION: (_later("מועד המסירה זז, והמחיר לא משתנה."), _later("המועד נשאר כפי שהוא.")),
    Kind.SCOPE_CHANGE: (
        _later("השינוי נכנס לתוקף, ומה שמשלמים עליו מוחזק בנאמנות עד אישור המסירה."),
        _later("ההזמנה ממשיכה כמו שסוכמה, בלי השינוי."),
    ),
    Kind.MORE_REVISIONS: (_later("הסבבים מתווספים להזמנה."), _later("מספר הסבבים נשאר כפי שהוא.")),
    Kind.ASK_REVISIONS: (_later("הסבבים מתווספים להזמנה בלי תשלום."), _later("אפשר לאשר את המסירה, או לבקש ביטול.")),
    Kind.PARTIAL_REFUND: (
        _later("הסכום חוזר לאמצעי התשלום, והמסירה נשארת. אי אפשר לחזור מזה."),
        _later("הסכום המלא נשאר בנאמנות, והמסירה מחכה לאישור."),
    ),
    Kind.EXTRA: (
        _later("התוספת נכנסת להזמנה, והסכום מוחזק בנאמנות עד אישור המסירה."),
        _later("ההזמנה ממשיכה כמו שסוכמה, בלי התוספת."),
    ),
}
