"""The board, and the letter about what is new on it (REQ-07, DEC-13, DEC-39, DEC-47)."""

from datetime import timedelta

import pytest

from house import policy
from house.board import actions as board
from house.board.announcing import announce
from house.board.finding import Wanted, find
from house.catalog import actions as catalog
from house.desk import people
from house.people.models import Place, Profile, User

from .. import make, persons

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def seen(by, now, **wanted) -> list[int]:
    return [row.pk for row in find(Wanted(**wanted), by=by, now=now)]


def test_the_newest_stands_first(noa, amir, now):
    """REQ-07"""
    first = make.request(noa, now)
    second = make.request(noa, now + HOUR)
    assert seen(amir, now + DAY) == [second.pk, first.pk]


@pytest.mark.parametrize(
    "state", ["draft", "pending", "returned", "refused", "paused", "closed", "expired", "discarded"]
)
def test_only_what_is_open_stands_on_it(noa, amir, now, state):
    """DEC-13, REQ-01"""
    make.request(noa, now, state=state)
    assert seen(amir, now + HOUR) == []


def test_what_is_over_is_gone_before_the_worker_comes(noa, amir, now):
    """DEC-30"""
    row = make.request(noa, now)
    assert seen(amir, row.closes_at) == []


def test_whoever_may_buy_nothing_asks_for_nothing(noa, amir, shira, now):
    """DEC-37"""
    make.request(noa, now)
    people.suspend(noa, until=None, by=shira, why="הפרה חוזרת", now=now)
    assert seen(amir, now) == []


def test_ones_own_is_not_on_it(amir, now):
    """DEC-41"""
    make.request(amir, now)
    assert seen(amir, now) == []


def test_it_is_narrowed_by_category_budget_and_time(noa, amir, now):
    """REQ-07"""
    row = make.request(noa, now)
    unknown = make.request(noa, now, budget=None, when="now")
    assert seen(amir, now, categories=[row.category_id + 1]) == []
    assert seen(amir, now, categories=[row.category_id]) == [unknown.pk, row.pk]
    assert seen(amir, now, budget=20_000_00) == [unknown.pk, row.pk]
    assert seen(amir, now, budget=20_000_01) == [unknown.pk]  # what is not known may be enough
    assert seen(amir, now, when="now") == [unknown.pk]


def test_and_by_distance(noa, amir, now):
    """REQ-07, DEC-17"""
    row = make.request(noa, now)
    ashkelon = Place.objects.get(slug="ashkelon")
    far = Place.objects.create(slug="eilat", name="אילת", kind="city", lat="29.56", lon="34.95")
    far.refresh_from_db()
    assert 230 < far.km_to(ashkelon) < 245
    assert seen(amir, now, place=far, within=50) == []
    assert seen(amir, now, place=ashkelon, within=10) == [row.pk]


def test_not_relevant_hides_it_from_one_and_can_be_undone(noa, amir, now):
    """DEC-13"""
    row, rival = make.request(noa, now), persons.provider("rival", "רון", "כץ", now)
    for _ in range(2):
        board.hide(row, by=amir)
    assert (seen(amir, now), seen(amir, now, hidden=True), seen(rival, now)) == ([], [row.pk], [row.pk])
    for _ in range(2):
        board.unhide(row, by=amir)
    assert (seen(amir, now), seen(amir, now, hidden=True)) == ([row.pk], [])


# --- letters


def told(user) -> list[dict]:
    return [row.data for row in user.notices.filter(kind="board_digest").order_by("pk")]


def test_providers_of_the_category_get_one_letter_about_all_that_is_new(noa, amir, now):
    """DEC-47: a digest"""
    make.offer(amir, now)
    make.request(noa, now)
    make.request(noa, now + HOUR, title="החלפת ברזים בבית")
    assert announce(now + DAY) == 1
    assert told(amir) == [{"number": 2, "text": "שיפוץ חדר רחצה קטן\nהחלפת ברזים בבית"}]
    assert announce(now + DAY + HOUR) == 0


def test_a_request_is_told_once(noa, amir, now):
    """DEC-47: also after it was opened again"""
    make.offer(amir, now)
    row = make.request(noa, now)
    announce(now + HOUR)
    board.pause(row, by=noa, now=now + HOUR)
    board.resume(row, by=noa, now=now + DAY)
    assert announce(now + 2 * DAY) == 0


def test_others_get_none(noa, amir, now):
    """DEC-39, DEC-47: no offer there, not authorised, opted out, suspended"""
    make.request(noa, now)
    assert announce(now) == 0  # nobody offers anything there
    rows = {name: persons.provider(name, name, "לוי", now) for name in ("open", "deaf", "frozen")}
    for provider in rows.values():
        make.offer(provider, now)
    Profile.objects.filter(user=rows["open"]).update(authorised_at=None)
    board.set_digest(rows["deaf"].profile, wanted=False)
    User.objects.filter(pk=rows["frozen"].pk).update(standing=User.Standing.SUSPENDED)
    make.offer(amir, now)
    make.request(noa, now)
    assert announce(now + DAY) == 1
    assert [bool(told(user)) for user in (amir, *rows.values())] == [True, False, False, False]
    board.set_digest(rows["deaf"].profile, wanted=True)
    make.request(noa, now)
    assert announce(now + 2 * DAY) == 2


def test_a_paused_offer_is_no_ground_for_a_letter(noa, amir, now):
    """DEC-47"""
    catalog.pause(make.offer(amir, now), by=amir, now=now, returns_on=None)
    make.request(noa, now)
    assert announce(now + DAY) == 0


def test_never_to_more_than_policy_says(noa, amir, now, monkeypatch):
    """DEC-47: the best of the category by rank"""
    monkeypatch.setattr(policy, "REQUEST_TOLD_MAX", 1)
    rival = persons.provider("rival", "רון", "כץ", now)
    offers = [make.offer(user, now) for user in (amir, rival)]
    for rank, offer in enumerate(offers):
        offer.rank = rank
        offer.save()
    make.request(noa, now)
    assert announce(now + DAY) == 1
    assert (told(amir), bool(told(rival))) == ([], True)
