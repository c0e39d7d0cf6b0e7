"""The catalogue's words and switches, kept by editors (CAT-03, DEC-20)."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from house.catalog.actions import change_category
from house.catalog.models import Category, Offer, SearchMiss
from house.people.models import AuditEntry

from ..forms.staff import CategoryForm
from ..guards import needs, person
from ..request import Request
from .staff import CONTENT, desk

MISSES = 20  # searches without results beside the list


@require_safe
@needs(*CONTENT)
def categories(request: Request) -> HttpResponse:
    """Page 77: the categories, and what people looked for and did not find."""
    published = Count("offers", filter=Q(offers__state=Offer.State.PUBLISHED))
    context = {
        "rows": Category.objects.annotate(published=published).order_by("position", "pk"),
        "misses": SearchMiss.objects.order_by("-times", "-last_at")[:MISSES],
    }
    return desk(request, "categories", context)


@require_http_methods(["GET", "POST"])
@needs(*CONTENT)
def category(request: Request, category: str) -> HttpResponse:
    """One category: words, place in the list, what its offers may have, names of its subcategories."""
    row = get_object_or_404(Category, slug=category)
    form = CategoryForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_category(row, **form.changes, by=person(request), now=request.now)
        messages.success(request, _("הקטגוריה נשמרה."))
        return redirect("staff_content")
    history = AuditEntry.objects.filter(about=f"category:{row.slug}").select_related("by")[:MISSES]
    return desk(request, "category", {"row": row, "form": form, "entries": history}, form)
