"""The onboarding questionnaire (ONB): sent once, answered in part and again, seen by both sides."""

from datetime import timedelta

import pytest

from house import policy
from house.orders.actions import questionnaire
from house.orders.models import Order, Questionnaire
from house.orders.onboarding import QUESTIONS
from house.process import Refusal
from tests import make
from tests.web.page import send, visit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def order(noa, amir, now) -> Order:
    return make.order(noa, amir, now)


def test_the_questions_are_those_of_the_rules():
    """ONB-02…21; AMB-33: nobody is asked for a password."""
    assert len(QUESTIONS) == 20
    assert not any("סיסמ" in question for question, _help in QUESTIONS.values())


def test_it_is_sent_once_and_answered_over_several_visits(order, noa, amir, now):
    """ONB-01"""
    for _ in range(2):
        questionnaire.send(order, by=amir, now=now)
    assert noa.notices.filter(kind="questionnaire_client").count() == 1
    questionnaire.answer(order, {"name": "סטודיו ברק", "about": " ", "nonsense": "x"}, by=noa, now=now)
    row = questionnaire.answer(order, {"name": "סטודיו ברק", "faq": "מתי פתוח?\r\nתמיד"}, by=noa, now=now)
    assert row.answers == {"name": "סטודיו ברק", "faq": "מתי פתוח?\nתמיד"}
    assert amir.notices.filter(kind="questionnaire_provider").count() == 1
    questionnaire.answer(order, {}, by=noa, now=now + DAY)
    assert Questionnaire.objects.get().answers == {}
    assert amir.notices.filter(kind="questionnaire_provider").count() == 2


def test_each_side_has_its_own_part(order, noa, amir, dana, now):
    with pytest.raises(Refusal, match="wrong_party"):
        questionnaire.send(order, by=noa, now=now)
    with pytest.raises(Refusal, match="questionnaire_missing"):
        questionnaire.answer(order, {}, by=noa, now=now)
    questionnaire.send(order, by=amir, now=now)
    with pytest.raises(Refusal, match="wrong_party"):
        questionnaire.answer(order, {}, by=amir, now=now)
    with pytest.raises(Refusal, match="stranger"):
        questionnaire.answer(order, {}, by=dana, now=now)
    with pytest.raises(Refusal, match="message_too_long"):
        questionnaire.answer(order, {"name": "א" * (policy.MESSAGE_MAX + 1)}, by=noa, now=now)


def test_from_the_orders_page_to_the_answers(order, noa_web, amir_web, noa):
    place = f"/orders/{order.number}/"
    assert noa_web.get(f"{place}questionnaire/").status_code == 404
    assert "שליחת השאלון" in visit(amir_web, place).text
    assert "שאלון היכרות" not in visit(noa_web, place).text
    amir_web.post(f"{place}questionnaire/sending/")
    assert f"{place}questionnaire/" in visit(noa_web, place).hrefs("/orders/")
    page = visit(noa_web, f"{place}questionnaire/")
    assert "סיסמאות לא כותבים כאן" in page.text
    send(noa_web, f"{place}questionnaire/answers/", {"unique": "עובדים גם בשבת בבוקר"})
    assert (
        visit(noa_web, f"{place}questionnaire/").form(f"{place}questionnaire/answers/").values["unique"]
        == "עובדים גם בשבת בבוקר"
    )
    text = visit(amir_web, f"{place}questionnaire/").text
    assert "עובדים גם בשבת בבוקר" in text and "1/20" in text
    assert amir_web.post(f"{place}questionnaire/answers/", {"unique": "אחר"}).status_code == 404
    assert noa_web.post(f"{place}questionnaire/sending/").status_code == 404
    long = {"name": "א" * (policy.MESSAGE_MAX + 1)}
    page = noa_web.post(f"{place}questionnaire/answers/", long)
    assert page.status_code == 422 and long["name"] in page.content.decode()
