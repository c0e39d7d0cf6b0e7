"""Live updates over a real process: who hears what, when, and until when."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client as Browser

from house.inbox.actions import open_conversation, read, say
from house.live import ring
from house.notices.models import Notice
from house.people.models import StaffRole, User
from tests import make
from tests.orders.racing import empty_queue

from .ear import Ear, waited
from .stream import SITE

pytestmark = pytest.mark.django_db(transaction=True)
HELLO = "שלום, אפשר לשאול משהו על העבודה?"


@pytest.fixture(autouse=True)
def queue(transactional_db):
    yield
    empty_queue()


def test_a_message_is_heard_by_both_and_by_nobody_else(listens, noa, amir, dana, now):
    ears = [listens(who) for who in (noa, amir, dana)]
    thread = open_conversation(noa, amir, now=now)
    say(thread, author=noa, text=HELLO, now=now + timedelta(seconds=1))  # at once it would count as looking, too
    assert ears[0].hears(f"talk:{thread.pk}") and ears[1].hears(f"talk:{thread.pk}") and ears[1].hears("bell")
    ring(dana.pk, "last")
    assert ears[2].hears("last")
    assert ears[2].heard == ["hello", "last"]


def test_a_step_of_an_order_is_heard_by_its_two_sides(listens, noa, amir, dana, now):
    order = make.order(noa, amir, now)
    ears = [listens(who) for who in (noa, amir, dana)]
    make.deliver(order, now)
    assert ears[0].hears(order.about) and ears[1].hears(order.about)
    ring(dana.pk, "last")
    assert ears[2].hears("last") and order.about not in ears[2].heard


def test_what_is_rolled_back_is_not_heard(listens, noa, amir, now):
    ear = listens(amir)
    thread = open_conversation(noa, amir, now=now)
    with transaction.atomic():
        say(thread, author=noa, text=HELLO, now=now)
        transaction.set_rollback(True)
    ring(amir.pk, "last")
    assert ear.hears("last")
    assert ear.heard == ["hello", "last"]


def test_a_read_mark_is_heard_once_and_looking_again_rings_no_more(listens, noa, amir, now):
    thread = open_conversation(noa, amir, now=now)
    say(thread, author=noa, text=HELLO, now=now)
    thread.refresh_from_db()
    ear = listens(noa)
    for _ in range(3):
        read(thread, by=amir, now=now)
    ring(noa.pk, "last")
    assert ear.hears("last")
    assert ear.heard == ["hello", f"talk:{thread.pk}", "last"]


def test_reading_the_bell_is_heard_in_other_windows(listens, noa, amir, now):
    say(open_conversation(noa, amir, now=now), author=noa, text=HELLO, now=now)
    ear = listens(amir)
    Notice.objects.filter(recipient=amir).update(read_at=now)
    assert ear.hears("bell")


def test_nobody_hears_without_a_session(stream, noa):
    """A guest, a made-up key and a broken cookie; 204 ends a browser's asking."""
    for headers in ({}, {"Cookie": "sessionid=made-up"}, {"Cookie": 'sessionid="; ===; a=b'}):
        assert stream.asked("GET", "/stream/", **headers) == 204


@pytest.mark.parametrize(("method", "path"), [("POST", "/stream/"), ("GET", "/stream/7/"), ("GET", "/")])
def test_there_is_one_address_and_one_way_to_ask(stream, method, path):
    assert stream.asked(method, path) == 404


def test_only_our_own_pages_may_read_the_stream(stream, session, noa):
    key = session(noa)
    ours, theirs = (Ear(stream.port, key, Origin=origin) for origin in (SITE, "https://elsewhere.example"))
    assert ours.answer.headers["Access-Control-Allow-Origin"] == SITE
    assert ours.answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert theirs.answer.headers["Access-Control-Allow-Origin"] is None
    for ear in (ours, theirs):
        ear.close()


def test_signing_out_closes_the_stream_of_that_session_alone(listens, session, noa):
    here, elsewhere = Browser(), listens(noa)
    here.force_login(noa)
    ear = listens(noa, here.session.session_key)
    here.post("/accounts/logout/")
    assert ear.ends()
    ring(noa.pk, "last")
    assert elsewhere.hears("last")


def suspend(user: User) -> None:
    User.objects.filter(pk=user.pk).update(standing=User.Standing.SUSPENDED)


def give_role(user: User) -> None:
    StaffRole.objects.create(user=user, role="support")


def change_password(user: User) -> None:
    user.set_password("another-good-password-7")
    user.save()


@pytest.mark.parametrize("change", [suspend, give_role, change_password])
def test_a_change_of_rights_closes_every_stream_of_the_person(listens, noa, amir, change):
    """DEC-37: the browser asks again, as whoever it may be by then."""
    ears, other = [listens(noa), listens(noa)], listens(amir)
    change(noa)
    assert all(ear.ends() for ear in ears)
    assert not other.over.is_set()


def test_who_is_blocked_gets_no_new_stream(stream, session, noa):
    """DEC-37"""
    key = session(noa)
    User.objects.filter(pk=noa.pk).update(standing=User.Standing.BLOCKED)
    assert stream.asked("GET", "/stream/", Cookie=f"sessionid={key}") == 204
    assert Session.objects.filter(session_key=key).exists()


def test_the_oldest_of_too_many_streams_ends(listens, noa, monkeypatch):
    from house import policy

    ears = [listens(noa) for _ in range(policy.STREAMS_PER_PERSON + 1)]
    assert ears[0].ends()
    ring(noa.pk, "last")
    assert all(ear.hears("last") for ear in ears[1:])


def test_a_database_that_was_away_loses_nothing(listens, noa):
    """The ear hangs up; who listens is greeted again, and looks at everything."""
    ear = listens(noa)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query = 'LISTEN live'"
        )
        assert cursor.rowcount == 1
    assert waited(lambda: ear.heard.count("hello") == 2)
    ring(noa.pk, "last")
    assert ear.hears("last")


def test_a_word_that_is_none_of_ours_breaks_nothing(listens, noa):
    ear = listens(noa)
    with connection.cursor() as cursor:
        for payload in ("", "nobody knows", "-", "7"):
            cursor.execute("SELECT pg_notify('live', %s)", [payload])
    ring(noa.pk, "last")
    assert ear.hears("last")


def test_fifty_words_a_second_come_within_a_moment(listens, noa, amir):
    """The bar is 300 ms from message to screen; here up to the browser's door, on a machine that does other things."""
    ear, late = listens(amir), []
    for number in range(50):
        began = time.monotonic()
        ring(amir.pk, f"word:{number}")
        assert ear.hears(f"word:{number}")
        late.append(time.monotonic() - began)
    assert sorted(late)[47] < 5, late
