"""The list of places (DEC-17), as shipped in data/places.json."""

import json
from pathlib import Path
from typing import Any

from .models import Place

PLACES = Path(__file__).parent / "data" / "places.json"


def load_places(rows: list[dict[str, Any]] | None = None) -> int:
    """Adds what is missing and corrects what changed; parents stand before their children."""
    rows = rows if rows is not None else json.loads(PLACES.read_text(encoding="utf-8"))
    known: dict[str, Place] = {}
    for row in rows:
        values = {name: row[name] for name in ("name", "kind", "lat", "lon")}
        parent = known.get(row.get("parent", ""))
        known[row["slug"]] = Place.objects.update_or_create(slug=row["slug"], defaults={**values, "parent": parent})[0]
    return len(known)
