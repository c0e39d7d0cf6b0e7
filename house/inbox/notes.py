"""Notes about people, each for its writer alone (CON)."""

from house.people.models import User
from house.text import clean_text, visible_length

from .models import ContactNote


def write(owner: User, person: User, text: str) -> None:
    """Keeps what is written about somebody; an empty note is gone."""
    text = clean_text(text)
    if visible_length(text):
        ContactNote.objects.update_or_create(owner=owner, person=person, defaults={"text": text})
    else:
        ContactNote.objects.filter(owner=owner, person=person).delete()
