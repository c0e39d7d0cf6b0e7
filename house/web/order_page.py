"""An order as one of its sides sees it: what the pages of one order share. Whoever is no side gets 404."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from house.orders import notes
from house.orders.actions import support
from house.orders.models import Order, ResolutionRequest, Stage
from house.orders.move import open_request, refuse_while_cancelling
from house.orders.parties import party_of
from house.orders.process import STAGE, Step
from house.process import Party

from . import room
from .changes import Change, changes
from .forms.base import Form
from .guards import person
from .request import Request
from .uploads import with_files
from .views.offers import SHOWN


@dataclass
class Room:
    """One order as one of its sides sees it."""

    request: Request
    order: Order

    @cached_property
    def party(self) -> Party:
        return party_of(self.order, person(self.request))

    @cached_property
    def stage(self) -> Stage:
        """The stage that matters now: a simple order has one."""
        return room.current(self.order)

    @cached_property
    def asked(self) -> ResolutionRequest | None:
        found = open_request(self.order)
        if found is not None:
            found.order = self.order
        return found

    @property
    def now(self) -> Any:
        return self.request.now

    @property
    def offer_is_shown(self) -> bool:
        """Whether the offer of this order still has a page."""
        return self.order.offer is not None and self.order.offer.state in SHOWN

    def store(self, form: Form, act: Any) -> Any:
        """Carries out a verb with the form's files."""
        return with_files(
            form.cleaned_data["attached"], act, owner=person(self.request), about=self.order.about, now=self.now
        )

    def context(self) -> dict[str, Any]:
        """What every page of an order shows."""
        side = "provider" if self.party is Party.CLIENT else "client"
        return {
            "order": self.order,
            "stage": self.stage,
            "party": self.party,
            "asked": self.asked,
            "other": getattr(self.order, side),
            "saying": room.saying(self.stage, self.asked, self.party, self.now),
            "look": room.look(self.stage, self.asked, self.now),
        }


def own_order(request: Request, number: str, *related: str) -> Order:
    """The order of this number, if the visitor is one of its sides; `related` is loaded beside the two."""
    rows = Order.objects.visible_to(person(request)).select_related("client", "provider", *related)
    return get_object_or_404(rows, number=number)


def open_room(request: Request, number: str, side: Party | None = None) -> Room:
    """The order of this number, if the visitor is one of its sides; or this side, where a page belongs to one."""
    related = ("provider__profile", "thread__a", "thread__b", "offer", "checkout")
    here = Room(request, own_order(request, number, *related))
    if side is not None and here.party is not side:
        raise Http404
    return here


def may_be_asked(here: Room, step: Step) -> None:
    """A page that asks before a step opens only while the table allows it; what is sent is judged by the verb."""
    if here.request.method == "GET":
        refuse_while_cancelling(here.order)
        STAGE.check(step, state=here.stage.state, party=here.party)


def back_to(here: Room, said: str = "") -> HttpResponse:
    """To the order's page, with a word about what was done."""
    if said:
        messages.success(here.request, said)
    return redirect("order", number=here.order.number)


def ask(here: Room, template: str, form: Form | None = None, **more: Any) -> HttpResponse:
    """A page that asks before a step."""
    status = 422 if form is not None and form.errors else 200
    return render(here.request, template, {**here.context(), "form": form, **more}, status=status)


def stage_of(here: Room, asked: ResolutionRequest) -> Stage:
    """The stage that a request speaks of."""
    found = next((row for row in here.order.stages.all() if row.pk == asked.stage_id), here.stage)
    found.order = here.order
    return found


def changes_of(here: Room) -> list[Change]:
    """Before → after of the open request."""
    asked = here.asked
    return changes(asked.kind, stage_of(here, asked), asked.change) if asked else []


def may_dispute(here: Room) -> bool:
    """Support is called only after something was declined (CAN-10, RES-18), and once at a time."""
    order = here.order
    return order.is_open and order.held_at is None and support.may_call(order)


def gives_back(here: Room, held: int) -> int:
    """What silence would give back: one stage's money, or all that is held (DEC-36)."""
    asked = here.asked
    return held if asked is None or notes.whole(asked) else stage_of(here, asked).price
