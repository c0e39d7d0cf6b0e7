"""My Contacts (CON): each person with what there was between us, a note of one's own, and the way to write to them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house.inbox.actions import open_conversation
from house.inbox.models import Conversation
from house.inbox.notes import write
from house.people.models import User

from ..contacts import Between, between, contacts, notes, shared
from ..forms.talk import ContactNoteForm
from ..guards import person, signed_in
from ..paging import page_of
from ..request import Request


@require_safe
@signed_in
def index(request: Request) -> HttpResponse:
    """CON-01, CON-02: the latest first."""
    user = person(request)
    page = page_of(request, contacts(user))
    pks = [row["other"] for row in page.rows]
    people = User.objects.select_related("profile").in_bulk(pks)
    had, noted = between(user, pks), notes(user, pks)
    rows = [(people[pk], had.get(pk, Between()), noted.get(pk, "")) for pk in pks]
    return render(request, "contacts/index.html", {"page": page, "rows": rows})


def _contact(request: Request, pk: int) -> User:
    """Only whoever there was something with."""
    user = person(request)
    found = Conversation.objects.visible_to(user).visible_to(pk).exclude(a=user, b=user).exists() and pk != user.pk
    return get_object_or_404(User.objects.select_related("profile"), pk=pk if found else None)


@require_http_methods(["GET", "POST"])
@signed_in
def note(request: Request, pk: int) -> HttpResponse:
    """One person: what there was, and a note that only its writer sees; an empty one is gone."""
    user, other = person(request), _contact(request, pk)
    form = ContactNoteForm(request.POST or None, initial={"text": notes(user, [pk]).get(pk, "")})
    if request.method == "POST" and form.is_valid():
        write(user, other, form.cleaned_data["text"])
        messages.success(request, _("ההערה נשמרה."))
        return redirect("contacts")
    context = {"other": other, "between": shared(user, other), "form": form}
    return render(request, "contacts/note.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def talk(request: Request, pk: int) -> HttpResponse:
    """To the conversation of the two, which is made when they first talk."""
    thread = open_conversation(person(request), _contact(request, pk), now=request.now)
    return redirect("conversation", pk=thread.pk)
