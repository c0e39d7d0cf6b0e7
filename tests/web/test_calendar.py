"""The calendar of a provider, and its feed (INV-03, INV-04)."""

import re
from datetime import timedelta

import pytest

from house.catalog import actions as catalog
from house.desk import people
from house.orders.actions import requests, support, tasks
from house.web.views.calendar import escaped, folded, token_of

from .. import make
from .world import upload

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def moment(moments):
    return moments.now


@pytest.fixture
def busy(noa, amir, now):
    """A delivery with an open request, a task, and a paused offer."""
    order = make.order(noa, amir, now)
    tasks.add(order, text="לקנות צבע, מברשות; ודבק", day=(now + 2 * DAY).date(), by=amir, now=now)
    words = {"reason": "other", "explanation": "התוכניות השתנו ואין צורך", "by": noa, "now": now}
    words["files"] = [upload(noa, order.about, now)]
    requests.ask_cancellation(make.stage(order), **words)
    catalog.pause(order.offer, by=amir, now=now, returns_on=(now + 4 * DAY).date())
    return order


def test_everything_that_is_due_stands_by_day(amir_web, busy):
    """INV-03, INV-04"""
    page = amir_web.get("/seller/calendar/").content.decode()
    for word in ("מסירה:", "תשובה לבקשה:", "משימה:", "הצעה חוזרת לאוויר:", "נובמבר 2026", "28/11/2026", "25/11/2026"):
        assert word in page
    assert f"/orders/{busy.number}/tasks/" in page
    assert "משימה:" not in amir_web.get("/seller/calendar/?month=2027-01").content.decode()
    assert amir_web.get("/seller/calendar/?month=nonsense").status_code == 200


def test_what_is_done_is_not_due(amir, amir_web, busy, now):
    """INV-04"""
    row = busy.tasks.get()
    tasks.change(row, text=row.text, day=row.day, state="done", by=amir, now=now)
    assert "משימה:" not in amir_web.get("/seller/calendar/").content.decode()


def test_the_feed_follows_the_format(client, amir, busy):
    """INV-03; RFC 5545: lines of 75 octets ended by CRLF, text escaped, moments in UTC"""
    answer = client.get(f"/calendar/{token_of(amir)}.ics")
    text = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 4
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    whole = text.replace("\r\n ", "")
    assert "DTSTART:20261125T080000Z" in whole  # the answer, 48 hours from ten in Israel
    assert "DTSTART;VALUE=DATE:20261127" in whole
    assert "SUMMARY:משימה: לקנות צבע\\, מברשות\\; ודבק" in whole


def test_a_letter_of_several_octets_is_never_cut():
    """RFC 5545, 3.1"""
    line = "SUMMARY:" + "שלום" * 40
    assert folded(line).replace("\r\n ", "") == line
    assert max(len(part.encode()) for part in folded(line).split("\r\n")) <= 75
    assert escaped("א\\ב\nג") == "א\\\\ב\\nג"


@pytest.mark.parametrize("token", ["1.abc", "nonsense", "999999.x", "1-1.abc", "-.x"])
def test_a_guessed_feed_is_nobodys(client, busy, token):
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_the_name_of_a_feed_is_nothing_without_its_signature(client, amir, busy):
    """INV-07"""
    name, _, signature = token_of(amir).partition(".")
    found = [client.get(f"/calendar/{name}.{each}.ics").status_code for each in (signature, signature[::-1], "x")]
    assert found == [200, 404, 404]


def test_the_feed_of_a_closed_account_is_gone(client, amir, busy):
    amir.is_active = False
    amir.save()
    assert client.get(f"/calendar/{token_of(amir)}.ics").status_code == 404


def test_the_page_shows_the_address(amir, amir_web):
    """INV-03"""
    assert f"/calendar/{token_of(amir)}.ics" in amir_web.get("/seller/calendar/").content.decode()


def test_the_address_is_renewed_and_the_old_one_leads_nowhere(client, amir, amir_web, noa_web, busy):
    """INV-03"""
    old = token_of(amir)
    assert amir_web.post("/seller/calendar/address/").status_code == 302
    amir.profile.refresh_from_db()
    assert client.get(f"/calendar/{old}.ics").status_code == 404
    assert client.get(f"/calendar/{token_of(amir)}.ics").status_code == 200
    assert token_of(amir) in amir_web.get("/seller/calendar/").content.decode()


def test_a_suspended_provider_keeps_their_calendar(client, amir, shira, busy, now):
    """DEC-37: what is open is finished; a blocked one has none"""
    people.suspend(amir, until=None, by=shira, why="הפרה חוזרת", now=now)
    path = f"/calendar/{token_of(amir)}.ics"
    assert client.get(path).status_code == 200
    people.block(amir, by=shira, why="הונאה", now=now)
    assert client.get(path).status_code == 404


def test_the_feed_names_nobody(client, amir, noa, busy):
    """INV-03: no more of people than is needed"""
    text = client.get(f"/calendar/{token_of(amir)}.ics").content.decode().replace("\r\n ", "")
    for word in (noa.display_name, noa.email, amir.email, noa.first_name):
        assert word not in text


def test_every_event_is_whole(client, amir, busy):
    """RFC 5545, 3.6.1: UID and DTSTAMP once in each, and no UID twice; the same at the next look"""
    first, second = (client.get(f"/calendar/{token_of(amir)}.ics").content.decode() for _ in range(2))
    uids = re.findall(r"^UID:(.+)\r$", first, re.MULTILINE)
    assert len(uids) == len(set(uids)) == first.count("BEGIN:VEVENT") == first.count("DTSTAMP:")
    assert re.findall(r"^UID:(.+)\r$", second, re.MULTILINE) == uids
    assert first.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") and first.endswith("END:VCALENDAR\r\n")


def test_tasks_of_an_order_that_ended_stay_as_long_as_they_may_change(amir, amir_web, busy, moments, shira):
    """INV-04"""
    support.cancel(busy, reason="by_mistake", why="לבקשת שני הצדדים", by=shira, now=moments.now)
    assert "משימה:" in amir_web.get("/seller/calendar/").content.decode()
    moments.go(days=31)
    assert "משימה:" not in amir_web.get("/seller/calendar/?month=2026-11").content.decode()
