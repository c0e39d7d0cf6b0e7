"""Conversations between two people; the threads of orders are listed beside them (DEC-40)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house import policy
from house.desk import masking
from house.desk.actions import open_report
from house.inbox import answers, filing, quick
from house.inbox.actions import other_of, read, say, typing
from house.inbox.models import Conversation, ConversationQuery, Filing, Message
from house.orders.actions import blocking
from house.people import away
from house.people.blocks import blocked_by
from house.people.models import User
from house.process import Refusal

from ..contacts import shared
from ..forms.base import add_refusal
from ..forms.talk import MESSAGE_REASONS, AppealForm, FolderForm, MessageForm, MessageReportForm
from ..guards import person, signed_in
from ..paging import page_of
from ..request import Request
from ..uploads import files_about, with_files
from .support import RECEIVED

MESSAGES = 100  # on one page of a conversation
WORDS = 6  # that a search in messages looks for
Folder = Filing.Folder


@dataclass(frozen=True)
class Line:
    """One row of the list."""

    conversation: Conversation
    other: User
    last: Message | None
    unread: bool

    @property
    def path(self) -> str:
        """The thread of an order is read on the order's page."""
        kind, _, number = self.conversation.about.partition(":")
        return f"/orders/{number}/" if kind == "order" else f"/inbox/{self.conversation.pk}/"


def lines(conversations: list[Conversation], user: User) -> list[Line]:
    """Each conversation with its latest message, in two queries for all of them."""
    pks = [row.pk for row in conversations]
    latest = (
        Message.objects.filter(conversation__in=pks).order_by("conversation", "-at", "-pk").distinct("conversation")
    )
    last = {message.conversation_id: message for message in latest}
    found = []
    for row in conversations:
        seen = row.a_read_at if user.pk == row.a_id else row.b_read_at
        unread = row.pk in last and (seen is None or seen < row.last_at)
        found.append(Line(row, other_of(row, user), last.get(row.pk), unread))
    return found


@require_safe
@signed_in
def index(request: Request) -> HttpResponse:
    """Page 28, the list: newest first, by folder; or what was said that holds some words."""
    user, asked = person(request), request.GET.get("q", "").strip()[: policy.MESSAGE_SEARCH_MAX]
    folder = request.GET.get("folder", "")
    folder = folder if folder in FOLDERS else Folder.INBOX
    shell = {"folder": folder, "folders": FOLDERS, "q": asked, "query": f"folder={folder}&" if folder else ""}
    if asked:
        page = page_of(request, said(user, asked))
        return render(request, "inbox/found.html", {**shell, "page": page, "query": f"{urlencode({'q': asked})}&"})
    talked = FOLDERS[folder].rows(user).said()
    page = page_of(request, talked.select_related("a", "b").order_by("-last_at", "-pk"))
    return render(request, "inbox/index.html", {**shell, "page": page, "lines": lines(page.rows, user)})


def _filed(folder: str) -> Callable[[User], ConversationQuery]:
    return lambda user: Conversation.objects.visible_to(user).filed(user, folder)


@dataclass(frozen=True)
class Shelf:
    """A tab above the list."""

    label: Any
    rows: Callable[[User], ConversationQuery]
    empty: Any


FOLDERS: dict[str, Shelf] = {
    Folder.INBOX: Shelf(_later("הכול"), _filed(Folder.INBOX), _later("עוד אין שיחות")),
    "unread": Shelf(
        _later("לא נקראו"),
        lambda user: Conversation.objects.visible_to(user).unread_by(user),
        _later("הכול נקרא"),
    ),
    "starred": Shelf(
        _later("בכוכב"),
        lambda user: Conversation.objects.visible_to(user).starred(user),
        _later("אין שיחות בכוכב"),
    ),
    Folder.ARCHIVED: Shelf(_later("ארכיון"), _filed(Folder.ARCHIVED), _later("הארכיון ריק")),
    Folder.SPAM: Shelf(_later("ספאם"), _filed(Folder.SPAM), _later("אין ספאם")),
}


def said(user: User, words: str) -> QuerySet[Message]:
    """Messages of one's own conversations that hold all the words, the newest first."""
    mine = Conversation.objects.visible_to(user)
    rows = Message.objects.filter(conversation__in=mine).select_related("author", "conversation")
    for word in words.split()[:WORDS]:
        rows = rows.filter(text__icontains=word)
    return rows.order_by("-at", "-pk")


def _own(request: Request, pk: int) -> Conversation:
    rows = Conversation.objects.visible_to(person(request)).select_related("a__profile", "b__profile")
    return get_object_or_404(rows, pk=pk)


def _page(request: Request, thread: Conversation, form: MessageForm, status: int = 200) -> HttpResponse:
    user, other = person(request), other_of(thread, person(request))
    latest, older = _latest(request, thread)
    context = {
        "thread": thread,
        "other": other,
        "older": older,
        "to": request.GET.get("to", ""),
        "filing": filing.of(thread, user),
        "between": shared(user, other),
        "may_say_unanswered": other.is_provider and answers.may_say(thread, user),
        "other_read_at": thread.b_read_at if person(request).pk == thread.a_id else thread.a_read_at,
        "talk": latest,
        "files": files_about(f"conversation:{thread.pk}"),
        "quotes": {quote.about: quote for quote in thread.quotes.prefetch_related("stages")},
        "may_quote": person(request).is_provider and not thread.about,
        "form": form,
        "away": away.of(other_of(thread, person(request)), request.now),
        "blocked": blocked_by(person(request), other_of(thread, person(request))),
        "quick": quick.all_of(person(request)) if person(request).is_provider else [],
    }
    return render(request, "inbox/show.html", context, status=status)


def _latest(request: Request, thread: Conversation) -> tuple[list[Message], int]:
    """The latest messages, or those up to one of them; and the number of the last one before these (0: none)."""
    rows, to = thread.messages.select_related("author").order_by("-at", "-pk"), request.GET.get("to", "")
    if to.isascii() and to.isdigit() and len(to) < 16:
        rows = rows.filter(pk__lte=int(to))
    found = list(rows[: MESSAGES + 1])
    return found[:MESSAGES][::-1], found[MESSAGES].pk if len(found) > MESSAGES else 0


@require_safe
@signed_in
def show(request: Request, pk: int) -> HttpResponse:
    """One conversation; an order's thread is part of the order's page."""
    thread = _own(request, pk)
    kind, _, number = thread.about.partition(":")
    if kind == "order":
        return redirect("order", number=number)
    read(thread, by=person(request), now=request.now)
    return _page(request, thread, MessageForm(initial=_inserted(request, thread)))


def _inserted(request: Request, thread: Conversation) -> dict[str, str]:
    """The quick response that was chosen, ready to be changed and sent."""
    chosen = quick.find(person(request), request.GET.get("insert", "")) if person(request).is_provider else None
    return {"text": chosen.to(other_of(thread, person(request)))} if chosen else {}


@require_http_methods(["GET", "POST"])
@signed_in
def message(request: Request, pk: int) -> HttpResponse:
    """Says something; what was refused stays in the field."""
    thread = _own(request, pk)
    form = MessageForm(request.POST or None, request.FILES or None)
    if thread.about or request.method != "POST":
        return redirect("conversation", pk=pk)
    if form.is_valid():
        try:
            _say(request, thread, form)
            return redirect(f"/inbox/{pk}/#end")
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _page(request, thread, form, status=422)


@require_POST
@signed_in
def star(request: Request, pk: int) -> HttpResponse:
    """A mark of one's own."""
    filing.star(_own(request, pk), by=person(request), on=request.POST.get("on") == "1", now=request.now)
    return redirect("conversation", pk=pk)


@require_POST
@signed_in
def folder(request: Request, pk: int) -> HttpResponse:
    """To the archive, to spam, or back."""
    form = FolderForm(request.POST)
    if not form.is_valid():
        raise Http404
    filing.put(_own(request, pk), form.cleaned_data["folder"], by=person(request), now=request.now)
    messages.success(request, MOVED[form.cleaned_data["folder"]])
    return redirect("inbox")


@require_POST
@signed_in
def unanswered(request: Request, pk: int) -> HttpResponse:
    """AMB-20: what was written was no answer."""
    answers.not_answered(_own(request, pk), by=person(request), now=request.now)
    messages.success(request, _("נרשם. השעון של המענה ממשיך מהשאלה המקורית."))
    return redirect("conversation", pk=pk)


MOVED = {
    Folder.INBOX: _later("השיחה חזרה לרשימה."),
    Folder.ARCHIVED: _later("השיחה בארכיון. הודעה חדשה תחזיר אותה."),
    Folder.SPAM: _later("השיחה סומנה כספאם. הודעות ממנה לא יצלצלו יותר."),
}


def _say(request: Request, thread: Conversation, form: MessageForm) -> None:
    words = form.cleaned_data
    with_files(
        words["attached"],
        lambda files: say(thread, author=person(request), text=words["text"], files=files, now=request.now),
        owner=person(request),
        about=f"conversation:{thread.pk}",
        now=request.now,
    )


@require_POST
@signed_in
def types(request: Request, pk: int) -> HttpResponse:
    """The other side may know that something is being written."""
    typing(_own(request, pk), by=person(request))
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
@signed_in
def report(request: Request, pk: int, message: int) -> HttpResponse:
    """What the other side wrote goes to the moderators, and nothing else of the conversation (INB-05)."""
    thread = _own(request, pk)
    row = get_object_or_404(thread.messages.exclude(author=person(request)).select_related("author"), pk=message)
    form = MessageReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _report(request, thread, row, form)
        messages.success(request, _("תודה, הדיווח התקבל וייבדק."))
        return redirect("conversation", pk=pk)
    context = {"thread": thread, "message": row, "form": form}
    return render(request, "inbox/report.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@signed_in
def appeal(request: Request, pk: int, message: int) -> HttpResponse:
    """The author of a masked message asks staff for another look (DEC-19)."""
    thread = _own(request, pk)
    row = get_object_or_404(thread.messages.filter(author=person(request), masked=True), pk=message)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        case = masking.appeal(row, by=person(request), text=form.cleaned_data["text"], now=request.now)
        messages.success(request, _(RECEIVED))
        return redirect("support_case", number=case.number)
    context = {"thread": thread, "other": other_of(thread, person(request)), "message": row, "form": form}
    context["written"] = masking.written(row)
    return render(request, "inbox/appeal.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def block(request: Request, pk: int) -> HttpResponse:
    """BLK-03, AMB-16: from the conversation, at once."""
    blocking.block(other_of(_own(request, pk), person(request)), by=person(request), now=request.now)
    messages.success(request, _("החסימה בתוקף. אפשר לבטל אותה מכאן בכל רגע."))
    return redirect("conversation", pk=pk)


@require_POST
@signed_in
def unblock(request: Request, pk: int) -> HttpResponse:
    """BLK-05"""
    blocking.unblock(other_of(_own(request, pk), person(request)), by=person(request), now=request.now)
    messages.success(request, _("החסימה בוטלה."))
    return redirect("conversation", pk=pk)


def _report(request: Request, thread: Conversation, row: Message, form: MessageReportForm) -> None:
    reason = str(dict(MESSAGE_REASONS)[form.cleaned_data["reason"]])
    said = f"{row.author.display_name}: „{row.text}”"
    text = "\n\n".join(filter(None, [said, form.cleaned_data["text"]]))
    about = thread.about or f"conversation:{thread.pk}"
    open_report(by=person(request), about=about, reason=reason, text=text, now=request.now)
