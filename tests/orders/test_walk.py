"""Orders of all kinds, walked at random on a real database, and checked after every step.

`WALK_EXAMPLES=500 WALK_STEPS=60 bin/test tests/orders/test_walk.py` walks longer.
"""

import os
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from house.gateways.payments.twin.models import TwinFault
from house.orders.models import Earning
from house.payments.actions import ask_back
from house.payments.models import Checkout, Refund
from house.process import Refusal

from .walk import acts, checks
from .walk.market import MILLISECOND, Market, Town, town

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("WALK_EXAMPLES", "25"))
STEPS = int(os.environ.get("WALK_STEPS", "30"))
SHRINKS = os.environ.get("WALK_SHRINKS", "1") == "1"  # a failure is made short, which takes minutes
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if SHRINKS else [])]

PICK = st.integers(0, 11)
SIDE = st.sampled_from(acts.SIDES)
JUMPS = st.sampled_from([timedelta(minutes=1), timedelta(minutes=31), timedelta(hours=5), timedelta(days=1)])
NEAR = st.sampled_from([-MILLISECOND, timedelta(), timedelta(), MILLISECOND])


class Walk(RuleBasedStateMachine):
    """One walk; `town` is what stands before each."""

    town: Town
    start = None
    seen: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.market = Market(self.town, self.start)
        self.whole = True

    def teardown(self) -> None:
        try:
            if self.whole:
                self.come_to_an_end()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def do(self, act, *arguments, **words) -> None:
        """Something happens, or is refused; then everything is checked if anything was written."""
        self.whole, before = False, checks.touched()
        with suppress(Refusal):
            act(*arguments, **words)
        if checks.touched() != before:
            checks.everything(self.market)
        self.whole = True

    def come_to_an_end(self) -> None:
        """The gateway is well and everybody silent until nothing is due: all money has gone where it belongs."""
        TwinFault.objects.all().delete()
        for _ in range(80):
            while self.market.mail:
                self.market.hear(0)
            self.market.errands()
            moments = self.market.moments()
            if not moments:
                break
            self.market.jump(moments[0], sweeps=True)
        while self.market.new(Refund).filter(state="failed").exists():
            acts.finance_acts(self.market, "failed_refund", 0)
        checks.everything(self.market)
        assert not self.market.moments()
        assert not Checkout.objects.filter(state__in=["open", "paying"]).exists()
        assert not Refund.objects.filter(state="asked").exists()
        checks.the_gateway_agrees(self.market)
        self.seen.update(acts.what_happened(self.market))

    # Buying and paying

    @initialize(kind=st.sampled_from(sorted(acts.BUYING)), pick=PICK, paid=st.sampled_from([True, True, True, False]))
    def first_order(self, kind, pick, paid):
        self.do(acts.BUYING[kind], self.market, pick)
        if paid:
            self.do(self.pays, "pays", pick)

    @precondition(lambda self: self.market.new(Checkout).count() < 6)
    @rule(kind=st.sampled_from(sorted(acts.BUYING)), pick=PICK)
    def order(self, kind, pick):
        self.do(acts.BUYING[kind], self.market, pick)

    def pays(self, mood: str, pick: int) -> None:
        """The gateway's moods, with the checkout that was opened last or an older one."""
        market = self.market
        rows = list(market.new(Checkout))
        if not rows:
            raise Refusal("nothing_yet")
        checkout = rows[-1 if pick < 8 else pick % len(rows)]
        if mood == "charges_twice":
            market.charge_twice(checkout)
        else:
            market.settle(checkout, "declined" if mood == "declines" else "paid")
        if mood != "is_silent":
            market.hear(-1)
        if mood not in ("is_silent", "is_heard"):
            market.errands()

    @rule(
        mood=st.sampled_from(["pays", "pays", "pays", "declines", "charges_twice", "is_silent", "is_heard"]), pick=PICK
    )
    def gateway(self, mood, pick):
        self.do(self.pays, mood, pick)

    @rule(pick=PICK, again=st.booleans(), applied=st.booleans())
    def a_late_word_of_the_gateway(self, pick, again, applied):
        self.do(self.market.hear, pick, again=again)
        if applied:
            self.do(self.market.apply, pick)

    # People

    def goes_on_with(self, pick: int, choice: int) -> None:
        """What the other side waits for: the next step of the order, or the answer to what was asked."""
        for act, *arguments in acts.going_on(self.market, pick, choice):
            self.do(act, self.market, *arguments)
        if self.market.new(Checkout).filter(state="open").exists():
            self.do(self.pays, "pays", 0)

    @rule(pick=PICK, choice=PICK)
    def somebody_goes_on(self, pick, choice):
        self.goes_on_with(pick, choice)

    @rule(pick=PICK, choice=PICK)
    def work_goes_on(self, pick, choice):
        self.goes_on_with(pick, choice)

    @rule(name=st.sampled_from(sorted(acts.STEPS)), side=SIDE, pick=PICK, stage=st.integers(-1, 5))
    def anybody_moves(self, name, side, pick, stage):
        self.do(acts.step, self.market, name, side, pick, stage)

    @rule(kind=st.sampled_from(acts.KINDS), side=SIDE, pick=PICK, whole=st.booleans())
    def anybody_asks(self, kind, side, pick, whole):
        self.do(acts.ask, self.market, kind, side, pick, whole)

    @rule(pick=PICK, choice=PICK, whole=st.booleans())
    def a_side_asks_what_it_may(self, pick, choice, whole):
        self.do(acts.ask_what_may_be_asked, self.market, pick, choice, whole)

    @rule(pick=PICK, choice=PICK, whole=st.booleans())
    def a_side_asks_something(self, pick, choice, whole):
        self.do(acts.ask_what_may_be_asked, self.market, pick, choice, whole)

    @rule(verb=st.sampled_from(acts.ANSWERS), side=SIDE, pick=PICK)
    def anybody_answers(self, verb, side, pick):
        self.do(acts.answer, self.market, verb, side, pick)

    @rule(verb=st.sampled_from(acts.ANSWERS), side=st.sampled_from(["client", "provider"]))
    def a_side_answers(self, verb, side):
        self.do(acts.answer, self.market, verb, side, 0)

    @rule(verb=st.sampled_from([*acts.SENDING, "pay", "decline", "withdraw"]), side=SIDE, pick=PICK)
    def a_quote_is_sent_or_answered(self, verb, side, pick):
        if verb in acts.SENDING:
            self.do(acts.SENDING[verb], self.market, pick)
        else:
            self.do(acts.answer_quote, self.market, verb, side, pick)

    @rule(side=SIDE, pick=PICK)
    def anybody_calls_support(self, side, pick):
        self.do(acts.dispute, self.market, side, pick)

    @rule(name=st.sampled_from([*acts.DECISIONS, "at_once"]), side=st.sampled_from(["support", "client"]), pick=PICK)
    def support_decides(self, name, side, pick):
        """In a case, or without one."""
        if name == "at_once":
            self.do(acts.support_cancels, self.market, side, pick)
        else:
            self.do(acts.decision, self.market, name, side, pick)

    @rule(pick=PICK, decided=st.sampled_from(["", "", "chargeback_won", "chargeback_lost"]), heard=st.booleans())
    def a_bank_takes_a_payment_back_or_decides(self, pick, decided, heard):
        if pick % 3 == 0 or decided:
            self.do(self.market.disputed, pick, decided)
            if heard:
                self.do(self.market.hear, -1)
                self.do(self.market.errands)

    @precondition(lambda self: self.market.new(Earning).filter(cleared_at=None).exists())
    @rule(pick=PICK)
    def a_bank_takes_what_was_paid_out(self, pick):
        """DEC-38: what cleared is at the provider's bank already, so it becomes a debt."""
        waiting = self.market.new(Earning).filter(cleared_at=None).order_by("clears_at").first()
        self.do(self.market.jump, waiting.clears_at, sweeps=True)
        self.do(acts.finance_acts, self.market, "withdraw", 0)
        self.do(self.market.disputed, pick)
        self.do(self.market.hear, -1)
        self.do(self.market.errands)

    @rule(what=st.sampled_from(acts.FINANCE), pick=PICK)
    def money_leaves_or_comes_back(self, what, pick):
        self.do(acts.finance_acts, self.market, what, pick)

    @rule(side=SIDE, pick=PICK)
    def anybody_talks(self, side, pick):
        self.do(acts.talk, self.market, side, pick)

    # Time

    @rule(pick=st.integers(0, 3), near=NEAR, sweeps=st.sampled_from([True, True, False]))
    def it_is_time(self, pick, near, sweeps):
        """Exactly at a deadline, a millisecond before it, or after."""
        moments = [moment for moment in self.market.moments() if moment >= self.market.now]
        if moments:
            self.do(self.market.jump, moments[min(pick, len(moments) - 1)] + near, sweeps=sweeps)

    @rule(how_long=JUMPS, sweeps=st.booleans())
    def time_passes(self, how_long, sweeps):
        self.do(self.market.jump, self.market.now + how_long, sweeps=sweeps)

    @rule(bad_day=st.sampled_from(["", "start", "refund", "look_up"]), kind=st.sampled_from(["unreached", "timed_out"]))
    def the_worker_runs_its_errands(self, bad_day, kind):
        """Sometimes the gateway does not answer; then the same is asked again later."""
        if bad_day:
            self.market.bad_day(bad_day, kind)
        self.do(self.market.errands)
        self.do(ask_back, self.market.now)


def test_whatever_people_clocks_and_gateway_do_the_market_stays_whole(noa, amir, dana, shira, now):
    """Part 3 of the rules, DEC-12, DEC-30…36: money, diary, messages, deadlines and coupons after every step."""
    Walk.town, Walk.start = town(noa, amir, dana, shira, now), now
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=False,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
    for what, number in sorted(Walk.seen.items()):
        print(f"{number:5} {what}")  # in how many walks; shown by -rP
