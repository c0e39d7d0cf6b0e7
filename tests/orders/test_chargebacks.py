"""The client's bank takes a payment back, or gives it again (DEC-38)."""

from datetime import datetime, timedelta

import pytest

from house.gateways.payments import HookEvent
from house.gateways.payments import Kind as Told
from house.ledger import debts
from house.ledger.actions import Kind, balance
from house.notices.models import Notice
from house.orders.actions import requests
from house.orders.actions.late_refund import refund_late
from house.orders.models import Charge, Earning, Order, Stage
from house.orders.statement import statement
from house.payments import actions as payments
from house.payments.actions import TooEarly
from house.payments.models import Chargeback, GatewayEvent, Refund
from house.process import Refusal
from house.treasury import payouts
from house.treasury.proof import prove
from house.worker.errands import WHEN_DISPUTED, WHEN_PAID
from house.worker.sweep import sweep
from tests import make, persons
from tests.treasury import banking

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"


@pytest.fixture
def at(now) -> datetime:
    """After delivery and acceptance, before anything clears."""
    return now + 10 * DAY


@pytest.fixture
def ordered(noa, amir, now):
    """An order of 1,000 ₪ in a state of its stage; each at an offer of its own."""

    def make_one(state: str = Stage.State.APPROVED, **changes) -> Order:
        return make.order(noa, amir, now, state=state, **changes)

    return make_one


def told(order: Order, at: datetime, kind: str = Told.CHARGED_BACK, amount: int | None = None, again: str = "") -> str:
    """The gateway's word about the first payment of an order."""
    return make.hear(order.checkout, at, event=f"{order.number}:{kind}{again}", kind=kind, amount=amount)


def sums(order: Order) -> dict[str, int]:
    found = statement(order).sums
    assert found.paid == found.held + found.released + found.refunded + found.charged_back
    return {name: amount for name, amount in vars(found).items() if amount and name != "paid"}


def has(provider) -> dict[str, int]:
    """What stands on a provider's accounts, in minor units."""
    kinds = (Kind.PENDING, Kind.CLEARED, Kind.DEBT)
    return {kind.value: amount for kind in kinds if (amount := balance(kind, provider))}


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def after(order: Order) -> list[str]:
    assert prove().faults == []
    return list(Notice.objects.filter(kind__contains="chargeback").order_by("pk").values_list("kind", flat=True))


# Before the release


def test_an_open_order_is_cancelled_and_the_money_is_gone_from_escrow(ordered, at):
    order = ordered(Stage.State.ACTIVE)
    assert told(order, at) == "charged_back"
    order = fresh(order)
    assert (order.state, order.ending, order.counts_in_rate) == ("cancelled", "chargeback", False)
    assert sums(order) == {"charged_back": 1000_00}
    assert not Refund.objects.exists(), "the bank has it already"
    assert after(order) == ["chargeback_cancel_client", "chargeback_cancel_provider"]


def test_what_else_was_paid_in_an_open_order_goes_back(ordered, noa, amir, at):
    order = ordered(Stage.State.ACTIVE)
    change = {"lines": [{"title": "קיר נוסף", "price": 150_01, "quantity": 1}], "days": 1}
    asked = requests.ask(
        make.stage(order), kind="extra", reason="offer", explanation=WHY, change=change, by=amir, now=at
    )
    extra = requests.open_for_request(asked, client=noa, now=at)
    payments.begin(extra, invoice_name="נועה", invoice_number="", terms_version="1", now=at)
    payments.send_to_gateway(extra, return_url="/", title="תוספת")
    make.hear(extra, at, event="extra", when_paid=WHEN_PAID)
    assert told(order, at + DAY) == "charged_back"
    refund = Refund.objects.get()
    assert (refund.checkout, refund.amount) == (extra, 150_01)
    assert sums(fresh(order)) == {"charged_back": 1000_00, "refunded": 150_01}
    after(order)


def test_a_part_taken_by_the_bank_leaves_the_rest_to_go_back(ordered, at):
    order = ordered(Stage.State.DELIVERED)
    assert told(order, at - 7 * DAY, amount=333_33) == "charged_back"
    assert sums(fresh(order)) == {"charged_back": 333_33, "refunded": 666_67}
    after(order)


def test_what_the_clock_had_to_do_before_is_done_first(ordered, at):
    """DEC-30: the silence had accepted the delivery; so it is taken from the provider, and the order stands."""
    order = ordered(Stage.State.DELIVERED)
    told(order, at + 30 * DAY)
    assert fresh(order).state == "completed"
    assert sums(order) == {"charged_back": 1000_00}
    after(order)


# After the release: 80/20 reversed, from uncleared money, from cleared money, as a debt


def test_a_released_payment_is_taken_from_what_has_not_cleared(ordered, amir, at):
    order = ordered()
    assert has(amir) == {"pending": 800_00}
    assert told(order, at) == "charged_back"
    assert has(amir) == {}
    assert balance(Kind.COMMISSION) == balance(Kind.VAT) == balance(Kind.ESCROW) == balance(Kind.GATEWAY) == 0
    assert (fresh(order).state, sums(order)) == ("completed", {"charged_back": 1000_00})
    assert after(order) == ["chargeback_provider"]
    sweep(at + 60 * DAY)
    assert Earning.objects.get().cleared_at is not None
    assert has(amir) == {} and prove().faults == []


def test_then_from_other_earnings_that_have_not_cleared(ordered, amir, at):
    first = ordered()
    sweep(at + 20 * DAY)
    payouts_of(amir, 800_00, at + 20 * DAY)
    second = make.order(first.client, amir, at + 15 * DAY, state=Stage.State.APPROVED)
    assert has(amir) == {"pending": 800_00}
    told(first, at + 21 * DAY, amount=500_00)
    assert has(amir) == {"pending": 400_00}
    assert Earning.objects.get(stage__order=second).to_clear == 400_00
    sweep(at + 60 * DAY)
    assert has(amir) == {"cleared": 400_00}
    after(first)


def payouts_of(provider, amount: int, at: datetime):
    banking.with_bank(provider, at)
    return payouts.withdraw(provider, amount=amount, now=at)


def test_then_from_cleared_money_and_what_is_missing_is_a_debt_that_later_earnings_pay(ordered, amir, at):
    order = ordered()
    sweep(at + 20 * DAY)
    payouts_of(amir, 700_00, at + 20 * DAY)
    told(order, at + 21 * DAY)
    assert has(amir) == {"debt": -700_00}
    assert debts.owed(amir) == 700_00
    for number, left in ((1, {"debt": -700_00 + 640_00}), (2, {"cleared": 580_00})):
        later = make.order(order.client, amir, at + 30 * number * DAY, state=Stage.State.APPROVED, price=800_00)
        sweep(at + (30 * number + 25) * DAY)
        assert has(amir) == left, later
    after(order)


def test_whoever_owes_withdraws_nothing(ordered, amir, at):
    order = ordered()
    sweep(at + 20 * DAY)
    payouts_of(amir, 800_00, at + 20 * DAY)
    told(order, at + 21 * DAY)
    with pytest.raises(Refusal, match="more_than_cleared"):
        payouts.withdraw(amir, amount=50_00, now=at + 21 * DAY)


def test_a_payout_taken_back_pays_the_debt_first(ordered, amir, at):
    order = ordered()
    sweep(at + 20 * DAY)
    row = payouts_of(amir, 800_00, at + 20 * DAY)
    told(order, at + 21 * DAY, amount=500_00)
    assert has(amir) == {"debt": -400_00}
    payouts.take_back(row, by=amir, now=at + 22 * DAY)
    assert has(amir) == {"cleared": 400_00}
    after(order)


def test_the_parts_of_what_went_back_sum_to_the_whole_whatever_they_were(ordered, amir, shira, at):
    """Differences of whole divisions: no agora is lost however often a part goes back."""
    order = ordered(price=1000_01)
    finance = persons.staff("fin", "רות", "אלון", at, "finance")
    for amount in (33_33, 1, 333_35):
        refund_late(make.stage(order), amount=amount, why="פיצוי", by=finance, now=at)
        assert prove().faults == []
    told(order, at)
    assert has(amir) == {}
    assert balance(Kind.COMMISSION) == balance(Kind.VAT) == 0
    assert sums(order) == {"charged_back": 1000_01 - 366_69, "refunded": 366_69}
    assert Chargeback.objects.get().loss == 366_69 and balance(Kind.LOSS) == -366_69


# What went back before


def test_what_was_refunded_before_is_the_markets_loss(ordered, noa, amir, at):
    order = ordered(Stage.State.ACTIVE)
    asked = requests.ask_cancellation(make.stage(order), reason="other", explanation=WHY, by=amir, now=at)
    requests.consent(asked, by=noa, now=at)
    assert told(order, at + DAY) == "charged_back"
    assert sums(fresh(order)) == {"refunded": 1000_00}
    assert balance(Kind.LOSS) == -1000_00
    assert after(order) == []
    told(order, at + 2 * DAY, Told.CHARGEBACK_WON)
    assert balance(Kind.LOSS) == 0
    assert after(order) == []


def test_never_more_than_was_charged(ordered, amir, at):
    order = ordered()
    told(order, at, amount=1000_00 + 1)
    assert Chargeback.objects.get().amount == 1000_00
    after(order)


# The bank decides


def test_what_was_released_is_the_providers_again(ordered, amir, at):
    order = ordered(price=1000_01)
    before = sums(order)
    told(order, at)
    assert told(order, at + 30 * DAY, Told.CHARGEBACK_WON) == "chargeback_won"
    assert has(amir) == {"cleared": 800_01}
    assert sums(order) == before
    assert Charge.objects.get(stage__order=order).returned == 0
    assert after(order) == ["chargeback_provider", "chargeback_won_provider"]


def test_a_debt_is_paid_first_when_it_comes_again(ordered, amir, at):
    order, other = ordered(), ordered()
    sweep(at + 20 * DAY)
    payouts_of(amir, 1600_00, at + 20 * DAY)
    told(order, at + 21 * DAY)
    told(other, at + 21 * DAY, amount=100_00)
    assert has(amir) == {"debt": -880_00}
    told(order, at + 22 * DAY, Told.CHARGEBACK_WON)
    assert has(amir) == {"debt": -80_00}
    after(order)


def test_work_that_was_delivered_is_paid_for(ordered, amir, at):
    """A client who takes the delivery and has the bank take the payment gets neither for nothing."""
    order = ordered(Stage.State.DELIVERED)
    told(order, at - 7 * DAY)
    told(order, at + 30 * DAY, Told.CHARGEBACK_WON)
    assert has(amir) == {"cleared": 800_00}
    assert sums(order) == {"released": 1000_00}
    assert after(order)[-1] == "chargeback_won_provider"


def test_work_that_was_never_delivered_is_not_and_the_client_has_the_money_again(ordered, at):
    order = ordered(Stage.State.ACTIVE)
    told(order, at)
    told(order, at + 30 * DAY, Told.CHARGEBACK_WON)
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason) == (1000_00, "chargeback_won")
    assert sums(order) == {"refunded": 1000_00}
    assert after(order)[-1] == "chargeback_won_client"


def test_what_the_bank_keeps_moves_nothing_more(ordered, amir, at):
    order = ordered()
    told(order, at)
    seal = statement(order).seal
    assert told(order, at + DAY, Told.CHARGEBACK_LOST) == "chargeback_lost"
    assert told(order, at + DAY, Told.CHARGEBACK_WON) == "duplicate", "it was decided"
    assert statement(order).seal == seal
    assert Chargeback.objects.get().state == "lost"
    assert after(order) == ["chargeback_provider"]


# The gateway's moods


def test_told_twice_it_is_taken_once(ordered, at):
    order = ordered()
    told(order, at)
    assert told(order, at, again="#2") == "duplicate"
    assert balance(Kind.GATEWAY) == 0
    after(order)


def test_a_decision_that_comes_before_the_chargeback_waits_for_it(ordered, amir, at):
    order = ordered()
    with pytest.raises(TooEarly):
        told(order, at, Told.CHARGEBACK_WON)
    told(order, at)
    told(order, at, Told.CHARGEBACK_WON)
    assert has(amir) == {"cleared": 800_00}
    after(order)


def test_a_chargeback_that_comes_before_the_payment_waits_for_it(noa, amir, now):
    row = make.checkout(make.offer(amir, now), noa, now)
    with pytest.raises(TooEarly):
        make.pay(row, now, kind=Told.CHARGED_BACK)


def test_a_payment_that_bought_nothing_and_is_disputed_is_the_markets_loss(ordered, noa, amir, now, at):
    """It was charged twice, the second payment was sent back, and then the bank took it."""
    order = ordered()
    row = order.checkout
    assert hear_of("tw_second", row, at, event="second", kind="paid") == "second_payment"
    assert hear_of("tw_second", row, at, event="taken", kind=Told.CHARGED_BACK) == "charged_back"
    assert balance(Kind.LOSS) == -1000_00
    assert hear_of("tw_second", row, at, event="won", kind=Told.CHARGEBACK_WON) == "chargeback_won"
    assert balance(Kind.LOSS) == 0
    assert sums(order) == {"released": 1000_00}
    after(order)


def hear_of(ref: str, row, at: datetime, *, event: str, kind: str) -> str:
    payments.store_event(
        HookEvent(event, kind, ref, row.key, row.amount, row.currency), gateway="local", raw="{}", now=at
    )
    pk = GatewayEvent.objects.get(event_id=event).pk
    return payments.apply(pk, now=at, when_paid=WHEN_PAID, when_disputed=WHEN_DISPUTED)


# Refunds after the release


def test_finance_returns_a_part_after_the_release(ordered, amir, at):
    order = ordered()
    finance = persons.staff("fin", "רות", "אלון", at, "finance")
    refund_late(make.stage(order), amount=250_00, why="פיצוי על נזק", by=finance, now=at)
    assert has(amir) == {"pending": 600_00}
    assert sums(order) == {"released": 750_00, "refunded": 250_00}
    assert Refund.objects.get().amount == 250_00
    kinds = Notice.objects.filter(kind__startswith="late_refund").values_list("kind", flat=True)
    assert set(kinds) == {"late_refund_client", "late_refund_provider"}
    for amount, why, by, code in (
        (750_01, "פיצוי", finance, "more_than_released"),
        (0, "פיצוי", finance, "more_than_released"),
        (1, " ", finance, "reason_missing"),
        (1, "פיצוי", amir, "wrong_party"),
    ):
        with pytest.raises(Refusal, match=code):
            refund_late(make.stage(order), amount=amount, why=why, by=by, now=at)
    with pytest.raises(Refusal, match="wrong_state"):
        refund_late(make.stage(ordered(Stage.State.ACTIVE)), amount=1, why="פיצוי", by=finance, now=at)
    assert prove().faults == []
