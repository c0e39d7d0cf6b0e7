"""A provider sends a custom offer (COF, DEC-13): to whom, on what ground, within which limits."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from house import policy
from house.catalog import actions as catalog
from house.catalog.actions import ExtraRow
from house.catalog.extras import OwnLine
from house.desk import people
from house.inbox.actions import open_conversation, open_thread
from house.people.models import Profile, User
from house.process import Refusal
from house.quotes import actions as quotes
from house.quotes.actions import StageRow
from house.quotes.models import Quote, QuoteStage

from .. import make, persons

DAY = timedelta(days=1)
TEXT = "כמו שדיברנו, צביעה של הסלון ושני חדרים."
ONE = [StageRow("", 1_200_00, 5, revisions=2)]
TWO = [StageRow("הכנה", 400_00, 3, "קירות חלקים", 1), StageRow("צבע", 800_00, 6, revisions=None)]


@pytest.fixture
def offer(amir, now):
    return make.offer(amir, now)


@pytest.fixture
def thread(noa, amir, now):
    return open_conversation(noa, amir, now=now)


def send(thread, offer, now, **changes) -> Quote:
    words = {"by": offer.provider, "offer": offer, "text": TEXT, "stages": ONE, "now": now}
    return quotes.send(thread, **{**words, **changes})


def refused(code: str, thread, offer, now, **changes) -> Refusal:
    with pytest.raises(Refusal) as found:
        send(thread, offer, now, **changes)
    assert found.value.code == code
    assert not Quote.objects.exists()
    return found.value


def test_it_stands_in_the_conversation_and_the_client_is_told(thread, offer, noa, now):
    """COF-01, COF-03, COF-04, NOT-13"""
    row = send(thread, offer, now)
    message = thread.messages.get()
    assert (message.card, message.text) == (row.about, TEXT)
    notice = noa.notices.get(kind="quote_sent")
    assert (notice.path, notice.data["total"]) == (f"/quotes/{row.pk}/", 1_200_00)
    assert (row.client, row.provider, row.title, row.days, row.first_payment) == (
        noa, offer.provider, offer.title, 5, 1_200_00,
    )  # fmt: skip


def test_it_can_be_sent_to_whoever_has_not_asked(amir, dana, offer, now):
    """COF-02: proactively"""
    assert send(open_conversation(dana, amir, now=now), offer, now).client == dana


def test_it_is_valid_for_seven_days_unless_said_otherwise(thread, offer, now):
    """DEC-13: 1–30 days"""
    assert send(thread, offer, now).expires_at == now + 7 * DAY
    for days in (1, 30):
        assert send(thread, offer, now, expires_in=days, text=f"{TEXT} {days}").expires_at == now + days * DAY


@pytest.mark.parametrize("days", [0, 31, -1])
def test_no_other_life_is_possible(thread, offer, now, days):
    """DEC-13"""
    refused("bad_quote_expiry", thread, offer, now, expires_in=days)


def test_only_a_published_offer_of_ones_own_is_its_ground(thread, offer, now, shira):
    """COF-01"""
    foreign = make.offer(persons.provider("rival", "רון", "כץ", now), now)
    refused("not_your_offer", thread, foreign, now, by=offer.provider)
    refused("offer_closed", thread, make.draft(offer.provider, now), now)
    catalog.pause(offer, by=offer.provider, now=now, returns_on=None)
    offer.refresh_from_db()
    refused("offer_closed", thread, offer, now)


def test_whoever_is_outside_the_conversation_sends_nothing(noa, dana, amir, offer, now):
    """COF-03, DEC-40"""
    refused("stranger", open_conversation(noa, dana, now=now), offer, now)
    refused("stranger", open_thread(noa, amir, about="order:BH-1", now=now), offer, now)


def test_nobody_offers_to_themselves(amir, offer, now):
    """DEC-41: there is no such conversation, and the database keeps it"""
    with pytest.raises(Refusal, match="talking_to_yourself"):
        open_conversation(amir, amir, now=now)
    row = send(open_conversation(amir, persons.client("eve", "חוה", "גל", now), now=now), offer, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quote.objects.filter(pk=row.pk).update(client=amir)


def test_a_suspended_provider_sends_nothing(thread, offer, amir, shira, now):
    """DEC-37"""
    people.suspend(amir, until=None, by=shira, why="הפרה חוזרת", now=now)
    refused("suspended", thread, offer, now, by=User.objects.get(pk=amir.pk))


@pytest.mark.parametrize("change", [{"standing": "suspended"}, {"standing": "blocked"}, {"is_active": False}])
def test_whoever_may_buy_nothing_is_offered_nothing(noa, amir, offer, now, change):
    """DEC-37"""
    User.objects.filter(pk=noa.pk).update(**change)
    refused("client_gone", open_conversation(User.objects.get(pk=noa.pk), amir, now=now), offer, now)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": f"{TEXT} 050-1234567"},
        {"stages": [StageRow("דברו בוואטסאפ 0501234567", 400_00, 3), TWO[1]]},
        {"stages": [StageRow("הכנה", 400_00, 3, "noa@example.com"), TWO[1]]},
        {"lines": [OwnLine("0501234567", 100_00)]},
    ],
)
def test_no_contact_details_anywhere(thread, offer, now, changes):
    """DEC-19"""
    refused("contact_details", thread, offer, now, **changes)


@pytest.mark.parametrize(
    ("stages", "code"),
    [
        ([], "bad_number_of_milestones"),
        ([StageRow(f"שלב {number}", 200_00, 3) for number in range(7)], "bad_number_of_milestones"),
        ([StageRow("א", 100_00, 31), StageRow("ב", 900_00, 3)], "days_out_of_range"),
        ([StageRow("א", 100_00, 0), StageRow("ב", 900_00, 3)], "days_out_of_range"),
        ([StageRow("א", 185_00, 3), StageRow("ב", 185_00, 3)], "milestones_above"),
        ([StageRow("", 900_00, 3), StageRow("ב", 900_00, 3)], "milestone_needs_name"),
        ([StageRow("א", 19_99, 3), StageRow("ב", 900_00, 3)], "price_out_of_range"),
        ([StageRow("א", 500_000_01, 3), StageRow("ב", 900_00, 3)], "price_out_of_range"),
        ([StageRow(str(number), 400_000_00, 3) for number in range(6)], "total_too_large"),
        ([StageRow("", 900_00, 366)], "days_out_of_range"),
    ],
)
def test_milestones_have_their_limits(thread, offer, now, stages, code):
    """MIL-03, MIL-04, MIL-09, M-1, DEC-1: up to six, each up to 30 days, together above ₪370"""
    refused(code, thread, offer, now, stages=stages)


def test_the_widest_that_is_allowed(thread, offer, now):
    """MIL-03…MIL-07: six milestones of 30 days, each with its own name, outcome, price and revisions"""
    rows = [StageRow(f"שלב {number}", 61_67 + number, 30, "מה שיימסר", None) for number in range(6)]
    row = send(thread, offer, now, stages=rows)
    assert (row.milestones, row.days, row.total) == (True, 180, 6 * 61_67 + 15)
    assert [stage.revisions for stage in row.stages.all()] == [None] * 6
    assert [stage.position for stage in row.stages.all()] == [1, 2, 3, 4, 5, 6]


def test_the_database_knows_no_seventh(thread, offer, now):
    """MIL-03"""
    row = send(thread, offer, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuoteStage.objects.create(quote=row, position=7, name="שביעי", days=1, price=100)


def test_one_milestone_is_one_price_for_all_of_it(thread, offer, now):
    """M-1: the same thing, without the least sum and the eight days"""
    row = send(thread, offer, now, stages=[StageRow("הכול", 200_00, 30)])
    assert (row.milestones, row.stages.get().name) == (False, "הכול")


@pytest.fixture
def listed(amir, now):
    """An offer whose list has an extra of its own, and one of physical goods."""
    extras = [
        ExtraRow(kind="other", title="ניקיון יסודי", price=150_00, days=1, max_quantity=3),
        ExtraRow(kind="revisions", title="סבב תיקונים", price=90_00, max_quantity=2),
    ]
    return make.offer(amir, now, extras=extras)


def test_extras_are_those_of_the_list_and_ones_own(thread, listed, now):
    """COF-01, EXT-03, EXT-15, EXT-16: the list's price, not a typed one"""
    extra = listed.extras.get(kind="other")
    row = send(thread, listed, now, listed={extra.pk: 2}, lines=[OwnLine("  פינוי   פסולת ", 100_00, 3)])
    assert row.lines == [
        {"title": "ניקיון יסודי", "price": 150_00, "quantity": 2},
        {"title": "פינוי פסולת", "price": 100_00, "quantity": 3},
    ]
    assert row.first_payment == row.total == 1_200_00 + 600_00


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([OwnLine("\u200b", 100_00)], "bad_extra"),
        ([OwnLine("מדף", 0)], "bad_extra"),
        ([OwnLine("מדף", -5_00)], "bad_extra"),
        ([OwnLine("מדף", 100_00, 6)], "bad_quantity"),
        ([OwnLine("מדף", 100_00, 0)], "bad_quantity"),
        ([OwnLine("מדף", 400_01)], "extra_price_out_of_range"),
        ([OwnLine("מדף", 10_00)] * 7, "too_many_lines"),
        ([OwnLine("דמי משלוח", 50_00)], "shipping_without_goods"),
        ([OwnLine("הובלה והמשלוח", 50_00)], "shipping_without_goods"),
    ],
)
def test_extras_stay_within_the_level(thread, offer, now, lines, code):
    """TRS-02, DEC-11, EXT-12, PAY-08"""
    refused(code, thread, offer, now, lines=lines)


def test_a_high_level_may_ask_more_for_an_extra(thread, offer, amir, now):
    """TRS-02, DEC-11"""
    Profile.objects.filter(user=amir).update(level=Profile.Level.TOP_RATED)
    row = send(thread, type(offer).objects.get(pk=offer.pk), now, lines=[OwnLine("אי למטבח", 8_000_00, 1)])
    assert row.extras_total == 8_000_00


def test_goods_that_are_sent_may_be_charged_for(thread, amir, now):
    """EXT-11, PAY-08"""
    ship = [ExtraRow(kind="shipping", title="משלוח עד הבית", price=80_00)]
    offer = make.offer(amir, now, physical=True, extras=ship)
    assert send(thread, offer, now, listed={offer.extras.get().pk: 1}).extras_total == 80_00


def test_an_extra_of_another_offer_is_on_no_list(thread, offer, listed, now):
    """EXT-15"""
    refused("bad_extra", thread, offer, now, listed={listed.extras.first().pk: 1})


def test_milestones_have_no_extras(thread, offer, now):
    """MIL-05: a part of the work is a stage"""
    refused("milestones_have_no_extras", thread, offer, now, stages=TWO, lines=[OwnLine("מדף", 50_00)])


def test_nobody_floods(thread, offer, now):
    """DEC-13: ten a day"""
    for number in range(policy.QUOTES_PER_DAY):
        quotes.withdraw(send(thread, offer, now, text=f"{TEXT} {number}"), by=offer.provider, now=now)
    with pytest.raises(Refusal, match="too_many_quotes"):
        send(thread, offer, now + DAY - timedelta(seconds=1))
    send(thread, offer, now + DAY)


def test_a_page_that_is_sent_twice_offers_once(thread, offer, now):
    """DEC-13"""
    first = send(thread, offer, now)
    with pytest.raises(Refusal, match="quote_sent_before"):
        send(thread, offer, now)
    send(thread, offer, now, stages=[StageRow("", 1_100_00, 5)])
    quotes.withdraw(first, by=offer.provider, now=now)
    send(thread, offer, now)
