"""What an offer must hold before others see it (F-2)."""

from house import policy
from house.text import visible_length

from .models import Offer


def missing(offer: Offer) -> list[tuple[str, int]]:
    """What keeps an offer from being submitted (F-2): (code, wizard step), in the wizard's order."""
    packages = list(offer.packages.all())
    checks = [
        (visible_length(offer.title) >= policy.TITLE_MIN, "title", 1),
        (offer.category_id is not None and offer.subcategory_id is not None, "category", 1),
        (offer.service_type_id is not None or not _has_types(offer), "service_type", 1),
        (1 <= len(offer.tags) <= policy.TAGS_MAX, "tags", 1),
        (bool(offer.where), "where", 1),
        (offer.where == Offer.Where.ONLINE or offer.places.exists(), "places", 1),
        (bool(packages) and all(each.price and each.days for each in packages), "packages", 2),
        (len(packages) < policy.PACKAGES_MAX or all(each.name for each in packages), "package_names", 2),
        (_shipping_is_right(offer), "shipping", 2),
        (visible_length(offer.description) >= policy.DESCRIPTION_MIN, "description", 3),
        (_speaks_hebrew(offer.description), "hebrew", 3),
        (offer.images.exists(), "images", 5),
        (offer.category is None or not offer.category.video_required, "video", 5),
    ]
    return [(code, step) for fine, code, step in checks if not fine]


def _has_types(offer: Offer) -> bool:
    return offer.subcategory is not None and offer.subcategory.service_types.exists()


def _speaks_hebrew(text: str) -> bool:
    """OFR-21: a Hebrew description is a must, beside whatever other language."""
    return sum("א" <= sign <= "ת" for sign in text) >= policy.DESCRIPTION_MIN // 2


def _shipping_is_right(offer: Offer) -> bool:
    """EXT-11: goods that are sent need the shipping extra."""
    return not offer.physical or offer.extras.filter(kind="shipping").exists()
