"""Page 75: the books, for whoever answers for the money. Read only; the database lets nobody change them."""

from django.db.models import Count, Prefetch, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from house.ledger import chain
from house.ledger.models import Account, Entry, Link, Seal, SealedHead, Transfer

from ..books import ACCOUNTS, TRANSFERS
from ..forms.staff import LedgerForm
from ..guards import FINANCE, needs
from ..paging import page_of
from ..request import Request
from ..sheets import Cell, Sheet, as_file, money
from .staff import address, desk

SHEET_ROWS = 50_000  # entries in one file; who needs more narrows the filter


def _asked(request: Request) -> tuple[LedgerForm, QuerySet[Transfer]]:
    """The filter, and the transfers that it leaves, the newest first."""
    form = LedgerForm(TRANSFERS.items(), request.GET or None)
    rows = Transfer.objects.order_by("-pk")
    if form.is_valid():
        asked = form.cleaned_data
        rows = rows.filter(about=asked["about"]) if asked["about"] else rows
        rows = rows.filter(kind=asked["kind"]) if asked["kind"] else rows
    return form, rows


def _balances() -> list[tuple[str, int, int]]:
    """Each kind of account: its name, how many accounts, and what is on them together."""
    sums = Account.objects.values_list("kind").annotate(Count("pk", distinct=True), sum=Sum("entries__amount"))
    found = {kind: (number, total or 0) for kind, number, total in sums}
    return [(str(name), *found.get(kind, (0, 0))) for kind, name in ACCOUNTS.items()]


@require_safe
@needs(FINANCE)
def index(request: Request) -> HttpResponse:
    """Balances, the last seal, and every transfer."""
    form, rows = _asked(request)
    balances = _balances()
    entries = Prefetch("entries", Entry.objects.select_related("account__owner").order_by("pk"))
    context = {
        "form": form,
        "page": page_of(request, rows.prefetch_related(entries)),
        "query": address(**{name: request.GET.get(name, "") for name in form.fields}),
        "balances": balances,
        "off": sum(total for _name, _number, total in balances),
        "seal": Seal.objects.order_by("-pk").first(),
        "accounts": ACCOUNTS,
        "names": TRANSFERS,
    }
    return desk(request, "ledger", context)


@require_safe
@needs(FINANCE)
def show(request: Request, pk: int) -> HttpResponse:
    """One transfer: its entries, and its place in the chain of its subject."""
    transfer = get_object_or_404(Transfer, pk=pk)
    link = Link.objects.filter(transfer=transfer).first()
    sealed = SealedHead.objects.filter(about=transfer.about, number__gte=link.number if link else 0)
    context = {
        "transfer": transfer,
        "entries": transfer.entries.select_related("account__owner").order_by("pk"),
        "link": link,
        "head": chain.head(transfer.about),
        "seal": sealed.select_related("seal").order_by("seal").first(),
        "accounts": ACCOUNTS,
        "names": TRANSFERS,
    }
    return desk(request, "transfer", context)


@require_safe
@needs(FINANCE)
def sheet(request: Request, kind: str) -> HttpResponse:
    """What the filter leaves, entry by entry, to take away."""
    _form, rows = _asked(request)
    found = Entry.objects.filter(transfer__in=rows).select_related("transfer", "account__owner")
    head = [_("מועד"), _("תנועה"), _("נושא"), _("חשבון"), _("של מי"), _("סכום")]
    cells = [_cells(entry) for entry in found.order_by("-transfer", "pk")[:SHEET_ROWS].iterator()]
    return as_file(Sheet("ledger", "ledger", head, cells), kind)


def _cells(entry: Entry) -> list[Cell]:
    transfer, owner = entry.transfer, entry.account.owner
    account = ACCOUNTS[Account.Kind(entry.account.kind)]
    who = owner.display_name if owner else ""
    return [transfer.at, str(TRANSFERS[transfer.kind]), transfer.about, str(account), who, money(entry.amount)]
