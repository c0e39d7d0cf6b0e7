"""Coupons and membership in the browser (COU, MEM)."""

from datetime import timedelta

import pytest

from house.orders.actions import coupons
from house.orders.models import Coupon, Stage
from house.payments.models import Checkout
from house.people.models import User
from house.treasury import membership
from house.treasury.models import Membership
from house.worker.errands import WHEN_PAID

from .. import make, persons

DAY = timedelta(days=1)
PAY = {"key": "c" * 22, "invoice_name": "נועה ברק", "terms": "on", "package": "1", "quantity": "1"}


@pytest.fixture(autouse=True)
def moment(moments):
    """The pages' clock stands still."""
    return moments.now


@pytest.fixture
def done(noa, amir, moment):
    """An order that ended a while ago."""
    return make.order(noa, amir, moment - 5 * DAY, state=Stage.State.APPROVED)


@pytest.fixture
def member(amir, moment) -> User:
    owner = persons.staff("owner", "בעלת", "הבית", moment, "owner")
    membership.grant(amir, months=12, why="פתיחה", by=owner, now=moment)
    return User.objects.get(pk=amir.pk)


@pytest.fixture
def coupon(done, noa, member, moment) -> Coupon:
    return coupons.give(member, clients=[noa], percent=20, note="תודה על האמון", now=moment)[0]


def test_a_member_gives_a_coupon_to_a_chosen_client(amir_web, done, noa, member):
    """COU-01, COU-03, COU-09, COU-11…16"""
    page = amir_web.get("/seller/coupons/").content.decode()
    assert all(word in page for word in (noa.display_name, "370", "ולא מטעם build-in house", "מתבטל"))
    words = {"clients": [noa.pk], "percent": "15", "note": "תודה על שבוע נעים"}
    assert amir_web.post("/seller/coupons/", words).status_code == 302
    coupon = Coupon.objects.get()
    assert (coupon.client, coupon.percent, coupon.note) == (noa, 15, "תודה על שבוע נעים")


@pytest.mark.parametrize("wrong", [{"percent": "21"}, {"clients": []}, {"note": "התקשרו 050-1234567"}])
def test_what_was_typed_stays_when_a_coupon_is_refused(amir_web, done, noa, member, wrong):
    """COU-03"""
    words = {"clients": [noa.pk], "percent": "15", "note": "תודה רבה", **wrong}
    answer = amir_web.post("/seller/coupons/", words)
    assert (answer.status_code, Coupon.objects.count()) == (422, 0)
    assert words["note"] in answer.content.decode()


def test_a_stranger_gets_no_coupon(amir_web, done, dana, member):
    """COU-09"""
    assert amir_web.post("/seller/coupons/", {"clients": [dana.pk], "percent": "15"}).status_code == 422
    assert not Coupon.objects.exists()


def test_who_is_no_member_is_led_to_membership(amir_web, done):
    """COU-02, MEM-01"""
    assert "/seller/membership/" in amir_web.get("/seller/coupons/").content.decode()


def test_the_client_uses_the_coupon_at_checkout(noa_web, coupon):
    """COU-10, COU-13, COU-15: the server's own bill, the discount as a line of its own, no share shown"""
    path = f"/offers/{coupon.provider.offers.get().pk}/checkout/"
    assert "800" not in noa_web.get(path).content.decode()
    recount = noa_web.post(path, {**PAY, "recount": "1", "invoice_name": "נועה בע״מ"})
    page = recount.content.decode()
    assert recount.status_code == 200
    assert all(word in page for word in ("-200", "800", "נועה בע״מ", f'name="coupon" value="{coupon.pk}"'))
    assert "640" not in page
    for _ in range(2):
        assert noa_web.post(path, {**PAY, "coupon": coupon.pk}).status_code == 302
    checkout = Checkout.objects.get(token=PAY["key"])
    coupon.refresh_from_db()
    assert (checkout.amount, coupon.state, coupon.checkout) == (800_00, "held", checkout)


def test_somebody_elses_coupon_buys_nothing(dana_web, coupon):
    """COU-15"""
    path = f"/offers/{coupon.provider.offers.get().pk}/checkout/"
    assert dana_web.post(path, {**PAY, "coupon": coupon.pk}).status_code == 422
    assert not Checkout.objects.filter(token=PAY["key"]).exists()


@pytest.mark.parametrize(("months", "amount"), [("1", 59_00), ("12", 590_00)])
def test_a_provider_buys_membership(amir, amir_web, moment, months, amount):
    """MEM-01, DEC-21"""
    words = {"key": "m" * 22, "invoice_name": "אמיר לוי", "terms": "on", "months": months}
    for _ in range(2):
        assert amir_web.post("/seller/membership/", words).status_code == 302
    checkout = Checkout.objects.get()
    assert checkout.amount == amount
    assert "/seller/membership/" in amir_web.get(f"/checkout/{checkout.token}/").content.decode()
    assert make.hear(checkout, moment, event="ev_m", when_paid=WHEN_PAID) == "paid"
    assert Membership.objects.get(user=amir).months == int(months)
    done = amir_web.get(f"/checkout/{checkout.token}/done/").content.decode()
    assert "/seller/membership/" in done
    page = amir_web.get("/seller/membership/").content.decode()
    assert "החברות פעילה" in page


def test_prices_are_shown_with_their_vat(amir_web):
    """MEM-01, DEC-21: 18 percent inside"""
    page = amir_web.get("/seller/membership/").content.decode()
    assert all(word in page for word in ("59", "590", "90"))
    assert amir_web.post("/seller/membership/", {"months": "3"}).status_code == 422
