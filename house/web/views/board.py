"""The request board: a teaser for everybody, the whole for authorised providers, and their proposals (REQ, DEC-39)."""

from collections.abc import Collection
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house import policy
from house.board import actions as board
from house.board import finding
from house.board.models import Hidden, NoDigest
from house.board.models import Request as Wish
from house.catalog.models import Category, Offer
from house.people.models import User
from house.process import Refusal
from house.quotes.models import Quote

from ..forms.base import add_refusal
from ..forms.quotes import ProposalForm
from ..guards import person, provider
from ..paging import page_of
from ..request import Request
from .requests import ANSWERS

GET_POST = require_http_methods(["GET", "POST"])


@require_safe
def index(request: Request) -> HttpResponse:
    """Page 10: what people look for now. Of a request a guest sees category and locality, and nothing else (DEC-39)."""
    category = Category.objects.filter(open=True, slug=request.GET.get("category", "")[:50]).first()
    rows = finding.board(request.now).select_related("category", "subcategory", "place")
    if category is not None:
        rows = rows.filter(category=category)
    context = {
        "page": page_of(request, rows.order_by(*finding.NEWEST)),
        "chosen": category,
        "query": urlencode({"category": category.slug}) + "&" if category else "",
    }
    return render(request, "requests/board.html", context)


def _grounds(user: User) -> QuerySet[Offer]:
    """The offers that a proposal can stand on (REQ-05)."""
    return Offer.objects.filter(provider=user, state=Offer.State.PUBLISHED)


def _authorised(request: HttpRequest) -> bool:
    return person(request).profile.is_authorised


def _categories(user: User) -> list[Category]:
    """Those in which the provider has an offer."""
    rows = _grounds(user).filter(category=OuterRef("pk"))
    return list(Category.objects.filter(Exists(rows), open=True))


def _wanted(request: Request, mine: Collection[Category]) -> finding.Wanted:
    """From an address; a filter that makes no sense is left out."""
    said = request.GET
    within = said.get("within", "")
    fits = within.isascii() and within.isdigit() and int(within[:4]) in policy.REQUEST_DISTANCES
    return finding.Wanted(
        categories=[] if said.get("all") == "1" else [row.pk for row in mine],
        place=person(request).profile.place,
        within=int(within[:4]) if fits else None,
        when=said.get("when", "") if said.get("when") in Wish.When.values else "",
        hidden=said.get("hidden") == "1",
    )


@require_safe
@provider
def matching(request: Request) -> HttpResponse:
    """Page 56: the newest first, in the provider's own categories unless all are asked for (REQ-07)."""
    user = person(request)
    if not _authorised(request):
        return render(request, "requests/closed.html")
    mine = _categories(user)
    wanted = _wanted(request, mine)
    rows = finding.find(wanted, by=user, now=request.now).annotate(answers=ANSWERS, proposed=_proposed(user))
    kept = {name: request.GET[name] for name in ("all", "within", "when", "hidden") if request.GET.get(name)}
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(wish, _reasons(wish, user, mine)) for wish in page.rows],
        "mine": mine,
        "wanted": wanted,
        "whens": Wish.When.choices,
        "distances": policy.REQUEST_DISTANCES,
        "said": kept,
        "query": urlencode(kept) + "&" if kept else "",
        "letters": not NoDigest.objects.filter(provider=user).exists(),
    }
    return render(request, "requests/matching.html", context)


def _proposed(user: User) -> Exists:
    """Whether this provider has answered already."""
    return Exists(Quote.objects.filter(request=OuterRef("pk"), provider=user).exclude(state=Quote.State.WITHDRAWN))


def _reasons(wish: Wish, user: User, mine: Collection[Category]) -> list[str]:
    """Why a request fits, or what is missing, in words."""
    found = []
    if wish.category in mine:
        found.append(_("יש לך הצעה בתחום הזה"))
    if user.profile.place is not None and wish.place is not None:
        distance = user.profile.place.km_to(wish.place)
        found.append(_("ביישוב שלך") if not distance else _("%(km)s ק״מ ממך") % {"km": distance})
    return found


def _shown(request: Request, pk: int) -> Wish:
    """A request of the board, for an authorised provider who is not its client; or one that they have answered."""
    user = person(request)
    rows = Wish.objects.exclude(client=user).select_related("category", "subcategory", "place", "client")
    rows = rows.annotate(answers=ANSWERS, proposed=_proposed(user))
    wish = get_object_or_404(rows, pk=pk)
    on_board = _authorised(request) and finding.board(request.now).filter(pk=pk).exists()
    if not on_board and not wish.proposed:  # type: ignore[attr-defined]
        raise Http404
    return wish


@require_safe
@provider
def show(request: Request, pk: int) -> HttpResponse:
    """One request as its providers read it: without files and address, which follow acceptance (DEC-39)."""
    user = person(request)
    wish = _shown(request, pk)
    mine = _categories(user)
    context = {
        "wish": wish,
        "reasons": _reasons(wish, user, mine),
        "fits": wish.category in mine,
        "quote": Quote.objects.filter(request=wish, provider=user).order_by("-pk").first(),
        "hidden": Hidden.objects.filter(provider=user, request=wish).exists(),
        "open": board.takes_proposals(wish, request.now),
    }
    return render(request, "requests/read.html", context)


@require_POST
@provider
def hiding(request: Request, pk: int) -> HttpResponse:
    """Not relevant for me (DEC-13)."""
    board.hide(_shown(request, pk), by=person(request))
    messages.success(request, _("הבקשה הוסתרה. היא נשארת ברשימת המוסתרות."))
    return redirect("seller_requests")


@require_POST
@provider
def showing(request: Request, pk: int) -> HttpResponse:
    """Relevant after all."""
    board.unhide(_shown(request, pk), by=person(request))
    return redirect("seller_request", pk=pk)


@require_POST
@provider
def letters(request: Request) -> HttpResponse:
    """Letters about new requests, or none (DEC-47)."""
    wanted = request.POST.get("wanted") == "1"
    board.set_digest(person(request).profile, wanted=wanted)
    messages.success(request, _("סיכום יומי יישלח כשיש בקשות חדשות.") if wanted else _("לא יישלחו עוד סיכומים."))
    return redirect("seller_requests")


@GET_POST
@provider
def propose(request: Request, pk: int) -> HttpResponse:
    """Page 57: «שלח הצעה» (REQ-07, REQ-08); everything typed stays when it is refused."""
    user = person(request)
    wish = _shown(request, pk)
    grounds = _grounds(user).filter(category=wish.category).order_by("title")
    form = ProposalForm(grounds, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            quote = form.propose(wish, by=user, now=request.now)
            messages.success(request, _("ההצעה נשלחה. תשובה תגיע כאן ובדוא״ל."))
            return redirect("quote", pk=quote.pk)
        except Refusal as refusal:
            add_refusal(form.head, refusal)
    context = {"form": form, "wish": wish, "offers": grounds.exists()}
    return render(request, "requests/propose.html", context, status=422 if form.errors else 200)
