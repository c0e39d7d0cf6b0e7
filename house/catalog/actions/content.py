"""What editors keep of the catalogue: words and switches of a category (CAT-03, CAT-05…08, DEC-20)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from house.people import audit
from house.people.models import AuditEntry, Role, User
from house.process import Refusal
from house.text import clean_line

from ..models import Category

CHANGEABLE = (
    "name",
    "intro",
    "licence_note",
    "price_note",
    "position",
    "open",
    "has_packages",
    "has_audio",
    "video_required",
)


def change_category(
    category: Category, *, values: Mapping[str, Any], subcategories: Mapping[str, str], by: User, now: datetime
) -> AuditEntry | None:
    """Writes what differs, and what it was before into the audit log; None when nothing does. `values` by the
    names of `CHANGEABLE`, `subcategories` are new names by slug.

    Refusals: `wrong_party` (editors only), `name_missing`.
    """
    if not by.has_role(Role.EDITOR):
        raise Refusal("wrong_party")
    wanted = {slug: clean_line(name) for slug, name in subcategories.items()}
    if not all(wanted.values()) or not clean_line(values.get("name", category.name)):
        raise Refusal("name_missing")
    with transaction.atomic():
        row = Category.objects.select_for_update().get(pk=category.pk)
        before = {
            name: getattr(row, name)
            for name in CHANGEABLE
            if values.get(name, getattr(row, name)) != getattr(row, name)
        }
        renamed = {part.slug: part for part in row.subcategories.all() if wanted.get(part.slug, part.name) != part.name}
        if not before and not renamed:
            return None
        for name in before:
            setattr(row, name, values[name])
        row.save(update_fields=list(before))
        names = {slug: part.name for slug, part in renamed.items()}
        for slug, part in renamed.items():
            part.name = wanted[slug]
            part.save(update_fields=["name"])
        about = f"category:{row.slug}"
        return audit.record(by=by, what="category_changed", about=about, now=now, before=before, subcategories=names)
