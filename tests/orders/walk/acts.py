"""What people try: every step of a stage, every answer to a request, quotes, coupons, support, talk."""

from typing import Any

from house.catalog.extras import OwnLine
from house.desk.disputes import decide, open_dispute
from house.desk.models import Case
from house.inbox.actions import open_conversation
from house.ledger.actions import Kind, balance
from house.orders.actions import chat, coupons, milestones, requests, support, tasks, work
from house.orders.actions.checkout import open_for_offer, open_for_quote
from house.orders.actions.late_refund import refund_late
from house.orders.models import Coupon, Delivery, Earning, Order, OrderEvent, Stage
from house.orders.move import open_request
from house.orders.process import ASKINGS
from house.orders.reasons import REASONS
from house.payments.actions.failed import settle_otherwise, try_again
from house.payments.models import Checkout, Refund
from house.process import Party, Refusal
from house.quotes import actions as quotes
from house.quotes.actions import StageRow
from house.quotes.models import Quote
from house.treasury import batches, payouts
from house.treasury.models import Payout
from tests.orders import steps
from tests.treasury import banking

from .market import Act, Market, current

WHY = "הסבר שמספיק לצד השני כדי להחליט."
TEXT = "העבודה הושלמה, התמונות מצורפות לצ׳אט ההזמנה."
FILE = "5f0f3f5e-0000-4000-8000-000000000001"
LINK = ["https://files.example/all"]
YES = {"in_scope": "yes", "complete": "yes"}
SIDES = ("client", "provider", "client", "provider", "support", "stranger")


# Buying

MILESTONES = [
    StageRow("הריסה ופינוי", 4_000_01, 5, "חדר ריק ונקי", 1),
    StageRow("צנרת", 333_33, 8, "צנרת חדשה", 0),
    StageRow("איטום", 6_000_00, 1, "איטום נבדק בהצפה", None),
    StageRow("ריצוף", 8_000_00, 30, "ריצוף", 2),
    StageRow("צבע", 20_00, 2, "צבע", 1),
    StageRow("גמר", 999_99, 3, "חדר רחצה מוכן", 0),
]


def buy_simple(market: Market, pick: int) -> Checkout:
    return _offer(market, package=1 + pick % 3)


def buy_many(market: Market, pick: int) -> Checkout:
    """ORD-02, ORD-03: several units, extras, sometimes fast."""
    extras = {row.pk: pick % 3 for row in market.town.plain.extras.all()}
    return _offer(market, quantity=1 + pick % 4, extras=extras, fast=pick % 5 == 0)


def buy_waiting(market: Market, pick: int) -> Checkout:
    return _offer(market, asking=True)


def buy_with_coupon(market: Market, pick: int) -> Checkout:
    """COU: given when there is none to use."""
    town = market.town
    coupon = Coupon.objects.filter(client=town.client, state="issued").first()
    if coupon is None:
        (coupon,) = coupons.give(town.provider, clients=[town.client], percent=1 + pick % 20, note="", now=market.now)
    return _offer(market, package=1 + pick % 3, coupon=coupon, asking=pick % 4 == 0)


def _offer(market: Market, *, asking: bool = False, **choice: Any) -> Checkout:
    offer = market.town.asking if asking else market.town.plain
    asked = {"package": 1, "quantity": 1, "extras": {}, "fast": False, **choice}
    asked["package"] = 1 if asking else asked["package"]
    return open_for_offer(offer, client=market.town.client, now=market.now, **asked)


def _quote(market: Market, rows: list[StageRow], pick: int, **more: Any) -> Quote:
    town, asks = market.town, pick % 4 == 1
    talk = open_conversation(town.client, town.provider, now=market.now)
    offer = town.asking if asks else town.plain
    return quotes.send(
        talk,
        by=town.provider,
        offer=offer,
        text=WHY,
        stages=rows,
        asks_requirements=asks,
        expires_in=1 + pick % 9,
        now=market.now,
        **more,
    )


def send_custom(market: Market, pick: int) -> Quote:
    lines = [OwnLine("מדף", 120_00, 1 + pick % 3)] if pick % 2 else []
    return _quote(market, [StageRow("", 1_500_00, 4 + pick, revisions=pick % 3)], pick, lines=lines)


def send_milestones(market: Market, pick: int) -> Quote:
    return _quote(market, MILESTONES[: 2 + pick % 5], pick)


def buy_custom(market: Market, pick: int) -> Checkout:
    return open_for_quote(send_custom(market, pick), client=market.town.client, now=market.now)


def buy_milestones(market: Market, pick: int) -> Checkout:
    return open_for_quote(send_milestones(market, pick), client=market.town.client, now=market.now)


BUYING: dict[str, Act] = {
    "simple": buy_simple,
    "many": buy_many,
    "waiting": buy_waiting,
    "coupon": buy_with_coupon,
    "custom": buy_custom,
    "milestones": buy_milestones,
}
SENDING: dict[str, Act] = {"custom": send_custom, "milestones": send_milestones}


def answer_quote(market: Market, verb: str, side: str, pick: int) -> None:
    rows = list(market.new(Quote))
    if not rows:
        raise Refusal("nothing_yet")
    quote, who = rows[-1 - pick % len(rows)], market.who(side)
    if verb == "pay":
        open_for_quote(quote, client=who, now=market.now)
    else:
        {"decline": quotes.decline, "withdraw": quotes.withdraw}[verb](quote, by=who, now=market.now)


# Steps of a stage


def _start(stage: Stage, **who: Any) -> None:
    rows = {row.position: row for row in stage.order.requirements.all()}
    for row in rows.values():
        row.answer = "2 על 3 מטר"
    work.answer(stage.order, rows, **who)
    work.start(stage, **who)


STEPS: dict[str, Act] = {
    "start": _start,
    "remind": work.remind,
    "give_up": work.give_up,
    "save_draft": lambda stage, **who: work.save_draft(stage, text="", links=[], files=[], **who),
    "deliver": lambda stage, **who: work.deliver(stage, text=TEXT, links=LINK, files=[], full=True, **who),
    "accept": work.accept,
    "revise": lambda stage, **who: work.revise(stage, text="לתקן את הרובה", answers=YES, files=[], **who),
    "begin": lambda stage, by, now: milestones.open_for_stage(stage, client=by, now=now),
    "stop": milestones.stop,
}


def step(market: Market, name: str, side: str, pick: int, stage: int = -1) -> None:
    """A step on the current stage, or on any other."""
    order = market.order(pick)
    rows = list(order.stages.all())
    row = rows[stage % len(rows)] if stage >= 0 else current(order)
    row.order = order
    STEPS[name](row, by=market.who(side), now=market.now)


# Requests


def change_of(kind: str, pick: int) -> dict[str, Any]:
    """What is asked for; some of it is more than may be asked."""
    lines = [{"title": "קיר נוסף", "price": 150_00 + pick, "quantity": 1 + pick % 2}]
    return {
        "extension": {"days": pick % 5},
        "scope_change": {"lines": lines if pick % 3 else [], "days": pick % 4},
        "extra": {"lines": lines, "days": pick % 3},
        "more_revisions": {"revisions": 1 + pick % 3, "amount": 80_00 if pick % 2 else 0},
        "ask_revisions": {"revisions": 1 + pick % 3},
        "partial_refund": {"amount": (1 + pick) * 111_11},
    }.get(kind, {})


def ask(market: Market, kind: str, side: str, pick: int, whole: bool = True) -> None:
    """Opens a request; a delivery, a lateness or a file proves it (DEC-46)."""
    order = market.order(pick)
    stage = current(order)
    party = Party.PROVIDER if side == "provider" else Party.CLIENT
    delivery = Delivery.objects.filter(stage=stage).exclude(sent_at=None).first()
    requests.ask(
        stage,
        kind=kind,
        reason=next(iter(REASONS[kind].get(party, {"other": ""}))),
        explanation=WHY,
        change=change_of(kind, pick),
        whole=whole,
        proof={"late": True, "delivery": delivery and delivery.pk},
        files=[FILE] if side == "client" or pick % 2 else [],
        by=market.who(side),
        now=market.now,
    )


def ask_what_may_be_asked(market: Market, pick: int, choice: int, whole: bool) -> None:
    """A request that the rules allow in the state of the stage."""
    state = current(market.order(pick)).state
    may = [(kind, side) for kind, (sides, states, *_) in steps.ASKINGS.items() for side in sides if state in states]
    if not may:
        raise Refusal("nothing_to_ask")
    ask(market, *may[choice % len(may)], pick, whole)


def answer(market: Market, verb: str, side: str, pick: int) -> None:
    """An answer to the open request, or to the last one that was."""
    order = market.order(pick)
    request = open_request(order) or order.requests.first()
    if request is None:
        raise Refusal("nothing_asked")
    request.order = order
    who = market.who(side)
    if verb == "pay":
        requests.open_for_request(request, client=who, now=market.now)
    elif verb == "consent":
        requests.consent(request, by=who, now=market.now, answer=WHY)
    else:
        {"decline": requests.decline, "withdraw": requests.withdraw}[verb](request, by=who, now=market.now)


ANSWERS = ("consent", "decline", "withdraw", "pay")
KINDS = tuple(str(kind) for kind in ASKINGS)


# Support

DECISIONS: dict[str, dict[str, Any]] = {
    "continue": {},
    "revision": {},
    "refund": {"amount": 199_99},
    "cancel": {"reason": "provider_fault", "fault": "provider"},
}


def dispute(market: Market, side: str, pick: int) -> None:
    open_dispute(market.order(pick), by=market.who(side), text=WHY, now=market.now)


def decision(market: Market, name: str, side: str, pick: int) -> None:
    order = market.order(pick)
    case = Case.objects.filter(about=order.about, kind="dispute").order_by("-pk").first()
    if case is None:
        raise Refusal("nothing_asked")
    decide(case, order, decision=name, by=market.who(side), why=WHY, now=market.now, **DECISIONS[name])


def support_cancels(market: Market, side: str, pick: int) -> None:
    reason = ("fraud", "client_fault")[pick % 2]
    support.cancel(market.order(pick), reason=reason, why=WHY, by=market.who(side), now=market.now)


# Money that leaves, and comes back


def finance_acts(market: Market, what: str, pick: int) -> None:
    """The provider withdraws, takes back; finance pays out, has a payment come back, returns a released sum."""
    provider, finance = market.town.provider, market.town.finance
    mine = Payout.objects.filter(provider=provider).order_by("-pk")
    if what == "withdraw":
        payouts.withdraw(provider, amount=max(balance(Kind.CLEARED, provider) - pick, 0), now=market.now)
    elif what == "take_back":
        payouts.take_back(_one(mine), by=provider, now=market.now)
    elif what == "pay_out":
        batch = batches.collect(by=finance, now=market.now)
        for by in (finance, market.town.support)[: batches.approvals_needed(batch)]:
            batches.approve(batch, by=by, now=market.now)
        batches.send(batch, by=finance, now=market.now)
    elif what == "come_back":
        payouts.come_back(_one(mine.filter(state="sent")), why="חשבון סגור", by=finance, now=market.now)
        banking.with_bank(provider, market.now)
    elif what == "refund_late":
        earning = _one(market.new(Earning).select_related("stage__order"))
        refund_late(earning.stage, amount=(pick + 1) * 77_77, why="פיצוי", by=finance, now=market.now)
    else:
        refund = _one(market.new(Refund).filter(state="failed"))
        if pick % 2:
            try_again(refund, by=finance, now=market.now)
        else:
            how = "transfer" if pick % 4 else "chargeback"
            settle_otherwise(refund, how=how, why="הוסדר", by=finance, now=market.now)


FINANCE = ("withdraw", "withdraw", "pay_out", "take_back", "come_back", "refund_late", "failed_refund")


def _one(rows: Any) -> Any:
    row = rows.first()
    if row is None:
        raise Refusal("nothing_yet")
    return row


# Talk


def talk(market: Market, side: str, pick: int) -> None:
    """A message or a task: neither moves anything."""
    order, who = market.order(pick), market.who(side)
    if pick % 2:
        chat.say(order, text="מה שלומכם?", files=[], by=who, now=market.now)
        return
    task = tasks.add(order, text="לקנות אריחים", day=market.now.date(), by=who, now=market.now)
    tasks.change(task, text="נקנו", day=market.now.date(), state="done", by=who, now=market.now)


def what_happened(market: Market) -> set[str]:
    """Every kind of row in the diaries, and how the orders ended."""
    rows = OrderEvent.objects.filter(order__in=market.new(Order)).values_list("step", "party")
    ends = market.new(Order).values_list("state", "ending")
    paid_out = Payout.objects.values_list("state", flat=True)
    debts = ["debt"] if balance(Kind.DEBT, market.town.provider) else []
    settled = market.new(Refund).filter(state="settled").values_list("state", flat=True)
    return {
        *(f"{step} by {party}" for step, party in rows),
        *(f"{state} {ending}".strip() for state, ending in ends),
        *(f"payout {state}" for state in paid_out),
        *(f"refund {state}" for state in settled),
        *debts,
    }


# What is waited for

NEXT = {
    "awaiting_requirements": (("start", "client"),),
    "active": (("deliver", "provider"),),
    "in_revision": (("deliver", "provider"),),
    "delivered": (("accept", "client"), ("accept", "client"), ("revise", "client")),
    "planned": (("begin", "client"), ("begin", "client"), ("stop", "client")),
}
OTHER = {"client": "provider", "provider": "client"}


def going_on(market: Market, pick: int, choice: int) -> list[tuple[Any, ...]]:
    """What the right side does next: an answer, a decision of support, a step, or nothing when all is over."""
    rows = [row for row in market.new(Order) if row.is_open]
    if not rows:
        return []
    number = pick % len(rows)
    order = rows[number]
    request = open_request(order)
    if order.held_at is not None and choice % 2:
        return [(decision, sorted(DECISIONS)[choice % 4], "support", number)]
    if request is not None:
        verb = ("consent", "pay", "decline", "withdraw", "decline", "consent")[choice % 6]
        return [(answer, verb, request.party if verb == "withdraw" else OTHER[request.party], number)]
    moves = NEXT.get(current(order).state, ())
    return [(step, *moves[choice % len(moves)], number)] if moves else []
