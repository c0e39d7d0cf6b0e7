"""Finding offers (SRC), their place in a list (DEC-22), and the lists that the market ships with."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db.models import F, Min, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from house import policy
from house.catalog import ranking, search
from house.catalog import reference as categories
from house.catalog.models import Category, Offer, SearchMiss, ServiceType, Subcategory
from house.catalog.search import Query, find, forms, note_miss, priced, words
from house.clock import ISRAEL
from house.people import reference as places
from house.people.models import Place, Profile, User
from tests import make, persons

pytestmark = [pytest.mark.django_db, pytest.mark.pg15]
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ISRAEL)


@pytest.fixture
def offer(amir, now) -> Offer:
    return make.offer(amir, now)


@pytest.fixture
def many(amir, now):
    """Five offers that differ in price, days, rating and day."""
    rows = [make.offer(amir, now + timedelta(days=number)) for number in range(5)]
    for number, row in enumerate(rows):
        Offer.objects.filter(pk=row.pk).update(
            price_from=(5 - number) * 100_00, days_from=number + 1, rating=number or None, rank=number
        )
    return rows


def found(**query) -> list[int]:
    return [row.pk for row in find(Query(**query), now=NOW).offers]


@pytest.mark.parametrize(
    "text",
    [
        "שיפוץ",
        "השיפוץ",
        "חדר רחצה",
        "לחדר הרחצה",
        "שיפּוּץ חדר",
        "אמבטיה",
        "שיפוצים",
        "חדרי רחצה",
        "  איטום   ריצוף ",
    ],
)
def test_an_offer_is_found_by_its_words(offer, text):
    """SRC-01…03: title, tags, description, category; with or without a particle."""
    assert found(text=text) == [offer.pk]


def test_final_letters_points_and_quotes_do_not_matter():
    assert words("נדל״ן") == words('נדל"ן') == words("נדלן") == ["נדלנ"]
    assert words("שִׁיפּוּץ") == words("שיפוץ")
    assert words("בית־ספר") == ["בית", "ספר"]
    assert forms("הבית") == {"הבית", "בית"}
    assert forms("לב") == {"לב"}
    assert forms("בית") == {"בית"}


def test_every_word_must_match_and_when_none_has_them_all_any_may(offer):
    assert found(text="שיפוץ מטוסים") == [offer.pk]
    assert found(text="מטוסים") == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_search(db, text):
    find(Query(text=text.replace("\x00", "")), now=NOW)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"category": "renovation"}, 1),
        ({"category": "garden"}, 0),
        ({"subcategory": "bathrooms"}, 1),
        ({"subcategory": "lawn"}, 0),
        ({"place": "ashkelon"}, 1),
        ({"place": "eilat"}, 0),
        ({"price_max": 1000_00}, 1),
        ({"price_max": 999_99}, 0),
        ({"price_min": 1000_01}, 0),
        ({"days": 2}, 1),
        ({"days": 1}, 0),
        ({"rating": 4.0}, 0),
        ({"level": "new"}, 1),
        ({"level": "level_1"}, 0),
        ({"verified": True}, 1),
    ],
)
def test_filters_narrow(offer, query, number):
    assert len(found(**query)) == number


def test_a_city_and_its_neighbourhoods_find_each_other_and_online_is_everywhere(offer):
    """DEC-17"""
    part = Place.objects.create(
        slug="barnea", name="ברנע", kind="neighbourhood", lat="31.69", lon="34.57", parent=make.town()
    )
    assert found(place="barnea") == [offer.pk]  # all of Ashkelon
    offer.places.set([part])
    assert found(place="ashkelon") == found(place="barnea") == [offer.pk]
    Offer.objects.update(where=Offer.Where.ONLINE)
    assert found(place="eilat") == [offer.pk]


def test_sorts(many):
    ids = [row.pk for row in many]
    assert found(sort="price") == found(sort="recommended") == found(sort="new") == found(sort="what") == ids[::-1]
    assert found(sort="rating") == [*ids[:0:-1], ids[0]]


def test_nearness_needs_a_place(many, amir):
    """DEC-17: by the provider's own place; who has none comes last."""
    ids = [row.pk for row in many]
    assert found(sort="near") == ids[::-1]
    Profile.objects.filter(user=amir).update(place=make.town())
    assert found(sort="near", place="ashkelon") == ids[::-1]


def test_of_a_long_list_the_best_are_sorted_by_nearness(many, amir, monkeypatch):
    """A list that is not counted whole has no index of nearness."""
    monkeypatch.setattr(policy, "COUNT_UP_TO", 3)
    Profile.objects.filter(user=amir).update(place=make.town())
    assert found(sort="near", place="ashkelon") == [row.pk for row in many][:1:-1]


@pytest.fixture
def scattered(many, now):
    """Seven offers of three providers: in Ashkelon, further away, and of no place. All are done in Ashkelon."""
    for number, (name, lat) in enumerate((("near", "31.70"), ("far", "32.10"))):
        town = Place.objects.create(slug=name, name=name, kind="city", lat=lat, lon="34.57")
        provider = persons.provider(name, name, "", now)
        Profile.objects.filter(user=provider).update(place=town)
        row = make.offer(provider, now)
        Offer.objects.filter(pk=row.pk).update(rank=2.5 - number)
    Profile.objects.filter(user=many[0].provider).update(place=None)
    return many


def by_distance(here: Place, best: int) -> list[int]:
    """The same as SQL says it: of the best, by the distance of the provider's place, then by rank."""
    pks = list(Offer.objects.order_by("-rank", "-id").values_list("pk", flat=True)[:best])
    north = F("provider__profile__place__lat") - here.lat
    east = F("provider__profile__place__lon") - here.lon
    away = (north * north + east * east).asc(nulls_last=True)
    return list(Offer.objects.filter(pk__in=pks).order_by(away, "-rank", "-id").values_list("pk", flat=True))


@pytest.mark.parametrize("counted", [3, 5, 7, 1000])
def test_nearness_sorts_as_the_database_would(scattered, monkeypatch, counted):
    """DEC-17: whole lists, and the best of lists that are too long to be counted."""
    monkeypatch.setattr(policy, "COUNT_UP_TO", counted)
    town = make.town()
    assert found(sort="near", place="ashkelon") == by_distance(town, counted)
    page = find(Query(sort="near", place="ashkelon", page=2), now=NOW, size=2)
    assert [row.pk for row in page.offers] == by_distance(town, counted)[2:4]
    assert (page.count, page.more) == (min(counted, 7), counted < 7)


def test_nearness_asks_as_little_as_any_order(scattered, django_assert_num_queries):
    """Places, count, page, pictures, places of offers: one less than when nearness was sorted in SQL."""
    with django_assert_num_queries(5):
        assert len(find(Query(sort="near", place="ashkelon"), now=NOW).offers) == 7


def test_near_to_an_unknown_place_is_the_usual_order(many):
    Offer.objects.update(where=Offer.Where.ONLINE)
    assert found(sort="near", place="nowhere") == [row.pk for row in many][::-1]


def test_a_category_is_priced_by_its_cheapest_published_offer(many):
    """Page 1: as the least of all its published offers; a category without any has no price."""
    make.category("garden", name="גינון")
    Offer.objects.filter(pk=many[4].pk).update(state="paused")  # the cheapest
    least = Min("offers__price_from", filter=Q(offers__state="published"))
    expected = set(Category.objects.annotate(least=least).values_list("slug", "least"))
    assert {(row.slug, row.price_from) for row in priced(Category.objects.all())} == expected
    assert expected >= {("renovation", 200_00), ("garden", None)}


@pytest.mark.parametrize(
    "hide",
    [
        lambda row: Offer.objects.update(state="paused"),
        lambda row: Offer.objects.update(state="pending_approval"),
        lambda row: Category.objects.update(open=False),
        lambda row: User.objects.filter(pk=row.provider_id).update(is_active=False),
        lambda row: User.objects.filter(pk=row.provider_id).update(standing="suspended"),
        lambda row: User.objects.filter(pk=row.provider_id).update(standing="blocked"),
    ],
    ids=["paused", "waiting", "category closed", "account closed", "suspended", "blocked"],
)
def test_what_is_not_on_the_market_is_not_found(offer, hide):
    """CAT-03, DEC-37"""
    hide(offer)
    assert found() == []


def test_pages(many):
    first, second = find(Query(), now=NOW, size=3), find(Query(page=2), now=NOW, size=3)
    assert (len(first.offers), first.count, first.has_next, first.has_previous) == (3, 5, True, False)
    assert (len(second.offers), second.has_next, second.has_previous) == (2, False, True)
    assert find(Query(page=-4), now=NOW, size=3).number == 1
    assert find(Query(page=10_000), now=NOW, size=3).number == search.DEEPEST_PAGE


def test_counting_stops_where_it_would_cost_more_than_the_page(many, monkeypatch):
    monkeypatch.setattr(policy, "COUNT_UP_TO", 4)
    page = find(Query(), now=NOW, size=2)
    assert (page.count, page.more, page.has_next) == (4, True, True)


def test_a_page_of_results_costs_the_same_however_long_it_is(many, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        shown = [
            (row.cover, row.place_name, row.provider.profile.level) for row in find(Query(text="שיפוץ"), now=NOW).offers
        ]
    assert len(shown) == 5


def test_misses_are_counted_for_the_editor(now):
    for text in ("  תיקון   רובוטים ", "תיקון רובוטים", "", "   "):
        note_miss(text, now)
    assert SearchMiss.objects.get().times == 2


# The formula (DEC-22)

RECORD = ranking.Record(
    stars=None,
    reviews=0,
    completion=None,
    response_minutes=None,
    level="new",
    verified=False,
    published=timedelta(),
    joined=timedelta(days=900),
    completed_orders=0,
)


def test_the_weights_sum_to_one_and_every_part_is_bounded():
    assert sum(ranking.WEIGHTS.values()) == pytest.approx(1)
    best = replace(
        RECORD,
        stars=5.0,
        reviews=10_000,
        completion=100,
        response_minutes=0,
        level="top_rated",
        verified=True,
        joined=timedelta(),
    )
    worst = replace(
        RECORD, stars=1.0, reviews=10_000, completion=0, response_minutes=10**6, published=timedelta(days=999)
    )
    for record in (RECORD, best, worst):
        assert all(0 <= part <= 1 for part in ranking.parts(record).values())
    assert 0 < ranking.score(worst) < ranking.score(RECORD) < ranking.score(best) <= 1


@pytest.mark.parametrize(
    "better",
    [
        {"stars": 4.9, "reviews": 30},
        {"completion": 100},
        {"response_minutes": 10},
        {"level": "level_2"},
        {"verified": True},
        {"joined": timedelta(days=3)},
    ],
)
def test_each_virtue_moves_a_place_up(better):
    assert ranking.score(replace(RECORD, **better)) > ranking.score(RECORD)


def test_one_review_is_not_five_stars():
    one, many = replace(RECORD, stars=5.0, reviews=1), replace(RECORD, stars=4.9, reviews=100)
    assert ranking.score(one) < ranking.score(many)


def test_everything_published_is_ranked_in_portions(many, now):
    Offer.objects.update(rank=0)
    ranking.rank_all(now, batch=2)
    assert not Offer.objects.filter(rank=0).exists()


# What the market ships with


def test_the_shipped_lists_are_loaded_once_and_stay_as_staff_left_them(db):
    """CAT-03, DEC-17: at least sixty places."""
    for _ in range(2):
        call_command("reference")
    Category.objects.filter(slug=Category.objects.first().slug).update(name="שם אחר", open=False)
    counts = [model.objects.count() for model in (Category, Subcategory, ServiceType, Place)]
    assert categories.load_categories() == counts[0]
    assert places.load_places() == counts[3] >= 60
    assert [model.objects.count() for model in (Category, Subcategory, ServiceType, Place)] == counts
    assert Category.objects.filter(name="שם אחר", open=False).count() == 1
    assert Place.objects.filter(kind="neighbourhood", parent__slug="ashkelon").exists()


def test_an_importer_takes_rows_of_its_own(db):
    rows = [
        {"slug": "town", "name": "עיר", "kind": "city", "lat": "31.00", "lon": "34.00"},
        {"slug": "part", "name": "שכונה", "kind": "neighbourhood", "lat": "31.01", "lon": "34.01", "parent": "town"},
    ]
    assert places.load_places(rows) == 2
    assert Place.objects.get(slug="part").parent.slug == "town"
