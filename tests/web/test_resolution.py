"""The Resolution Center in the order room: lists, forms, answers, payments, disputes (RES, CAN, DEC-32…35)."""

from datetime import timedelta

import pytest

from house import hebrew
from house.desk.models import Case
from house.orders.actions import requests
from house.orders.models import Order, ResolutionRequest, Stage
from house.orders.process import ASKINGS
from house.orders.proof import prove
from house.orders.reasons import KINDS, REASONS
from house.payments.models import Checkout
from house.process import Party
from house.web import room
from house.web.sentences import SENTENCES
from tests import make

from ..orders.test_resolution import CHANGES, WHY, WORKABLE, ask, of
from .page import Page

pytestmark = pytest.mark.django_db
Kind, S, R = ResolutionRequest.Kind, Stage.State, ResolutionRequest.State
OWN = {
    Kind.EXTENSION: {"days": "3"},
    Kind.SCOPE_CHANGE: {"title_1": "קיר נוסף", "price_1": "500", "quantity_1": "2", "days": "4"},
    Kind.EXTRA: {"title_1": "מדף", "price_1": "150", "quantity_1": "1", "days": "1"},
    Kind.MORE_REVISIONS: {"revisions": "2"},
    Kind.ASK_REVISIONS: {"revisions": "1"},
    Kind.PARTIAL_REFUND: {"amount": "300"},
}
INVOICE = {"invoice_name": "נועה ברק", "terms": "on", "key": "k" * 22}


@pytest.fixture
def at(moments):
    """Two and a half days after the order, also on the pages' clock."""
    return moments.go(days=2, hours=12)


def browser_of(party, noa_web, amir_web):
    return noa_web if party == Party.CLIENT else amir_web


def words(answer) -> str:
    return Page(answer).text


def sent(kind: Kind, party: Party) -> dict[str, str]:
    reason = next(iter(REASONS[kind][party]))
    return {"reason": reason, "explanation": WHY, **OWN.get(kind, {})}


def test_every_kind_is_listed_with_its_window_and_its_silence(noa, amir, noa_web, now, at):
    """RES-03, DEC-48"""
    order = of(noa, amir, now, Kind.EXTENSION)
    text = words(noa_web.get(f"/orders/{order.number}/resolution/"))
    for kind in Kind:
        assert KINDS[kind] in text
        window = " ".join(hebrew.duration(ASKINGS[kind].window).split())
        assert f"זמן לתשובה: {window}. בלי תשובה: {room.silence_of(kind)}." in text
    assert "רק הצד של נותן/ת השירות יכול לבקש" in text  # RES-10


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_is_sent_from_its_form(noa, amir, noa_web, amir_web, now, at, kind):
    """RES-04, RES-08, RES-10, RES-11, RES-13, DEC-12, DEC-35"""
    order = of(noa, amir, now, kind)
    if kind == Kind.ASK_REVISIONS:
        Stage.objects.update(revisions=0)
    party = max(ASKINGS[kind].by)
    browser = browser_of(party, noa_web, amir_web)
    page = browser.get(f"/orders/{order.number}/resolution/{kind}/")
    assert (page.status_code, room.silence_of(kind) in words(page)) == (200, True)
    answer = browser.post(f"/orders/{order.number}/resolution/{kind}/", sent(kind, party))
    assert answer.status_code == 302, words(answer)
    asked = ResolutionRequest.objects.get()
    assert (asked.kind, asked.party, asked.due_at) == (kind, party, at + ASKINGS[kind].window)
    for name, value in CHANGES.get(kind, {}).items():
        assert asked.change[name] == value
    for each in (noa_web, amir_web):
        text = words(each.get(f"/orders/{order.number}/"))
        assert WHY in text
        assert room.silence_of(kind) in text


def test_a_kind_of_the_other_side_does_not_exist(noa, amir, noa_web, now, at):
    """RES-08, RES-10"""
    order = of(noa, amir, now, Kind.EXTRA)
    assert noa_web.get(f"/orders/{order.number}/resolution/extra/").status_code == 404
    assert noa_web.get(f"/orders/{order.number}/resolution/nothing/").status_code == 404


def test_a_closed_kind_says_why(noa, amir, noa_web, now, at):
    """DEC-34"""
    order = of(noa, amir, now, Kind.EXTENSION)
    ask(order, Kind.EXTENSION, at)
    text = words(noa_web.get(f"/orders/{order.number}/resolution/progress_update/"))
    assert SENTENCES["request_open"] in text


def test_a_very_late_order_has_its_reason_chosen(noa, amir, noa_web, now, moments):
    """CAN-09"""
    order = of(noa, amir, now, Kind.EXTENSION)
    moments.go(days=7)
    assert "בקשת ביטול בשל איחור" in words(noa_web.get(f"/orders/{order.number}/resolution/"))
    page = Page(noa_web.get(f"/orders/{order.number}/cancellation/"))
    chosen = [each.value for form in page.forms for each in form.named("reason") if each.on]
    assert chosen == ["very_late"]


def test_what_was_typed_stays_when_something_is_missing(noa, amir, amir_web, now, at):
    """RES-13"""
    order = of(noa, amir, now, Kind.EXTRA)
    wrong = {"title_2": "מדף בלי מחיר", "explanation": WHY}
    answer = amir_web.post(f"/orders/{order.number}/resolution/extra/", wrong)
    assert answer.status_code == 422
    assert "מדף בלי מחיר" in answer.content.decode()
    assert not ResolutionRequest.objects.exists()


def test_the_sum_is_shown_before_it_is_sent(noa, amir, amir_web, now, at):
    """RES-10: before and after, without any script."""
    order = of(noa, amir, now, Kind.SCOPE_CHANGE)
    words_ = {**sent(Kind.SCOPE_CHANGE, Party.PROVIDER), "preview": "1", "reason": "", "explanation": ""}
    answer = amir_web.post(f"/orders/{order.number}/resolution/scope_change/", words_)
    assert hebrew.amount(2000_00) in words(answer)
    assert answer.status_code == 200  # nothing has to be explained yet
    assert not ResolutionRequest.objects.exists()


@pytest.mark.parametrize("kind", [Kind.EXTENSION, Kind.ASK_REVISIONS, Kind.PARTIAL_REFUND, Kind.MORE_REVISIONS])
def test_the_other_side_agrees_on_a_page_that_says_what_changes(noa, amir, noa_web, amir_web, now, at, kind):
    """RES-15, R-2"""
    order = of(noa, amir, now, kind)
    asked = ask(order, kind, at, max(ASKINGS[kind].by))
    other = browser_of(min({Party.CLIENT, Party.PROVIDER} - {asked.party}), noa_web, amir_web)
    assert other.get(f"/orders/{order.number}/consent/").status_code == 200
    assert other.post(f"/orders/{order.number}/consent/").status_code == 302
    asked.refresh_from_db()
    assert asked.state == R.ACCEPTED
    assert not prove().faults


def test_an_update_is_answered_in_words(noa, amir, noa_web, amir_web, now, at):
    """RES-09, AMB-4"""
    order = of(noa, amir, now, Kind.PROGRESS_UPDATE)
    ask(order, Kind.PROGRESS_UPDATE, at)
    path = f"/orders/{order.number}/consent/"
    assert "אחרת ההזמנה תבוטל" in words(amir_web.get(f"/orders/{order.number}/"))
    assert amir_web.post(path, {"answer": "כן"}).status_code == 422
    assert amir_web.post(path, {"answer": "הריצוף הושלם, מחר מתחילים בצבע."}).status_code == 302
    assert ResolutionRequest.objects.get().state == R.ACCEPTED


@pytest.mark.parametrize("kind", [Kind.SCOPE_CHANGE, Kind.EXTRA])
def test_what_costs_is_accepted_by_paying_and_bought_once(noa, amir, noa_web, now, at, kind):
    """O-21, O-23, DEC-31"""
    order = of(noa, amir, now, kind)
    ask(order, kind, at)
    number = Checkout.objects.count()
    path = f"/orders/{order.number}/change/payment/"
    assert noa_web.get(f"/orders/{order.number}/consent/").headers["Location"] == path
    page = Page(noa_web.get(path))
    assert "נועה ברק" in {each.value for form in page.forms for each in form.named("invoice_name")}
    for _time in range(2):
        assert noa_web.post(path, INVOICE).status_code == 302
    assert Checkout.objects.count() == number + 1


def test_a_decline_and_a_withdrawal_change_nothing(noa, amir, noa_web, amir_web, now, at):
    """RES-06, RES-17"""
    order = of(noa, amir, now, Kind.EXTENSION)
    before = make.stage(order).due_at
    ask(order, Kind.EXTENSION, at, Party.PROVIDER)
    noa_web.post(f"/orders/{order.number}/refusal/")
    ask(order, Kind.EXTENSION, at, Party.PROVIDER)
    amir_web.post(f"/orders/{order.number}/withdrawal/")
    assert {row.state for row in ResolutionRequest.objects.all()} == {R.DECLINED, R.WITHDRAWN}
    assert make.stage(order).due_at == before


def test_work_goes_on_while_a_request_is_open_that_does_not_pause_it(noa, amir, amir_web, now, at):
    """DEC-33: only a cancellation stops everything."""
    order = of(noa, amir, now, Kind.EXTENSION)
    ask(order, Kind.EXTENSION, at, Party.PROVIDER)
    page = Page(amir_web.get(f"/orders/{order.number}/"))
    assert "בינתיים העבודה ממשיכה" in page.text
    assert amir_web.get(f"/seller/orders/{order.number}/deliver/").status_code == 200


@pytest.fixture
def declined(noa, amir, now, at) -> Order:
    """Delivered; the provider asked to cancel and the client declined."""
    order = make.order(noa, amir, now, state=S.DELIVERED)
    requests.decline(ask(order, Kind.CANCELLATION, at, party=Party.PROVIDER), by=noa, now=at)
    return order


def test_support_is_offered_only_after_a_decline(noa, amir, noa_web, now, at):
    """CAN-10, RES-02, RES-18"""
    order = of(noa, amir, now, Kind.EXTENSION)
    path = f"/orders/{order.number}/dispute/"
    assert path not in noa_web.get(f"/orders/{order.number}/resolution/").content.decode()
    assert noa_web.get(path).status_code == 409
    assert noa_web.post(path, {"text": WHY}).status_code == 422
    assert not Case.objects.exists()


def test_a_dispute_rests_the_clocks_and_says_so(declined, noa_web, amir_web):
    """CAN-10, DEC-32"""
    path = f"/orders/{declined.number}/dispute/"
    page = noa_web.get(f"/orders/{declined.number}/resolution/")
    assert path in page.content.decode()
    assert "מומלץ מאוד לנסות קודם להסכים" in words(page)
    assert noa_web.post(path, {"text": WHY}).status_code == 302
    for browser in (noa_web, amir_web):
        text = words(browser.get(f"/orders/{declined.number}/"))
        assert "השעונים עצרו עד להחלטה" in text
    assert noa_web.get(path).status_code == 409


@pytest.mark.parametrize(
    ("decision", "more"),
    [
        ("continue", {}),
        ("revision", {}),
        ("refund", {"amount": "250"}),
        ("cancel", {"reason": "provider_fault", "fault": "provider"}),
    ],
)
def test_support_decides_on_the_page_of_the_case(declined, noa_web, shira_web, decision, more):
    """DEC-32, SUP-08, O-24"""
    noa_web.post(f"/orders/{declined.number}/dispute/", {"text": WHY})
    case = Case.objects.get()
    text = words(shira_web.get(f"/staff/cases/{case.number}/"))
    assert "יומן ההזמנה" in text
    assert KINDS[Kind.CANCELLATION] in text
    path = f"/staff/cases/{case.number}/decision/"
    assert shira_web.post(path, {"decision": decision, "why": "נבדק מול שני הצדדים.", **more}).status_code == 302
    case.refresh_from_db()
    declined.refresh_from_db()
    assert (case.state, declined.held_at) == ("closed", None) if decision != "cancel" else case.state == "closed"
    assert not prove().faults


@pytest.mark.parametrize("decision", ["refund", "cancel"])
def test_a_decision_needs_its_own_facts(declined, noa_web, shira_web, decision):
    """DEC-32"""
    noa_web.post(f"/orders/{declined.number}/dispute/", {"text": WHY})
    case = Case.objects.get()
    path = f"/staff/cases/{case.number}/decision/"
    assert shira_web.post(path, {"decision": decision, "why": "נבדק מול שני הצדדים."}).status_code == 422
    assert shira_web.post(f"/staff/cases/{case.number}/closing/").status_code == 409
    case.refresh_from_db()
    assert case.state == "open"


def test_every_kind_has_its_words():
    """DEC-48: nothing on the pages falls out of the table."""
    from house.web.views.resolution import ABOUT, AGREEMENTS

    paid_only = {Kind.EXTRA}
    assert set(room.ASKED) == set(room.ASKING) == set(ABOUT) == set(Kind)
    assert set(Kind) - set(AGREEMENTS) == paid_only | {Kind.PROGRESS_UPDATE}
    assert WORKABLE


def test_elapsed_time_is_a_bar(noa, amir, noa_web, now, moments):
    """RES-17"""
    order = of(noa, amir, now, Kind.EXTENSION)
    ask(order, Kind.EXTENSION, moments.now, Party.PROVIDER)
    moments.go(hours=ASKINGS[Kind.EXTENSION].window / timedelta(hours=2))
    assert 'value="50"' in noa_web.get(f"/orders/{order.number}/").content.decode()


def test_an_answer_stays_on_the_order_page(noa, amir, noa_web, amir_web, now, at):
    """AMB-4, RES-14: what was asked and what was told is read by both, also afterwards."""
    order = of(noa, amir, now, Kind.PROGRESS_UPDATE)
    asked = ask(order, Kind.PROGRESS_UPDATE, at, Party.CLIENT)
    amir_web.post(f"/orders/{order.number}/consent/", {"answer": "הצנרת הוחלפה, מחר מתחילים לרצף"})
    for browser in (noa_web, amir_web):
        text = words(browser.get(f"/orders/{order.number}/"))
        assert asked.explanation in text
        assert "הצנרת הוחלפה, מחר מתחילים לרצף" in text


def test_who_asked_is_not_asked_to_answer(noa, amir, noa_web, amir_web, now, at):
    """R-2, O-21: the pages of an answer are the other side's."""
    free, paid = of(noa, amir, now, Kind.EXTENSION), of(noa, amir, now, Kind.EXTRA)
    ask(free, Kind.EXTENSION, at, Party.CLIENT)
    asked = ask(paid, Kind.EXTRA, at)
    assert noa_web.get(f"/orders/{free.number}/consent/").status_code == 409
    assert amir_web.get(f"/orders/{paid.number}/consent/").status_code == 409
    # The client as the one who asks for money is planted: no kind lets them.
    ResolutionRequest.objects.filter(pk=asked.pk).update(party=Party.CLIENT)
    assert noa_web.get(f"/orders/{paid.number}/change/payment/").status_code == 409
