"""The verbs by which a provider fills their public face (PROF, PRO-08, DEC-17, DEC-51)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction

from house import contacts, images, policy
from house.process import Refusal
from house.text import clean_line

from .models import Place, PortfolioItem, Profile, ProfileEntry, ShowcaseEntry

PORTFOLIO_SIZE = (1280, 960)
ENTRIES_MAX = 12


def no_contacts(*texts: str) -> None:
    """Profiles hold no contact details either (DEC-19)."""
    found = [finding.text for text in texts for finding in contacts.find(text)]
    if found:
        raise Refusal("contact_details", found=", ".join(found))


def set_areas(profile: Profile, *, place: Place | None, areas: Iterable[Place]) -> Profile:
    """Where a provider is, and where they work (DEC-17)."""
    with transaction.atomic():
        profile.place = place
        profile.save(update_fields=["place"])
        profile.areas.set(areas)
    return profile


def set_entries(profile: Profile, *, kind: str, lines: Sequence[str]) -> None:
    """Education or experience, one line each (PRO-08). Refusal: `contact_details`."""
    texts = [clean_line(line)[:160] for line in lines if clean_line(line)][:ENTRIES_MAX]
    no_contacts(*texts)
    with transaction.atomic():
        profile.entries.filter(kind=kind).delete()
        ProfileEntry.objects.bulk_create(
            ProfileEntry(profile=profile, kind=kind, text=text, position=number) for number, text in enumerate(texts)
        )


def add_showcase(
    profile: Profile, *, client_name: str, supplied: str, year: int | None, agreed: bool, now: datetime
) -> ShowcaseEntry:
    """A past client (PROF-04), with their agreement (DEC-51). Refusals: `client_not_agreed`, `showcase_full`."""
    if not agreed:
        raise Refusal("client_not_agreed")
    no_contacts(client_name, supplied)
    if year is not None and not now.year - 60 <= year <= now.year:
        raise Refusal("bad_year")
    if profile.showcase.count() >= policy.SHOWCASE_MAX:
        raise Refusal("showcase_full", most=policy.SHOWCASE_MAX)
    return ShowcaseEntry.objects.create(
        profile=profile,
        client_name=clean_line(client_name),
        supplied=clean_line(supplied),
        year=year,
        client_agreed=True,
    )


def add_work(profile: Profile, *, title: str, text: str, data: bytes) -> PortfolioItem:
    """A work sample, decoded and made anew. Raises `images.PictureProblem`; refusal: `portfolio_full`."""
    no_contacts(title, text)
    if profile.portfolio.count() >= policy.PORTFOLIO_MAX:
        raise Refusal("portfolio_full", most=policy.PORTFOLIO_MAX)
    picture = images.fit_gallery(images.decode(data)).cropped(*PORTFOLIO_SIZE)
    return PortfolioItem.objects.create(
        profile=profile,
        title=clean_line(title),
        text=clean_line(text),
        image=ContentFile(picture.as_jpeg(), name=f"{uuid4().hex}.jpg"),
        position=profile.portfolio.count(),
    )
