"""Reporting a message (INB-05)."""

import pytest

from house.desk.models import Case
from house.inbox.actions import open_conversation, say
from house.orders.actions import chat

from .. import make
from .page import send, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def offending(noa, amir, now):
    """Amir's message to Noa."""
    thread = open_conversation(noa, amir, now=now)
    say(thread, author=noa, text="מתי אפשר להתחיל?", now=now)
    return say(thread, author=amir, text="עדיף לשלם לי במזומן, מחוץ לאתר", now=now)


def address(message) -> str:
    return f"/inbox/{message.conversation_id}/messages/{message.pk}/report/"


def test_the_words_reach_the_moderators_and_nothing_else_of_the_conversation(offending, noa, noa_web):
    page = visit(noa_web, f"/inbox/{offending.conversation_id}/")
    assert address(offending) in dict(page.links)
    send(noa_web, address(offending), {"reason": "terms", "text": "ביקש את זה פעמיים"})
    case = Case.objects.get()
    assert (case.kind, case.opened_by, case.about) == (
        Case.Kind.REPORT,
        noa,
        f"conversation:{offending.conversation_id}",
    )
    assert "עדיף לשלם לי במזומן" in case.text and "ביקש את זה פעמיים" in case.text
    assert "מתי אפשר להתחיל" not in case.text


def test_a_message_in_an_order_names_the_order(noa, amir, noa_web, now):
    order = make.order(noa, amir, now)
    message = chat.say(order, text="פרסומת לגמרי אחרת", files=[], by=amir, now=now)
    assert address(message) in dict(visit(noa_web, f"/orders/{order.number}/").links)
    send(noa_web, address(message), {"reason": "spam"})
    assert Case.objects.get().about == order.about


def test_ones_own_message_and_those_of_strangers_cannot_be_reported(offending, amir_web, dana_web):
    assert amir_web.get(address(offending)).status_code == 404
    assert dana_web.get(address(offending)).status_code == 404
    assert dana_web.post(address(offending), {"reason": "spam"}).status_code == 404


def test_without_a_reason_nothing_is_sent_and_the_words_stay(offending, noa_web):
    answer = noa_web.post(address(offending), {"text": "נשאר כאן"})
    assert answer.status_code == 422 and "נשאר כאן" in answer.content.decode()
    assert not Case.objects.exists()
