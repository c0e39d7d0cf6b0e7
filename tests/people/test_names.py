"""Everything has a name for the owner's admin, short and without a query."""

import pytest

from house.catalog.models import Extra, Faq, Offer, OfferImage, Package, Requirement, SearchMiss
from house.desk.models import Case, CaseNote
from house.ledger.models import Account, Entry, Transfer
from house.orders.models import OrderRequirement, RevisionRequest
from house.payments.models import Checkout, GatewayEvent, Refund
from house.people.models import Application, AuditEntry, Place, PortfolioItem, ProfileEntry, ShowcaseEntry
from house.reputation.models import Review

NAMED = [
    (Offer(title="שיפוץ"), "שיפוץ"),
    (Package(name="בסיסית"), "בסיסית"),
    (Extra(title="פינוי"), "פינוי"),
    (Requirement(text="מה המידות?"), "מה המידות?"),
    (Faq(question="יש אחריות?"), "יש אחריות?"),
    (OfferImage(image="a.jpg", width=1, height=1), "a.jpg"),
    (SearchMiss(query="רובוט"), "רובוט"),
    (Case(number="SV-1"), "SV-1"),
    (CaseNote(text="הוחזר"), "הוחזר"),
    (Account(kind="escrow"), "escrow:market"),
    (Account(kind="pending", owner_id=7), "pending:7"),
    (Transfer(key="k"), "k"),
    (Entry(account_id=1, amount=-5), "1 -5"),
    (OrderRequirement(text="מה המידות?"), "מה המידות?"),
    (RevisionRequest(text="א" * 60), "א" * 40),
    (Checkout(token="t"), "t"),
    (GatewayEvent(event_id="ev"), "ev"),
    (Refund(key="r"), "r"),
    (AuditEntry(what="level_set", about="user:1"), "level_set user:1"),
    (Place(name="אשקלון"), "אשקלון"),
    (ProfileEntry(text="הנדסאי"), "הנדסאי"),
    (ShowcaseEntry(client_name="עירייה"), "עירייה"),
    (PortfolioItem(title="חדר"), "חדר"),
    (Application(profile_id=3, state="submitted"), "3 submitted"),
    (Review(order_id=3, party="client"), "3 client"),
]


@pytest.mark.parametrize(("row", "name"), NAMED, ids=[type(row).__name__ for row, _ in NAMED])
def test_a_row_says_what_it_is(row, name):
    assert str(row) == name


def test_an_offer_has_an_address_and_a_cover(db):
    offer = Offer(pk=7, title="שיפוץ חדר־רחצה!", where=Offer.Where.ONLINE)
    assert (offer.path, Offer(pk=8, title="!").path) == ("/offers/7-שיפוץ-חדררחצה/", "/offers/8-offer/")
    assert (offer.cover, offer.place_name, Offer(pk=9).place_name) == (None, "אונליין", "")
