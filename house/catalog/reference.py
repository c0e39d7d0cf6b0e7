"""The catalogue's categories (CAT), as shipped in data/categories.json. Staff may change them afterwards."""

import json
from pathlib import Path
from typing import Any

from .models import Category, ServiceType, Subcategory

CATEGORIES = Path(__file__).parent / "data" / "categories.json"


def load_categories() -> int:
    """Adds what is missing; what is there stays as staff left it (CAT-03)."""
    rows = json.loads(CATEGORIES.read_text(encoding="utf-8"))
    for position, row in enumerate(rows):
        _load(row, position)
    return len(rows)


def _load(row: dict[str, Any], position: int) -> None:
    subcategories = row.pop("subcategories")
    slug = row.pop("slug")
    category, _ = Category.objects.get_or_create(slug=slug, defaults={**row, "position": position})
    for number, part in enumerate(subcategories):
        types = part.pop("service_types", [])
        name = part.pop("slug")
        subcategory, _ = Subcategory.objects.get_or_create(
            category=category, slug=name, defaults={**part, "position": number}
        )
        for each in types:
            ServiceType.objects.get_or_create(
                subcategory=subcategory, slug=each["slug"], defaults={"name": each["name"]}
            )
