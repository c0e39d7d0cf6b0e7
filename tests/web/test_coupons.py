"""Coupons and membership in the browser (COU, MEM)."""

from datetime import timedelta

import pytest

from house.inbox.actions import open_conversation
from house.orders.actions import coupons
from house.orders.models import Coupon, Stage
from house.payments.models import Checkout
from house.people.models import User
from house.quotes import actions as quotes
from house.quotes.actions import StageRow
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


def test_a_client_sees_their_coupons_and_where_to_use_them(noa_web, dana_web, coupon):
    """COU-08, COU-15, COU-18: page 49's neighbour; nobody else's"""
    page = noa_web.get("/me/coupons/").content.decode()
    username = coupon.provider.profile.username
    assert all(word in page for word in ("20%", "תודה על האמון", f"/pro/{username}/", "זמין", "370", "מתבטל"))
    assert "20%" not in dana_web.get("/me/coupons/").content.decode()


def test_a_coupon_that_is_held_says_until_when(noa_web, coupon):
    """DEC-31"""
    path = f"/offers/{coupon.provider.offers.get().pk}/checkout/"
    assert noa_web.post(path, {**PAY, "coupon": coupon.pk}).status_code == 302
    assert "שמור לתשלום שהתחיל" in noa_web.get("/me/coupons/").content.decode()
    again = noa_web.post(path, {**PAY, "key": "d" * 22, "coupon": coupon.pk})
    assert again.status_code == 422
    assert "שמור לתשלום אחר" in again.content.decode()


def test_after_a_declined_card_the_discount_stays(noa_web, coupon, moment):
    """COU-03, DEC-31: the button "once more" of the payment's page"""
    noa_web.post(f"/offers/{coupon.provider.offers.get().pk}/checkout/", {**PAY, "coupon": coupon.pk})
    first = Checkout.objects.get(token=PAY["key"])
    assert make.hear(first, moment, event="no", kind="declined") == "declined"
    assert noa_web.post(f"/checkout/{first.token}/payment/").status_code == 302
    second = Checkout.objects.exclude(pk=first.pk).get(purpose="order", state="paying")
    assert make.hear(second, moment, event="yes", when_paid=WHEN_PAID) == "paid"
    coupon.refresh_from_db()
    assert (coupon.state, coupon.checkout) == ("used", second)


def test_milestones_take_no_coupon(noa_web, noa, member, coupon, moment):
    """COU-13, DEC-36: of the published price only"""
    talk = open_conversation(noa, member, now=moment)
    rows = [StageRow("הכנה", 400_00, 3), StageRow("צבע", 800_00, 6)]
    words = {"by": member, "offer": member.offers.get(), "text": "כמו שסיכמנו, בשני שלבים."}
    quote = quotes.send(talk, stages=rows, now=moment, **words)
    sent = {**PAY, "key": "e" * 22, "coupon": coupon.pk}
    assert noa_web.post(f"/quotes/{quote.pk}/payment/", sent).status_code == 302
    coupon.refresh_from_db()
    assert (Checkout.objects.get(token="e" * 22).amount, coupon.state) == (400_00, "issued")


def test_the_owner_grants_membership_with_a_reason(client, amir, noa, shira_web, moment):
    """DEC-21, DEC-20"""
    owner = persons.staff("owner", "בעלת", "הבית", moment, "owner")
    client.force_login(owner)
    path = f"/staff/users/{amir.pk}/membership/"
    assert client.post(path, {"months": "2", "why": " "}).status_code == 422
    assert client.post(path, {"months": "13", "why": "פיצוי"}).status_code == 422
    assert client.post(path, {"months": "2", "why": "פיצוי על תקלה"}).status_code == 302
    assert Membership.objects.get().months == 2
    assert "פעילה עד" in client.get(f"/staff/users/{amir.pk}/").content.decode()
    assert client.post(f"/staff/users/{noa.pk}/membership/", {"months": "2", "why": "פיצוי"}).status_code == 404
    assert shira_web.post(path, {"months": "2", "why": "פיצוי"}).status_code == 404
