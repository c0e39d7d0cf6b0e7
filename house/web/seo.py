"""What machines read of public pages: schema.org data as JSON-LD, and links with the site's own name."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from house.catalog.models import Offer
from house.people.models import Profile

ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(path: str) -> str:
    """An address with the site's name."""
    return settings.SITE_URL + path


def _ld(data: dict[str, Any]) -> SafeString:
    """JSON that is safe inside a script element; browsers do not run this type, so the CSP allows it."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    return mark_safe(text.translate(ESCAPES))


def site_data() -> SafeString:
    """The market itself, with its search."""
    return _ld(
        {
            "@type": "WebSite",
            "name": "build-in house",
            "inLanguage": "he",
            "url": absolute("/"),
            "potentialAction": {
                "@type": "SearchAction",
                "target": absolute("/search/?q={q}"),
                "query-input": "required name=q",
            },
        }
    )


def offer_data(offer: Offer, prices: list[int]) -> SafeString:
    """Service, its price range, and its rating when there is one."""
    data: dict[str, Any] = {
        "@type": "Service",
        "name": offer.title,
        "description": offer.description[:300],
        "url": absolute(offer.path),
        "category": str(offer.category),
        "provider": {"@type": "LocalBusiness", "name": offer.provider.display_name},
        "areaServed": [place.name for place in offer.places.all()],
        "offers": {
            "@type": "AggregateOffer",
            "priceCurrency": "ILS",
            "lowPrice": f"{min(prices) / 100:.2f}",
            "highPrice": f"{max(prices) / 100:.2f}",
            "offerCount": len(prices),
        },
    }
    if offer.cover:
        data["image"] = absolute(offer.cover.image.url)
    return _ld({**data, **_rating(offer.rating, offer.reviews)})


def person_data(profile: Profile) -> SafeString:
    """A provider."""
    name = profile.business_name or profile.user.display_name
    data = {"@type": "LocalBusiness", "name": name, "url": absolute(f"/pro/{profile.username}/")}
    return _ld({**data, "description": profile.bio[:300], **_rating(profile.rating, profile.reviews)})


def _rating(stars: Any, number: int) -> dict[str, Any]:
    if not number or stars is None:
        return {}
    return {"aggregateRating": {"@type": "AggregateRating", "ratingValue": f"{stars:.2f}", "reviewCount": number}}
