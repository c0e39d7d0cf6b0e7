"""What must be true after every step, whatever was done."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from unittest import mock

from django.db import connection
from django.db.models import F, QuerySet, Sum

from house import policy
from house.desk.models import Case
from house.gateways.payments.twin.models import TwinPayment
from house.ledger.actions import Kind, balance
from house.ledger.models import Transfer
from house.notices.models import Notice
from house.orders import deadlines
from house.orders.models import Charge, Coupon, Deadline, Earning, Order, OrderEvent, ResolutionRequest
from house.orders.process import REQUEST, STAGE
from house.orders.statement import statement
from house.payments.actions import reconcile
from house.payments.models import Chargeback, Checkout, GatewayEvent, Refund
from house.process import Party
from house.quotes.models import Quote
from house.quotes.process import QUOTE
from house.treasury.proof import prove
from tests.orders import steps

from .clocks import the_clocks_are_right
from .market import Market

BOTH = {Party.CLIENT, Party.PROVIDER}


def everything(market: Market) -> None:
    """All checks; the first that fails says what is wrong."""
    the_database_agrees()
    the_books_are_whole(market)
    nothing_failed_in_silence()
    for order in market.new(Order).select_related("client", "provider", "checkout"):
        the_escrow_is_what_came_less_what_went(order)
        each_stage_is_settled_once(order)
        the_diary_is_a_legal_path(order)
        every_promised_message_was_sent_once(order)
        nothing_is_due_for_what_is_over(order)
        the_order_says_what_its_stages_say(order)
        the_clocks_are_right(order)
    for quote in market.new(Quote):
        the_quote_was_told(quote)
    for coupon in market.new(Coupon):
        the_coupon_is_where_its_checkout_is(coupon)


def touched() -> int:
    """How many rows this transaction has written so far; what was refused and touched nothing needs no check."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])


def the_database_agrees() -> None:
    """The guards that wait for the commit look now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def the_books_are_whole(market: Market) -> None:
    """The ledger proves itself, and the gateway's account says what really came and went."""
    assert prove().faults == []
    heard = GatewayEvent.objects.filter(kind="paid").exclude(applied_at=None)
    heard = heard.exclude(outcome__in=["unknown", "ignored", "duplicate"])
    came = {ref: amount - fee for ref, amount, fee in heard.values_list("ref", "amount", "fee")}
    went = _sum(Refund.objects.exclude(state="settled")) + _sum(Chargeback.objects.exclude(state="won"))
    assert balance(Kind.GATEWAY) == went - sum(came.values())


def nothing_failed_in_silence() -> None:
    """A deadline that raised is put off and a part of the sweep that raised calls staff: neither may be needed."""
    assert list(Deadline.objects.exclude(failures=0).values_list("kind", "error")) == []
    assert list(Case.objects.filter(kind=Case.Kind.MACHINE).values_list("subject", "text")) == []
    taken = TwinPayment.objects.exclude(dispute="")  # finance try again when the bank has given it back
    assert not Refund.objects.filter(state="failed").exclude(payment_ref__in=taken.values("ref")).exists()


def _sum(rows: QuerySet[Any]) -> int:
    return rows.aggregate(total=Sum("amount"))["total"] or 0


def the_escrow_is_what_came_less_what_went(order: Order) -> None:
    """DEC-12, DEC-38; of the statement that both sides see too."""
    charges = Charge.objects.filter(stage__order=order)
    paid = _sum(charges)
    earnings = Earning.objects.filter(stage__order=order).aggregate(gross=Sum("gross"), back=Sum("went_back"))
    checkouts = Checkout.objects.filter(charge__in=charges)
    back = Refund.objects.filter(checkout__in=checkouts, payment_ref=F("checkout__gateway_ref"))
    disputed = Chargeback.objects.filter(checkout__in=checkouts, payment_ref=F("checkout__gateway_ref"))
    taken = disputed.exclude(state="won").aggregate(total=Sum(F("amount") - F("loss")))["total"] or 0
    undecided = sum(row.amount - row.loss for row in disputed.filter(state="won") if _paid_undecided(row))
    released = (earnings["gross"] or 0) - (earnings["back"] or 0) + undecided
    held = balance(Kind.ESCROW, about=order.about)
    assert held == paid - released - _sum(back) - taken, (order, held, paid, released, taken)
    assert held >= 0
    found = statement(order)
    said = found.sums
    assert (said.paid, said.held, said.released) == (paid, held, released)
    assert (said.refunded, said.charged_back) == (_sum(back), taken)
    rows = found.movements
    assert sum(row.amount for row in rows) == said.held
    assert said.released == -sum(row.amount for row in rows if row.kind == "release") - sum(
        row.taken_back for row in rows
    )
    assert order.is_open or held == 0
    assert order.total == paid


def _paid_undecided(row: Chargeback) -> bool:
    """Delivered, disputed, and paid for when the bank gave the money again."""
    stage = row.checkout.charge.stage
    return stage.state == "cancelled" and stage.delivered_at is not None


def each_stage_is_settled_once(order: Order) -> None:
    """One release or one full refund; a stage that is over has had it, one that is not has not."""
    for stage in order.stages.all():
        kinds = list(
            Transfer.objects.filter(key__startswith=f"stage:{stage.pk}:settled").values_list("kind", flat=True)
        )
        wanted = {"approved": ["release"], "cancelled": ["refund"]}.get(stage.state, [])
        if stage.state == "cancelled" and not stage.price:
            wanted = []  # the bank took all of it
            assert Chargeback.objects.filter(checkout__charge__stage=stage).exists()
        assert kinds == wanted, (stage, kinds)


# The diary


def the_diary_is_a_legal_path(order: Order) -> None:
    """Every row begins where the one before it ended, and the tables of the rules allow it."""
    rows = list(order.events.order_by("pk"))
    for stage in order.stages.all():
        lived = [row for row in rows if row.stage_id == stage.pk]
        if stage.position == 1:
            first = lived.pop(0)
            assert (first.step, first.party, first.before) == ("place", "client", "")
            assert first.after in ("awaiting_requirements", "active")
            start = first.after
        else:
            start = "planned"
        assert_path(steps.STAGE_TABLE, start, [(row.step, row) for row in lived], stage.state)
    for request in order.requests.all():
        lived = [
            row for row in rows if row.step.startswith(f"{request.kind}_") and row.data.get("request") == request.pk
        ]
        named = [(row.step.removeprefix(f"{request.kind}_"), row) for row in lived]
        assert_path(steps.REQUEST_TABLE, "", named, request.state)
        for step, row in named:
            assert_side(step, row, request)


def assert_path(table: dict, start: str, rows: list[tuple[str, OrderEvent]], now: str) -> None:
    state = start
    for step, row in rows:
        assert row.before == state, (row, row.before, state)
        assert steps.verdict(table, step, row.before, row.party) == "", (step, row.before, row.party)
        assert row.after == steps.end(table, step, row.before), (step, row.before, row.after)
        state = row.after
    assert state == now, (rows, state, now)


def assert_side(step: str, row: OrderEvent, request: ResolutionRequest) -> None:
    """Whoever asked withdraws, the other side answers (AMB-11)."""
    if step in ("open", "withdraw"):
        assert row.party == request.party
    if step in ("consent", "decline"):
        assert row.party in {"client", "provider"} - {request.party}


# Messages


def every_promised_message_was_sent_once(order: Order) -> None:
    """What the tables promise was told, and nothing that they do not; the keys make it once."""
    keys = Notice.objects.filter(key__startswith=f"{order.about}:").values_list("key", "recipient_id")
    told = Counter(f"{what(key.removeprefix(order.about + ':'))} {who}" for key, who in keys)
    told = Counter({key: number for key, number in told.items() if key.startswith(STEPS_TOLD)})
    wanted = Counter(promised(order))
    assert told == wanted, (told - wanted, wanted - told)


STEPS_TOLD = ("event:", "place", "hold", "resume")  # the others are messages and reminders


def what(key: str) -> str:
    """ "event:7:12" without its recipient; a case holds and lets go at a moment."""
    head, _, rest = key.partition(":")
    return f"event:{rest.partition(':')[0]}" if head == "event" else head


def promised(order: Order) -> Iterator[str]:
    people = {Party.CLIENT: order.client_id, Party.PROVIDER: order.provider_id}
    yield from (f"place {who}" for who in people.values())
    stopped = False
    for row in order.events.order_by("pk"):
        key = f"event:{row.pk}"
        if row.step in ("hold", "resume"):
            key, tell = row.step, BOTH - ({row.party} if row.step == "hold" else set())
        elif row.step in OF_MONEY:
            tell = OF_MONEY[row.step](row)
        elif row.stage_id is None:
            tell = REQUEST.rules[row.step.removeprefix(f"{kind_of(row)}_")].tell - {row.party}
        elif row.step == "place" or row.data.get("request") or (row.step == "stop" and stopped):
            tell = set()  # told as the order, as the request's answer, as the first that was stopped
        elif row.step == "cancel" and row.party == Party.CLOCK:
            tell = set()  # told with the chargeback that cancelled it
        else:
            tell = STAGE.rules[row.step].tell - {row.party}
            stopped = stopped or row.step == "stop"
        yield from (f"{key} {people[party]}" for party in tell)


OF_MONEY: dict[str, Callable[[OrderEvent], set[Party]]] = {
    "chargeback": lambda row: (BOTH if row.data["cancels"] else {Party.PROVIDER}) if row.data["amount"] else set(),
    "chargeback_won": lambda row: {Party(row.data["to"])} if row.data["to"] else set(),
    "late_refund": lambda row: BOTH,
}


def kind_of(row: OrderEvent) -> str:
    return ResolutionRequest.objects.values_list("kind", flat=True).get(pk=row.data["request"])


def the_quote_was_told(quote: Quote) -> None:
    told = Counter(Notice.objects.filter(about=quote.about).exclude(kind="quote_warn").values_list("kind", flat=True))
    wanted = Counter(["quote_sent"])
    for step, row in QUOTE.rules.items():
        if row.end == quote.state:
            wanted.update({f"quote_{step}": len(row.tell)})
    assert told == wanted, (quote.state, told)


# Clocks


def nothing_is_due_for_what_is_over(order: Order) -> None:
    """What is stored is what the tables ask for, and only of what is still alive."""
    stored = list(Deadline.objects.filter(order=order))
    asked = {(row.kind, row.subject): row.due_at for row in deadlines.promises(order)}
    for row in stored:
        if row.done_at is None or (row.kind, row.subject) in asked:
            assert asked.get((row.kind, row.subject)) == row.due_at, (row, asked)
    assert set(asked) <= {(row.kind, row.subject) for row in stored}
    assert order.is_open or not stored
    alive = {f"stage:{row.pk}" for row in order.stages.exclude(state__in=["approved", "cancelled", "stopped"])}
    alive |= {f"request:{row.pk}" for row in order.requests.filter(state="open")}
    assert {row.subject for row in stored} <= alive


def the_order_says_what_its_stages_say(order: Order) -> None:
    """MIL-20, DEC-35: completed, cancelled, or open with somebody who can go on."""
    states = [row.state for row in order.stages.all()]
    going = [state for state in states if state in steps.OPEN]
    assert len(going) <= 1, states
    if going or "planned" in states:
        assert order.state == Order.State.OPEN
        assert going or order.stages.filter(state="planned").first().begin_by is not None
        return
    assert order.state == (Order.State.COMPLETED if "approved" in states else Order.State.CANCELLED)
    assert not order.requests.filter(state="open").exists()
    moments = [row.ended_at for row in order.stages.all()]
    assert order.ended_at == max(moments)
    assert all(one <= two for one, two in pairwise(moments))


def the_coupon_is_where_its_checkout_is(coupon: Coupon) -> None:
    """DEC-31, COU-16"""
    checkout = coupon.checkout
    order = Order.objects.filter(checkout=checkout).first() if checkout else None
    if coupon.state == Coupon.State.ISSUED:
        assert checkout is None
    elif coupon.state == Coupon.State.HELD:
        assert order is None and checkout.state != Checkout.State.PAID
    else:
        assert order is not None
        assert (coupon.state == Coupon.State.VOID) == (order.state == Order.State.CANCELLED)


def the_gateway_agrees(market: Market) -> None:
    """At the end the twin's own books say what the market's say, to the agora and line by line."""
    paid = TwinPayment.objects.filter(state="paid", pk__gt=market.before[TwinPayment])
    kept = sum(row.amount - row.refunded - (row.disputed if row.dispute != "chargeback_won" else 0) for row in paid)
    heard = market.new(GatewayEvent).filter(kind="paid").exclude(outcome__in=["unknown", "ignored", "duplicate"])
    went = _sum(market.new(Refund).filter(state="done")) + _sum(Chargeback.objects.exclude(state="won"))
    came = {event.ref: event.amount for event in heard}  # told by webhook, and again when asked
    assert kept == sum(came.values()) - went
    with mock.patch.object(policy, "RECONCILE_AFTER", timedelta()):
        assert reconcile(market.now) == []
