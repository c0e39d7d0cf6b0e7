"""A message in which too much was hidden: its author asks for another look, staff show it (DEC-19)."""

import pytest

from house.desk import masking
from house.desk.models import Case
from house.inbox.actions import open_conversation, say
from house.people.models import AuditEntry, Role
from house.process import Refusal

from .. import persons
from .page import send, visit

pytestmark = pytest.mark.django_db

WORDS = "מספר הקטלוג של הברז 052-1234567"


@pytest.fixture
def hidden(noa, amir, now):
    """Noa's message to Amir, before any order."""
    return say(open_conversation(noa, amir, now=now), author=noa, text=WORDS, now=now)


def address(message) -> str:
    return f"/inbox/{message.conversation_id}/messages/{message.pk}/appeal/"


def test_an_appeal_brings_the_hidden_words_and_staff_show_them(hidden, noa, noa_web, amir_web, shira_web):
    assert address(hidden) in dict(visit(noa_web, f"/inbox/{hidden.conversation_id}/").links)
    assert WORDS in visit(noa_web, address(hidden)).text
    send(noa_web, address(hidden), {"text": "זה מספר קטלוג"})
    case = Case.objects.get()
    assert (case.kind, case.opened_by) == ("support", noa) and WORDS in case.text and "זה מספר קטלוג" in case.text
    page = visit(shira_web, f"/staff/cases/{case.number}/")
    assert "•••" in page.text and "להציג כפי שנכתבה ולסגור" in page.text
    shira_web.post(f"/staff/cases/{case.number}/unmasking/")
    for browser in (noa_web, amir_web):
        assert WORDS in visit(browser, f"/inbox/{hidden.conversation_id}/").text
    case.refresh_from_db()
    assert case.state == "closed" and AuditEntry.objects.filter(what="message_unmasked").count() == 1
    assert "להציג כפי שנכתבה" not in visit(shira_web, f"/staff/cases/{case.number}/").text


def test_asking_twice_is_one_case(hidden, noa, now):
    first = masking.appeal(hidden, by=noa, text="", now=now)
    assert masking.appeal(hidden, by=noa, text="שוב", now=now) == first


def test_only_its_author_appeals(hidden, amir, amir_web, dana_web, now):
    with pytest.raises(Refusal, match="stranger"):
        masking.appeal(hidden, by=amir, text="", now=now)
    assert amir_web.get(address(hidden)).status_code == dana_web.get(address(hidden)).status_code == 404


def test_what_is_shown_is_not_hidden_again_and_needs_no_appeal(hidden, noa, shira, now):
    case = masking.appeal(hidden, by=noa, text="", now=now)
    masking.unmask(case, by=shira, now=now)
    with pytest.raises(Refusal, match="not_masked"):
        masking.appeal(hidden, by=noa, text="", now=now)
    with pytest.raises(Refusal, match="case_closed"):
        masking.unmask(case, by=shira, now=now)


def test_a_case_about_something_else_shows_no_message(hidden, noa, shira, now):
    other = masking.open_support_case(by=noa, about="", subject="שאלה", text="מתי?", now=now)
    with pytest.raises(Refusal, match="not_masked"):
        masking.unmask(other, by=shira, now=now)
    other.refresh_from_db()
    assert other.state == "open"


def test_an_editor_shows_nothing(hidden, noa, now):
    """DEC-20"""
    editor = persons.staff("gal", "גל", "אור", now, Role.EDITOR)
    with pytest.raises(Refusal, match="wrong_party"):
        masking.unmask(masking.appeal(hidden, by=noa, text="", now=now), by=editor, now=now)
