"""From a notice to words: one text file per kind holds its subject, its line in the bell, and its letter.

subject: …
bell: …
button: …
(an empty line)
The letter, in paragraphs. {places} are filled from the notice's data.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext

from house import hebrew

from . import topics
from .models import Notice

TEXTS = Path(__file__).parent / "texts"
MONEY = frozenset({"total", "amount"})
MOMENTS = frozenset({"due", "until"})
LINES = frozenset({"text"})  # written by people, in as many lines as they like


@dataclass(frozen=True)
class Words:
    """A notice in words."""

    subject: str
    bell: str
    button: str
    paragraphs: tuple[str, ...]


@cache
def _text(kind: str) -> tuple[dict[str, str], str]:
    head, _, body = (TEXTS / f"{kind}.txt").read_text(encoding="utf-8").partition("\n\n")
    return dict(line.split(": ", 1) for line in head.splitlines()), body.strip()


def _place(name: str, value: Any) -> str:
    """Money, moments and everything of unknown direction, ready to stand inside Hebrew text."""
    if name in MONEY:
        return hebrew.price(value)
    if name in MOMENTS:
        return hebrew.exactly(datetime.fromisoformat(value))
    if name in LINES:
        return "\n".join(hebrew.isolate(line) for line in value.splitlines())
    return hebrew.isolate(value)


def words(kind: str, data: dict[str, Any]) -> Words:
    """Fills a kind's text; a missing place is a defect and raises KeyError."""
    head, body = _text(kind)
    places = {name: _place(name, value) for name, value in data.items()}
    return Words(
        subject=gettext(head["subject"]).format_map(places),
        bell=gettext(head["bell"]).format_map(places),
        button=gettext(head["button"]),
        paragraphs=tuple(gettext(part).format_map(places) for part in body.split("\n\n")),
    )


def send(notice: Notice) -> None:
    """Sends the letter of a notice, plain and HTML, through Django's mail backend; with the way to stop such letters
    where its reader may (RFC 8058).
    """
    text, to = words(notice.kind, notice.data), notice.recipient
    topic = topics.topic_of(notice.kind)
    stop = f"{settings.SITE_URL}/mail/stop/{topics.token(to, topic)}/" if topic else ""
    letter = plain(text.subject, *forms(text, name=to.first_name, path=notice.path, stop=stop), to.email)
    if stop:
        letter.extra_headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    letter.send()


def forms(text: Words, *, name: str, path: str, stop: str = "") -> tuple[str, str]:
    """A letter's words, plain and as HTML, with a link to a page of ours."""
    context = {"words": text, "link": settings.SITE_URL + path, "name": name, "stop": stop}
    return render_to_string("mail/notice.txt", context), render_to_string("mail/notice.html", context)


def plain(subject: str, text: str, html: str, to: str) -> EmailMultiAlternatives:
    """A letter in both forms."""
    letter = EmailMultiAlternatives(subject=subject, body=text, to=[to])
    if html:
        letter.attach_alternative(html, "text/html")
    return letter
