"""The buttons on the twin's page: every way in which a payment can go, and what the payer's bank may do later."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import books
from .errands import call, settle_later
from .models import TwinPayment

State = TwinPayment.State
Dispute = TwinPayment.Dispute
LATE = 40  # seconds
VERY_LATE = 31 * 60  # seconds: after a checkout of thirty minutes has ended


@dataclass(frozen=True)
class Answer:
    """A button: what it says, what will happen, and what the twin does."""

    label: str | Promise
    hint: str | Promise
    act: Callable[[TwinPayment], None]


@transaction.atomic
def _settle(payment: TwinPayment, state: str, *suffixes: str) -> TwinPayment | None:
    """Settles once, and calls the market with one event for each suffix."""
    settled = books.settle(payment.ref, state)
    if settled is not None:
        for suffix in suffixes:
            call.defer(event=books.event(settled, suffix))
    return settled


def _approve(payment: TwinPayment) -> None:
    _settle(payment, State.PAID, "")


def _decline(payment: TwinPayment) -> None:
    _settle(payment, State.DECLINED, "")


def _hang(payment: TwinPayment) -> None:
    """No answer comes; the payer goes back to the market none the wiser."""


def _tell_twice(payment: TwinPayment) -> None:
    _settle(payment, State.PAID, "", "", "_again")


@transaction.atomic
def _charge_twice(payment: TwinPayment) -> None:
    settled = _settle(payment, State.PAID, "")
    if settled is not None:
        call.defer(event=books.event(books.charge_again(settled)))


def _later(seconds: int) -> Callable[[TwinPayment], None]:
    def act(payment: TwinPayment) -> None:
        settle_later.configure(schedule_in={"seconds": seconds}).defer(ref=payment.ref)

    return act


def _lose_hook(payment: TwinPayment) -> None:
    _settle(payment, State.PAID)


@transaction.atomic
def _charge_back(payment: TwinPayment) -> None:
    _tell(books.charge_back(payment.ref))


def _decide(outcome: TwinPayment.Dispute) -> Callable[[TwinPayment], None]:
    @transaction.atomic
    def act(payment: TwinPayment) -> None:
        _tell(books.decide(payment.ref, outcome))

    return act


def _tell(payment: TwinPayment | None) -> None:
    """The latest word on a dispute goes to the market."""
    if payment is not None:
        call.defer(event=books.dispute_events(payment)[-1])


PAYING = {
    "approve": Answer(_("אישור התשלום"), _("התשלום עובר וההודעה נשלחת מיד."), _approve),
    "decline": Answer(_("סירוב"), _("חברת האשראי מסרבת, לא נגבה דבר."), _decline),
    "hang": Answer(_("תקיעה"), _("אין תשובה, כאילו העמוד נתקע באמצע."), _hang),
    "twice": Answer(_("הודעה כפולה"), _("חיוב אחד, וההודעה עליו נשלחת כמה פעמים."), _tell_twice),
    "charge-twice": Answer(_("חיוב כפול"), _("הכרטיס חויב פעמיים. החיוב השני יוחזר."), _charge_twice),
    "late": Answer(_("אישור אחרי 40 שניות"), _("התשובה מגיעה באיחור קצר."), _later(LATE)),
    "very-late": Answer(_("אישור אחרי 31 דקות"), _("התשובה מגיעה אחרי סוף הזמן לתשלום."), _later(VERY_LATE)),
    "silent": Answer(_("אישור בלי הודעה"), _("התשלום עובר, וההודעה הולכת לאיבוד."), _lose_hook),
}
DISPUTING = {
    "charge-back": Answer(_("הכחשת העסקה"), _("הבנק של הלקוח/ה לוקח את הכסף בחזרה מהשוק."), _charge_back),
}
DECIDING = {
    "dispute-won": Answer(_("ההכחשה נדחתה"), _("הבנק מחזיר את הכסף לשוק."), _decide(Dispute.WON)),
    "dispute-lost": Answer(_("ההכחשה התקבלה"), _("הכסף נשאר אצל הלקוח/ה."), _decide(Dispute.LOST)),
}


def answers_to(payment: TwinPayment) -> dict[str, Answer]:
    """What may happen to a payment as it stands."""
    if payment.state == State.OPEN:
        return PAYING
    if payment.dispute == Dispute.TAKEN:
        return DECIDING
    return DISPUTING if payment.state == State.PAID and not payment.dispute else {}
