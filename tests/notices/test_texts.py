"""Every kind has its words, and every place in them is filled by the data that the verbs give."""

import re
import string
from datetime import timedelta

import pytest
from django.urls import resolve

from house import hebrew
from house.notices.actions import tell
from house.notices.extraction import letters
from house.notices.letters import MOMENTS, MONEY, TEXTS, words
from house.notices.models import Notice

from .walk import everything

pytestmark = pytest.mark.django_db
KINDS = sorted(path.stem for path in TEXTS.glob("*.txt"))
# Words that wait for their verb.
NOT_YET = {"showcased", "review_open_client"}
OUTSIDE = {"case_answered_outside"}  # letters to who has no account, and so no bell


def test_all_that_the_verbs_tell_has_words_and_leads_somewhere(noa, amir, shira, now):
    """Every verb is walked once: no kind without words, no words without a verb, no place left open."""
    everything(noa, amir, shira, now)
    told = list(Notice.objects.select_related("recipient"))
    assert {notice.kind for notice in told} == set(KINDS) - NOT_YET - OUTSIDE
    for notice in told:
        assert_filled(notice)
        assert resolve(notice.path)
        assert notice.data.get("other") != notice.recipient.display_name, notice.kind
    assert max(len(notice.key) for notice in told) <= 85


def assert_filled(notice: Notice) -> None:
    filled = words(notice.kind, notice.data)
    for text in (filled.subject, filled.bell, filled.button, *filled.paragraphs):
        assert text.strip(), notice.kind
        assert not re.search(r"[{}]|None|\bTrue\b|\bFalse\b", text), (notice.kind, text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_has_its_four_parts_in_hebrew(kind):
    head, _, body = (TEXTS / f"{kind}.txt").read_text(encoding="utf-8").partition("\n\n")
    parts = dict(line.split(": ", 1) for line in head.splitlines())
    assert list(parts) == ["subject", "bell", "button"]
    for text in (*parts.values(), body):
        assert re.search("[א-ת]{2}", text)
    assert len(parts["subject"]) <= 78
    assert len(parts["bell"]) <= 90


@pytest.mark.parametrize("kind", KINDS)
def test_places_are_plain_names(kind):
    """No attribute and no index: what people typed is filled in, never looked into."""
    text = (TEXTS / f"{kind}.txt").read_text(encoding="utf-8")
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    assert all(name.isidentifier() for name in names)


def test_money_moments_and_names_stand_in_hebrew_text_as_they_should(now):
    data = {"number": "BH-1", "title": 'ארון "גבוה" {title}', "other": "Dana", "total": 1250_50}
    filled = words("place_client", data)
    assert hebrew.price(1250_50) in filled.paragraphs[1]
    assert hebrew.isolate("BH-1") in filled.subject
    assert hebrew.isolate('ארון "גבוה" {title}') in filled.bell
    due = words("warn_decide_client", {"number": "BH-1", "title": "x", "due": now.isoformat()})
    assert "יום ב׳, 23/11/2026, בשעה 10:00" in due.paragraphs[0]
    assert MONEY.isdisjoint(MOMENTS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_translator_gets_every_sentence_that_is_looked_up(kind, monkeypatch):
    """What Babel takes from a text is what `words` asks a catalogue for."""
    looked_up = []
    monkeypatch.setattr("house.notices.letters.gettext", lambda text: looked_up.append(text) or "x")
    words(kind, {})
    with (TEXTS / f"{kind}.txt").open("rb") as file:
        found = list(letters(file, (), (), {}))
    assert [message for _, _, message, _ in found] == looked_up
    rows = (TEXTS / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    assert all(message.splitlines()[0] in rows[line - 1] for line, _, message, _ in found)


def test_a_missing_place_is_a_defect():
    with pytest.raises(KeyError):
        words("place_client", {"number": "BH-1"})


def test_the_same_thing_is_told_once_to_the_same_person(noa, amir, now):
    """However often a step is tried."""
    first = tell(noa, "lifted", key="k", path="/", now=now)
    assert tell(noa, "lifted", key="k", path="/", now=now + timedelta(days=1)) is None
    assert tell(amir, "lifted", key="k", path="/", now=now) is not None
    assert Notice.objects.filter(kind="lifted").count() == 2
    assert (first.at, str(first)) == (now, f"k:{noa.pk}")
