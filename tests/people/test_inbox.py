"""Conversations, the order's thread, and the platform's copy (INB, DEC-40, DEC-45)."""

import socket
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from house import policy
from house.inbox.actions import open_conversation, open_thread, other_of, read, say, send
from house.inbox.models import Archived, Conversation, Message
from house.notices.letters import send as send_letter
from house.notices.models import Notice
from house.orders.actions import chat
from house.process import Refusal
from tests import make
from tests.orders.racing import TWENTY, at_once, empty_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(noa, amir, now) -> Conversation:
    return open_conversation(noa, amir, now=now)


def test_a_pair_has_one_conversation_whoever_begins(talk, noa, amir, now):
    """DEC-40"""
    assert open_conversation(amir, noa, now=now) == talk
    assert open_thread(amir, noa, about="order:BH-1", now=now) != talk
    assert str(talk) == f"{talk.a_id}-{talk.b_id} "


def test_nobody_talks_to_themselves(noa, now):
    """DEC-41: neither by the verb nor in the database."""
    with pytest.raises(Refusal, match="talking_to_yourself"):
        open_conversation(noa, noa, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.create(a=noa, b=noa, opened_at=now, last_at=now)


def test_a_message_is_sent_told_and_copied(talk, noa, amir, now):
    """INB-04, DEC-45"""
    row = say(talk, author=noa, text=" שלום,\r\nיש זמן? ", now=now)
    assert (row.text, str(row)) == ("שלום,\nיש זמן?", "שלום,\nיש זמן?")
    copy = Archived.objects.get()
    assert (copy.author_id, copy.text, copy.at, str(copy)) == (noa.pk, row.text, now, str(row.pk))
    notice = amir.notices.get(kind="message")
    assert (notice.path, notice.data) == (f"/inbox/{talk.pk}/", {"other": "נועה ברק"})
    assert not noa.notices.filter(kind="message").exists()
    assert (other_of(talk, noa), other_of(talk, amir)) == (amir, noa)


@pytest.mark.parametrize(
    ("text", "files", "code"),
    [
        ("", 0, "message_empty"),
        (" \u200b\n", 0, "message_empty"),
        ("א" * (policy.MESSAGE_MAX + 1), 0, "message_too_long"),
        ("", 1, ""),
        ("א" * policy.MESSAGE_MAX, 0, ""),
    ],
)
def test_what_a_message_is(talk, noa, now, text, files, code):
    ids = [uuid4() for _ in range(files)]
    if code:
        with pytest.raises(Refusal, match=code):
            send(talk, author=noa, text=text, now=now, files=ids)
        assert not Message.objects.exists()
    else:
        assert send(talk, author=noa, text=text, now=now, files=ids).files == ids


@pytest.mark.parametrize("who", ["dana", "shira"])
def test_a_stranger_says_nothing(talk, now, who, request):
    with pytest.raises(Refusal, match="stranger"):
        say(talk, author=request.getfixturevalue(who), text="שלום", now=now)
    assert not Archived.objects.exists()


def unread(user) -> int:
    return Conversation.objects.unread_by(user).count()


def test_what_is_newer_than_one_s_last_look_is_unread(talk, noa, amir, dana, now):
    assert (unread(noa), unread(amir)) == (0, 0)  # nothing was said
    say(talk, author=noa, text="שלום", now=now)
    assert (unread(noa), unread(amir), unread(dana)) == (0, 1, 0)
    read(talk, by=amir, now=now + timedelta(minutes=1))
    assert unread(amir) == 0
    say(Conversation.objects.get(), author=amir, text="שלום גם לך", now=now + timedelta(minutes=2))
    assert (unread(noa), unread(amir)) == (1, 0)
    assert list(Conversation.objects.visible_to(dana)) == []
    assert list(Conversation.objects.visible_to(noa)) == [talk]


def test_one_side_s_look_does_not_undo_the_other_s(talk, noa, amir, now):
    """Both have the page open: each writes only their own mark."""
    say(talk, author=noa, text="שלום", now=now)
    mine, theirs = Conversation.objects.get(), Conversation.objects.get()
    read(theirs, by=amir, now=now + timedelta(minutes=1))
    read(mine, by=noa, now=now + timedelta(minutes=2))
    assert unread(amir) == 0


# The order's thread (ORD-06)


@pytest.mark.parametrize("state", ["active", "approved"])
def test_both_sides_talk_in_the_order_while_it_lives_and_after(noa, amir, now, state):
    order = make.order(noa, amir, now, state=state)
    chat.say(order, text="מתי מגיעים?", files=[], by=noa, now=now)
    chat.say(order, text="בתשע", files=[], by=amir, now=now)
    assert order.thread.messages.count() == 2
    assert amir.notices.get(kind="order_message_provider").path == f"/orders/{order.number}/"
    assert noa.notices.filter(kind="order_message_client").count() == 1


@pytest.mark.parametrize("who", ["dana", "shira"])
def test_no_third_talks_in_an_order(noa, amir, now, who, request):
    order = make.order(noa, amir, now)
    with pytest.raises(Refusal, match="stranger"):
        chat.say(order, text="שלום", files=[], by=request.getfixturevalue(who), now=now)


def test_a_message_whose_notice_fails_is_not_sent(noa, amir, now, monkeypatch):
    """Nothing that happened goes unannounced: both, or neither."""

    def broken(*args, **kwargs):
        raise RuntimeError("no")

    order = make.order(noa, amir, now)
    monkeypatch.setattr("house.orders.diary.announce", broken)
    with pytest.raises(RuntimeError):
        chat.say(order, text="מתי מגיעים?", files=[], by=noa, now=now)
    assert not order.thread.messages.exists()


@pytest.mark.pg15
@pytest.mark.django_db(transaction=True)
def test_twenty_first_words_at_once_are_one_conversation(noa, amir, now):
    empty_queue()

    def speak(author, other):
        say(open_conversation(author, other, now=now), author=author, text="שלום", now=now)

    assert at_once([partial(speak, noa, amir), partial(speak, amir, noa)] * (TWENTY // 2)) == {"done": TWENTY}
    assert (Conversation.objects.count(), Message.objects.count(), Archived.objects.count()) == (1, TWENTY, TWENTY)
    empty_queue()


def test_a_link_in_a_message_is_not_followed(talk, noa, noa_web, monkeypatch, now):
    """What is never fetched leads nowhere: not into the operator's network, and to no counter of somebody else's."""

    def refuse(*arguments: object) -> None:
        raise AssertionError(f"the market calls {arguments}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    text = "ככה זה ייראה: http://169.254.169.254/latest/meta-data/ או http://localhost:5432/"
    answer = noa_web.post(f"/inbox/{talk.pk}/messages/", {"text": text})
    assert answer.status_code == 302
    page = noa_web.get(f"/inbox/{talk.pk}/").content.decode()
    assert "169.254.169.254" in page and '<img src="http' not in page
    for notice in Notice.objects.all():
        send_letter(notice)
