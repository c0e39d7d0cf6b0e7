"""Times without new orders (AVL, DEC-44, AMB-31)."""

from datetime import datetime, timedelta

import pytest

from house.catalog.search import market
from house.clock import ISRAEL
from house.inbox.actions import open_conversation, say
from house.orders.actions import chat, work
from house.orders.actions.checkout import open_for_quote
from house.people import away
from house.people.models import Away
from house.process import Refusal
from house.quotes import actions as quotes
from house.quotes.actions import StageRow

from .. import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def leave(amir, now, *, after: int = 0, days: int = 7, **more) -> Away:
    today = now.astimezone(ISRAEL).date()
    words = {"starts_on": today + after * DAY, "returns_on": today + (after + days) * DAY, "reason": "holiday", **more}
    return away.plan(amir.profile, now=now, **words)


def midnight(day) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ISRAEL)


def test_offers_leave_the_market_and_come_back_by_themselves(amir, now):
    """AVL-03, AVL-04, AVL-09, DEC-44, SRC-07, F-5, F-6: to the millisecond, also before the worker has come by."""
    offer = make.offer(amir, now)
    row = leave(amir, now, after=2)
    begins, ends = midnight(row.starts_on), midnight(row.returns_on)
    instant = timedelta(milliseconds=1)
    shown = [offer in market(at) for at in (now, begins - instant, begins, ends - instant, ends)]
    assert shown == [True, True, False, False, True]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"after": -1}, "away_in_the_past"),
        ({"days": 0}, "away_backwards"),
        ({"after": 300, "days": 100}, "away_too_long"),
        ({"note": "להתקשר 052-1234567"}, "contact_details"),
    ],
)
def test_what_makes_no_sense_is_refused(amir, now, words, code):
    """AVL-03, AVL-04, AVL-06, DEC-19"""
    with pytest.raises(Refusal, match=code):
        leave(amir, now, **words)


def test_a_new_plan_takes_the_place_of_the_one_before(amir, now):
    """AVL-03: one that overlaps another is the same time, changed; one that has begun may still be prolonged."""
    leave(amir, now)
    later = now + 3 * DAY
    begun = away.of(amir, later)
    returns = begun.returns_on + 5 * DAY
    away.plan(amir.profile, starts_on=begun.starts_on, returns_on=returns, reason="busy", now=later)
    assert Away.objects.get().returns_on == returns


def test_nobody_new_orders_while_its_provider_is_away(noa, amir, now):
    """AVL-01, AMB-31, O-1: nor by a custom offer."""
    offer = make.offer(amir, now)
    words = {"offer": offer, "text": "צביעה של שני חדרים", "stages": [StageRow("", 900_00, 4)]}
    sent = quotes.send(open_conversation(noa, amir, now=now), by=amir, now=now, **words)
    leave(amir, now)
    with pytest.raises(Refusal, match="away"):
        make.checkout(offer, noa, now)
    with pytest.raises(Refusal, match="away"):
        open_for_quote(sent, client=noa, now=now)
    away.end(amir.profile)
    make.checkout(offer, noa, now)


def test_new_clients_write_only_when_they_are_let(noa, amir, now):
    """AVL-10, AVL-11"""
    thread = open_conversation(noa, amir, now=now)
    leave(amir, now)
    with pytest.raises(Refusal, match="away"):
        say(thread, author=noa, text="אפשר להזמין?", now=now)
    leave(amir, now, new_clients=True)
    say(thread, author=noa, text="אפשר להזמין?", now=now)


def test_open_orders_go_on_and_their_clients_write(noa, amir, now):
    """AVL-13, AVL-14"""
    order = make.order(noa, amir, now)
    leave(amir, now)
    chat.say(order, text="מתי מגיעים?", files=[], by=noa, now=now)
    say(open_conversation(noa, amir, now=now), author=noa, text="שאלה נוספת", now=now)
    make.deliver(order, now + DAY)
    assert work.accept(make.stage(order), by=noa, now=now + DAY)


def test_the_note_stands_on_the_profile_the_offer_and_the_conversation(noa, noa_web, amir, now):
    """AVL-05, AVL-07, AMB-31: the direct link stays, with the note and without a way to order."""
    offer = make.offer(amir, now)
    row = leave(amir, now, note="בטיול משפחתי בצפון")
    Away.objects.update(returns_on=datetime.now(ISRAEL).date() + 9 * DAY, starts_on=row.starts_on - 99 * DAY)
    thread = open_conversation(noa, amir, now=now)
    pages = {path: noa_web.get(path).content.decode() for path in (f"/inbox/{thread.pk}/", "/pro/amir/", offer.path)}
    assert all("בטיול משפחתי בצפון" in page for page in pages.values())
    assert "המשך להזמנה" not in pages[offer.path]


def test_it_is_set_from_the_profile_and_ended_early(amir, amir_web):
    """AVL-02, AVL-08, AVL-12"""
    assert "הגדר זמינות" in amir_web.get("/seller/profile/").content.decode()
    page = amir_web.get("/seller/availability/").content.decode()
    assert "נספרות בשיעור המענה" in page
    today = datetime.now(ISRAEL).date()
    sent = {"starts_on": f"{today}", "returns_on": f"{today + 3 * DAY}", "reason": "busy", "note": "חוזרים בקרוב"}
    assert amir_web.post("/seller/availability/", sent).status_code == 302
    assert Away.objects.get().reason == "busy"
    amir_web.post("/seller/availability/return/")
    assert not Away.objects.exists()
