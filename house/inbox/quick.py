"""Quick responses (INB-07…09, INB-17): a provider's own, and two that are there from the beginning."""

from dataclasses import dataclass

from django.db import transaction

from house import policy
from house.people.models import User
from house.process import Refusal
from house.text import clean_line, clean_text, visible_length

from .models import QuickResponse

NAME = "[שם]"  # gives way to the name of whoever is answered


@dataclass(frozen=True)
class Quick:
    """One of them; `key` names it on pages: "preset-1", or "7" for one of their own."""

    key: str
    title: str
    text: str

    def to(self, other: User) -> str:
        """The words for one person."""
        return self.text.replace(NAME, other.first_name or other.display_name)


PRESETS = {
    1: (
        "לא הפעם",
        f"שלום {NAME}, תודה רבה על הפנייה! לא אוכל לקבל את הבקשה כרגע, אבל אשמח שנעבוד יחד בעתיד.",
    ),
    2: (
        "בלי דוגמאות בחינם",
        f"שלום {NAME} ותודה על הפנייה! שמחתי על ההתעניינות בשירות שלי. חשוב לי לציין שאין באפשרותי לספק דוגמאות. "
        "כדי להתרשם מהעבודות שלי אפשר לעיין בתיק העבודות, או להזמין אחת מהעבודות הבסיסיות שלי.",
    ),
}


def all_of(owner: User) -> list[Quick]:
    """The two first, unless they were removed; then the provider's own, the oldest first."""
    rows = list(owner.quick_responses.all())
    changed = {row.preset: row for row in rows if row.preset is not None}
    found = []
    for number, (title, text) in PRESETS.items():
        row = changed.get(number)
        if row is None or not row.removed:
            found.append(Quick(f"preset-{number}", row.title if row else title, row.text if row else text))
    return found + [Quick(str(row.pk), row.title, row.text) for row in rows if row.preset is None]


def find(owner: User, key: str) -> Quick | None:
    """The one of this key."""
    return next((each for each in all_of(owner) if each.key == key), None)


def save(owner: User, *, title: str, text: str, key: str = "") -> None:
    """A new one, or other words for the one of this key.

    Refusals: `quick_response_empty`, `message_too_long`, `quick_responses_full`, `stranger`.
    """
    title, text = clean_line(title)[:60], clean_text(text)
    if not visible_length(title) or not visible_length(text):
        raise Refusal("quick_response_empty")
    if len(text) > policy.MESSAGE_MAX:
        raise Refusal("message_too_long", most=policy.MESSAGE_MAX)
    if key and find(owner, key) is None:
        raise Refusal("stranger")
    if not key:
        _add(owner, title, text)
    elif preset := _preset(key):
        QuickResponse.objects.update_or_create(owner=owner, preset=preset, defaults={"title": title, "text": text})
    else:
        owner.quick_responses.filter(pk=key).update(title=title, text=text)


@transaction.atomic
def _add(owner: User, title: str, text: str) -> None:
    """The provider's row is locked, so that a form that is sent often does not overfill the list."""
    User.objects.select_for_update().get(pk=owner.pk)
    if owner.quick_responses.filter(preset=None).count() >= policy.QUICK_RESPONSES_MAX:
        raise Refusal("quick_responses_full", most=policy.QUICK_RESPONSES_MAX)
    QuickResponse.objects.create(owner=owner, title=title, text=text)


def remove(owner: User, key: str) -> None:
    """Takes one away; removing it again changes nothing."""
    found = find(owner, key)
    if found is None:
        return
    if preset := _preset(key):
        kept = {"title": found.title, "text": found.text, "removed": True}
        QuickResponse.objects.update_or_create(owner=owner, preset=preset, defaults=kept)
    else:
        owner.quick_responses.filter(pk=key).delete()


def _preset(key: str) -> int:
    """Its number; 0 for one of the provider's own."""
    head, _, number = key.partition("-")
    return int(number) if head == "preset" and number.isdigit() else 0
