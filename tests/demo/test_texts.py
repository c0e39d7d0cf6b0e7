"""The words of the demo market keep every limit of the market before anything is loaded."""

import json
from collections import Counter
from pathlib import Path

import pytest

from house import policy
from house.catalog.models import Faq, Package, Requirement
from house.catalog.reference import CATEGORIES
from house.contacts import find
from house.demo.pictures import SCENES
from house.demo.questions import ANSWERS
from house.demo.talk import CANCELLATIONS
from house.demo.texts import Deck, providers, talk, words
from house.desk import disputes
from house.orders.process import ASKINGS
from house.orders.reasons import REASONS
from house.people.reference import PLACES
from house.text import visible_length

OFFERS = [(provider, offer) for provider in providers() for offer in provider["offer"]]
KNOWN = {row["slug"]: row for row in json.loads(Path(CATEGORIES).read_text(encoding="utf-8"))}
TOWNS = {row["slug"] for row in json.loads(Path(PLACES).read_text(encoding="utf-8"))}


@pytest.mark.parametrize("provider", providers(), ids=lambda row: row["username"])
def test_a_provider_keeps_the_limits_of_a_profile(provider):
    """PROF-02"""
    bio = provider["bio"].strip()
    assert visible_length(bio) >= policy.BIO_MIN and len(bio) <= policy.BIO_MAX
    assert {provider["place"], *provider["areas"]} <= TOWNS
    assert provider["level"] in policy.OFFERS_PER_LEVEL
    assert len(provider["offer"]) <= policy.OFFERS_PER_LEVEL[provider["level"]]
    assert not find(bio)


@pytest.mark.parametrize(("provider", "offer"), OFFERS, ids=lambda row: row.get("title", row.get("username")))
def test_an_offer_keeps_the_limits_of_the_wizard(provider, offer):
    """OFR-04…19, DEC-11"""
    level = provider["level"]
    known = {row["slug"]: row for row in KNOWN[provider["category"]]["subcategories"]}[offer["subcategory"]]
    assert visible_length(offer["title"]) >= policy.TITLE_MIN and len(offer["title"]) <= policy.TITLE_MAX
    assert visible_length(offer["description"]) >= policy.DESCRIPTION_MIN
    assert len(offer["description"].strip()) <= policy.DESCRIPTION_MAX
    assert 1 <= len(offer["tags"]) <= policy.TAGS_MAX
    assert ("service_types" in known) == bool(offer.get("service_type"))
    assert (SCENES / f"{offer['scene']}.svg").exists()
    assert offer["quantity_max"] <= policy.QUANTITY_PER_LEVEL[level]
    _check_prices(offer, level, set(known["items"]))
    texts = [offer["title"], *offer["tags"], *(row["text"] for row in offer["package"])]
    assert not [finding for text in texts for finding in find(text)]
    assert not find(offer["description"], links_allowed=True)
    for row in offer.get("requirement", []):
        assert len(row["text"]) <= Requirement._meta.get_field("text").max_length
        assert row["kind"] != "choice" or len(row["choices"]) >= 2
    for row in offer.get("faq", []):
        assert len(row["question"]) <= Faq._meta.get_field("question").max_length
        assert len(row["answer"]) <= Faq._meta.get_field("answer").max_length
    for row in offer.get("review", []):
        assert visible_length(row["text"]) >= policy.REVIEW_TEXT_MIN and row["stars"] in (3, 4, 5)


def _check_prices(offer, level, items):
    packages, extras = offer["package"], offer.get("extra", [])
    fast = [row["fast_price"] for row in packages if "fast_price" in row]
    assert len(extras) + bool(fast) <= policy.EXTRAS_PER_LEVEL[level]
    top = policy.EXTRA_PRICE_PER_LEVEL[level] // 100
    assert all(0 < price <= top for price in [*fast, *(row["price"] for row in extras)])
    for row in packages:
        assert policy.PRICE_MIN // 100 <= row["price"] <= policy.PRICE_MAX // 100
        assert ("fast_days" in row) == ("fast_price" in row)
        assert row.get("fast_days", 0) < row["days"] <= policy.DAYS_MAX
        assert set(row["items"]) <= items
        assert len(row["name"]) <= Package._meta.get_field("name").max_length


def test_nothing_is_there_twice():
    names = Counter(row["username"] for row in providers())
    titles = Counter(offer["title"] for _, offer in OFFERS)
    assert [name for name, number in (names | titles).items() if number > 1] == []


def test_every_line_of_talk_has_its_place():
    said = talk()
    assert len(said["question"]) == len(ANSWERS)
    assert len(said["cancellation"]) == len(CANCELLATIONS)
    assert all(visible_length(text) >= policy.DELIVERY_TEXT_MIN for text in said["delivery"])
    assert all(visible_length(text) >= policy.EXPLANATION_MIN for text in said["revision"] + said["cancellation"])


def test_what_people_ask_of_each_other_has_every_kind_and_side():
    """RES-13: the reasons are of the form's own lists."""
    asking = words("asking")
    for kind, asked in ASKINGS.items():
        for side in asked.by:
            for row in asking.get(kind, {}).get(side, []):
                assert row["reason"] in REASONS[kind][side]
                assert visible_length(row["text"]) >= policy.EXPLANATION_MIN
            assert kind == "cancellation" or asking[kind][side]
    assert {*asking["decision"]} == {*disputes.DECISIONS}


def test_custom_offers_and_works_keep_their_limits():
    """COF-03, MIL-03…09, PROF"""
    for row in words("quotes")["quote"]:
        assert row["subcategory"] in {part["slug"] for part in KNOWN[row["category"]]["subcategories"]}
        assert any(each["category"] == row["category"] for each in providers())
        assert 1 <= len(row["stages"]) <= policy.MILESTONES_MAX
        assert not find(row["text"]) and not find(row["question"])
    assert set(words("works")) == {row["category"] for row in providers()}
    assert not [finding for rows in words("works").values() for row in rows for finding in find(row["text"])]


def test_a_deck_deals_every_card_before_any_comes_again():
    from random import Random

    deck = Deck(Random(1), list("abcdef"))
    assert sorted(deck.draw() for _ in range(6)) == list("abcdef")
    assert deck.draw() in "abcdef"


def test_a_request_keeps_the_limits_of_its_form():
    """REQ-02, DEC-19"""
    rows = words("requests")["request"]
    for row in rows:
        assert row["subcategory"] in {each["slug"] for each in KNOWN[row["category"]]["subcategories"]}
        assert row["place"] in TOWNS
        assert policy.REQUEST_TITLE_MIN <= visible_length(row["title"]) <= policy.TITLE_MAX
        assert policy.REQUEST_TEXT_MIN <= visible_length(row["text"]) <= policy.REQUEST_TEXT_MAX
        assert not [find(text) for text in (row["title"], row["text"]) if find(text)]
        assert all(not find(answer["text"]) for answer in row.get("answer", []))
    assert len({row["title"] for row in rows}) == len(rows)
