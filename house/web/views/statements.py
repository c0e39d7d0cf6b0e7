"""Where the money of an order, or of a provider's month, went: as a page, CSV and XLSX of the same rows."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from house import hebrew
from house.orders.models import Order
from house.orders.parties import party_of
from house.orders.statement import Movement, statement
from house.process import Party
from house.treasury.statements import Month, month_of, months_of

from ..guards import person, provider, signed_in
from ..order_page import own_order
from ..request import Request
from ..sheets import Cell, Sheet, as_file, money

WORDS = {
    "paid": gettext_noop("הלקוח/ה שילמו, והכסף נשמר בנאמנות"),
    "refund": gettext_noop("הכסף חזר לאמצעי התשלום"),
    "release": gettext_noop("המסירה אושרה והכסף שוחרר"),
    "clear": gettext_noop("הכסף פנוי למשיכה"),
    "payout_asked": gettext_noop("בקשת משיכה לבנק"),
    "payout_taken_back": gettext_noop("בקשת המשיכה בוטלה"),
    "payout_returned": gettext_noop("העברה שחזרה מהבנק"),
    "chargeback": gettext_noop("הבנק של הלקוח/ה לקח את התשלום בחזרה (הכחשת עסקה)"),
    "chargeback_won": gettext_noop("הבנק דחה את ההכחשה, והכסף חזר"),
    "late_refund": gettext_noop("החזר ללקוח/ה אחרי שהכסף שוחרר"),
}


def words(kind: str) -> str:
    """What a transfer of this kind did, in a sentence."""
    return _(WORDS[kind]) if kind in WORDS else kind


def _of(request: Request, number: str) -> tuple[Order, Party]:
    row = own_order(request, number)
    return row, party_of(row, person(request))


@require_safe
@signed_in
def order(request: Request, number: str) -> HttpResponse:
    """One order's money, the same for both sides; how a release was divided is the provider's to see."""
    row, party = _of(request, number)
    context = {"order": row, "party": party, "statement": statement(row), "words": words}
    return render(request, "statements/order.html", context)


@require_safe
@signed_in
def order_file(request: Request, number: str, kind: str) -> HttpResponse:
    """The same rows to take away."""
    row, party = _of(request, number)
    sums = statement(row)
    head = [_("מועד"), _("מה קרה"), _("סכום"), _("מוחזק בנאמנות אחרי"), _("נלקח ממה ששוחרר")]
    if party is Party.PROVIDER:
        head += [_("החלק שלך"), _("עמלת השוק"), _("מע״מ על העמלה")]
    rows = [_cells(each, party) for each in sums.movements]
    return as_file(Sheet(f"statement-{row.number}", row.number, head, rows), kind)


def _cells(row: Movement, party: Party) -> list[Cell]:
    both: list[Cell] = [row.at, words(row.kind), money(row.amount), money(row.held), money(row.taken_back)]
    own: list[Cell] = [money(row.share), money(row.commission), money(row.vat)]
    return both + own if party is Party.PROVIDER else both


@require_safe
@provider
def months(request: Request) -> HttpResponse:
    """The provider's months, the newest first."""
    rows = [(year, month, hebrew.MONTHS[month - 1]) for year, month in months_of(person(request), request.now)]
    return render(request, "statements/months.html", {"rows": rows})


def _month(request: Request, year: int, month: int) -> Month:
    try:
        return month_of(person(request), year, month)
    except ValueError:
        raise Http404 from None


@require_safe
@provider
def month(request: Request, year: int, month: int) -> HttpResponse:
    """What came, cleared and left in one month."""
    context = {"month": _month(request, year, month), "words": words, "name": f"{hebrew.MONTHS[month - 1]} {year}"}
    return render(request, "statements/month.html", context)


@require_safe
@provider
def month_file(request: Request, year: int, month: int, kind: str) -> HttpResponse:
    """The same rows to take away."""
    row = _month(request, year, month)
    head = [_("מועד"), _("מה קרה"), _("מספר"), _("בהמתנה"), _("פנוי למשיכה"), _("חוב")]
    rows: list[list[Cell]] = []
    for line in row.lines:
        moved = (line.moved.pending, line.moved.cleared, line.moved.debt)
        rows.append([line.at, words(line.kind), line.subject, *map(money, moved)])
    name = f"{year}-{month:02}"
    return as_file(Sheet(f"statement-{name}", name, head, rows), kind)
