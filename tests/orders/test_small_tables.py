"""The two small machines of buying: a quote (3.6, DEC-13) and a coupon (3.6, DEC-31), by table and by verbs."""

from datetime import timedelta

import pytest
from django.db import transaction

from house import policy
from house.orders.actions import coupons, requests
from house.orders.actions.checkout import open_for_quote
from house.orders.models import Coupon, Order
from house.payments.actions import expire_due
from house.process import CLOCK, Party, Refusal
from house.quotes import actions as quotes
from house.quotes.actions import move
from house.quotes.models import Quote
from house.quotes.process import QUOTE, Step

from . import steps
from .test_coupons import buy, coupon, later, member  # noqa: F401 - fixtures
from .test_milestones import pay, quote
from .test_resolution import Kind as Ask
from .test_resolution import ask


def test_the_table_of_quotes_says_exactly_what_the_rules_say():
    assert {str(step) for step in Step} == set(steps.QUOTE_TABLE) == set(QUOTE.rules)
    assert {str(state) for state in Quote.State} == set(steps.QUOTE_STATES)
    for step in steps.QUOTE_TABLE:
        for state in steps.QUOTE_STATES:
            for party in steps.PARTIES:
                code = steps.verdict(steps.QUOTE_TABLE, step, state, party)
                assert QUOTE.allows(step, state=state, party=Party(party)) == (not code), (step, state, party)
                if not code:
                    assert QUOTE.path(step, state=state) == steps.end(steps.QUOTE_TABLE, step, state)


def accept(row: Quote, *, by, now) -> None:
    """Accepted when it is paid for (O-1, M-2); whoever may not pay is refused at the door."""
    if by is CLOCK:
        with move(row, Step.ACCEPT, by=by, now=now):
            pass
        return
    checkout = open_for_quote(row, client=by, now=now)
    assert pay(checkout, now, f"quote {checkout.token}") == "paid"


def expire(row: Quote, *, by, now) -> None:
    with move(row, Step.EXPIRE, by=by, now=now):
        pass


def lapse(row: Quote, *, by, now) -> None:
    with move(row, Step.LAPSE, by=by, now=now):
        pass


VERBS = {
    "accept": accept,
    "decline": quotes.decline,
    "withdraw": quotes.withdraw,
    "expire": expire,
    "lapse": lapse,
}


def brought(state: str, noa, amir, now) -> Quote:
    row = quote(noa, amir, now)
    if state == "accepted":
        accept(row, by=noa, now=now)
    elif state == "declined":
        quotes.decline(row, by=noa, now=now)
    elif state == "withdrawn":
        quotes.withdraw(row, by=amir, now=now)
    elif state == "expired":
        quotes.expire_due(row.expires_at)
    elif state == "lapsed":
        lapse(row, by=CLOCK, now=now)
    return Quote.objects.get(pk=row.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("state", steps.QUOTE_STATES)
def test_every_step_of_a_quote_by_everyone(noa, amir, dana, shira, now, state):
    """COF-04, DEC-13: 5 steps × 5 people in all six states."""
    row = brought(state, noa, amir, now)
    assert row.state == state
    for step, verb in VERBS.items():
        for party, by in {"client": noa, "provider": amir, "clock": CLOCK, "dana": dana, "shira": shira}.items():
            code = steps.verdict(steps.QUOTE_TABLE, step, state, party)
            if party in ("dana", "shira") or (step, party) == ("accept", "provider"):
                code = "stranger"  # only its client stands at its checkout
            wanted = state if code else steps.end(steps.QUOTE_TABLE, step, state)
            assert tried(verb, row, by, now + timedelta(hours=1)) == (code, wanted), (step, party)


def tried(verb, row, by, now) -> tuple[str, str]:
    with transaction.atomic():
        try:
            verb(Quote.objects.get(pk=row.pk), by=by, now=now)
            code = ""
        except Refusal as refusal:
            code = refusal.code
        after = Quote.objects.get(pk=row.pk).state
        transaction.set_rollback(True)
    return code, after


# Coupons


def lived(coupon: Coupon, state: str, later):  # noqa: F811
    """The coupon in a state, and its last checkout."""
    checkout = buy(coupon, later)
    if state == "issued":
        expire_due(later + policy.CHECKOUT_EXPIRY)
        coupons.give_back_due(later + policy.CHECKOUT_EXPIRY)
    if state in ("used", "void"):
        pay(checkout, later, "coupon")
    if state == "void":
        order = Order.objects.get(checkout=checkout)
        requests.consent(ask(order, Ask.CANCELLATION, later, Party.PROVIDER), by=order.client, now=later)
    checkout.refresh_from_db()
    return Coupon.objects.get(pk=coupon.pk), checkout


@pytest.mark.django_db
@pytest.mark.parametrize("state", steps.COUPON_STATES)
def test_every_step_of_a_coupon_in_every_state(coupon, later, state):  # noqa: F811
    """DEC-31, COU-16: held by one checkout, used once, void with its order, never back from there."""
    row, checkout = lived(coupon, state, later)
    assert row.state == state
    over = later + policy.CHECKOUT_EXPIRY

    def hold() -> None:
        buy(row, later)

    def use() -> None:
        coupons.use(checkout)

    def give_back() -> None:
        expire_due(over)
        coupons.give_back_due(over)

    def void() -> None:
        for order in Order.objects.filter(checkout=checkout):
            coupons.void(order)

    for step, act in {"hold": hold, "use": use, "give_back": give_back, "void": void}.items():
        start, end = steps.COUPON_TABLE[step]
        with transaction.atomic():
            try:
                act()
                code = ""
            except Refusal as refusal:
                code = refusal.code
            after = Coupon.objects.get(pk=row.pk).state
            transaction.set_rollback(True)
        allowed = state == start
        assert after == (end if allowed else state), step
        refused = "coupon_held" if (step, state) == ("hold", "held") else "coupon_taken"
        assert code == ("" if allowed or step in ("give_back", "void") else refused), step
