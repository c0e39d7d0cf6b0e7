"""From requirements to acceptance."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from house import clock, policy
from house.process import CLOCK, Clock, Refusal
from house.text import clean_text, visible_length

from .. import money
from ..models import Delivery, Order, OrderRequirement, RevisionRequest, Stage
from ..move import locked, move, refuse_while_cancelling
from ..parties import Actor, party_of
from ..process import STAGE, Step, may_give_up_at
from ..reasons import REVISION_QUESTIONS, YES_NO
from . import lapse
from .ending import cancel_stage, end_order, end_stage, plan_next
from .milestones import stop_rest


def answer(order: Order, answers: Mapping[int, OrderRequirement], *, by: Actor, now: datetime) -> None:
    """Saves answers as they are; nothing starts yet. `answers` by requirement position."""
    with locked(order, by=by, now=now) as row:
        stage = _first_open(row)
        STAGE.check(Step.START, state=stage.state, party=party_of(row, by))
        refuse_while_cancelling(row)
        for requirement in row.requirements.all():
            given = answers.get(requirement.position)
            if given is None:
                continue
            requirement.answer = clean_text(given.answer)
            requirement.chosen = [choice for choice in given.chosen if choice in requirement.choices]
            requirement.files = given.files
            requirement.answered_at = now if requirement.is_answered else None
            requirement.save()


def _first_open(order: Order) -> Stage:
    stage = order.stages.exclude(state__in=[Stage.State.APPROVED, Stage.State.CANCELLED, Stage.State.STOPPED]).first()
    if stage is None:
        raise Refusal("wrong_state")
    stage.order = order
    return stage


def start(stage: Stage, *, by: Actor, now: datetime) -> Stage:
    """The mandatory requirements are in: the delivery clock starts (O-2, AMB-40). Else `requirements_missing`."""
    with move(stage, Step.START, by=by, now=now) as moving:
        rows = list(moving.order.requirements.filter(mandatory=True))
        missing = [row.position for row in rows if not row.is_answered]
        if missing:
            raise Refusal("requirements_missing", positions=", ".join(map(str, missing)))
        moving.stage.started_at = now
        moving.stage.due_at = clock.due(moving.order.stands(now), timedelta(days=moving.stage.days), moving.order)
    return moving.stage


def remind(stage: Stage, *, by: Actor, now: datetime) -> Stage:
    """The provider reminds the client of the requirements (DEC-15), once a day: else `reminded_today`."""
    with move(stage, Step.REMIND, by=by, now=now) as moving:
        last = moving.order.events.filter(step=Step.REMIND).order_by("-at").first()
        if last is not None and now < last.at + timedelta(days=1):
            raise Refusal("reminded_today")
    return moving.stage


def give_up(stage: Stage, *, by: Actor, now: datetime) -> Stage:
    """Requirements never came: the provider after 7 days, the clock after 30; no effect on the rate (DEC-15).
    Without them there is nothing to begin, so the milestones after it are stopped too.
    """
    with locked(stage.order, by=by, now=now) as order:
        with move(stage, Step.GIVE_UP, by=by, now=now) as moving:
            earliest = may_give_up_at(moving.stage)
            if not isinstance(by, Clock) and moving.order.stands(now) < earliest:
                raise Refusal("too_early_to_give_up", until=earliest)
            moving.order.counts_in_rate = False
            cancel_stage(moving.stage, ending=Order.Ending.NO_REQUIREMENTS, by=by, now=now)
        stop_rest(order, by=CLOCK, now=now)
    return moving.stage


def save_draft(
    stage: Stage, *, text: str, links: Sequence[str], files: Sequence[UUID], by: Actor, now: datetime
) -> Delivery:
    """Keeps an unfinished delivery; it may be empty (DLV-04)."""
    with locked(stage.order, by=by, now=now) as order:
        stage = order.stages.get(pk=stage.pk)
        STAGE.check(Step.SAVE_DRAFT, state=stage.state, party=party_of(order, by))
        refuse_while_cancelling(order)
        return _draft(stage, text, links, files, now)


def _draft(stage: Stage, text: str, links: Sequence[str], files: Sequence[UUID], now: datetime) -> Delivery:
    values = {"text": clean_text(text), "links": list(links), "files": list(files), "saved_at": now}
    draft, _ = Delivery.objects.update_or_create(stage=stage, sent_at=None, defaults=values)
    return draft


def deliver(
    stage: Stage,
    *,
    text: str,
    links: Sequence[str],
    files: Sequence[UUID],
    by: Actor,
    now: datetime,
    full: bool = False,
) -> Delivery:
    """Sends the work; the decision clock starts (O-6, ORD-10). Never empty: else `delivery_empty` (DEC-43).
    The last milestone holds the full project: else `full_project_missing` (MIL-10).
    """
    with move(stage, Step.DELIVER, by=by, now=now) as moving:
        if moving.stage.is_last and not (full and (links or files)):
            raise Refusal("full_project_missing")
        if not links and not files and visible_length(text) < policy.DELIVERY_TEXT_MIN:
            raise Refusal("delivery_empty", least=policy.DELIVERY_TEXT_MIN)
        draft = _draft(moving.stage, text, links, files, now)
        draft.sent_at, draft.full = now, full
        lapse.on_delivery(moving.order, by=by, now=now)
        draft.number = moving.stage.deliveries.exclude(sent_at=None).count() + 1
        draft.save()
        assert moving.stage.due_at is not None
        moving.stage.delivered_at = now
        stands = moving.order.stands(now)
        moving.stage.due_left = moving.stage.due_at - stands
        moving.stage.decide_at = clock.due(stands, moving.stage.decision_window, moving.order)
        moving.data = {"delivery": draft.pk, "delivery_number": draft.number}
    return draft


def accept(stage: Stage, *, by: Actor, now: datetime) -> Stage:
    """The client's acceptance, or three days of silence (ORD-09, ORD-10): the money is released."""
    with move(stage, Step.ACCEPT, by=by, now=now) as moving:
        moving.data = {"silent": by is CLOCK}
        money.release(moving.stage, now=now)
        assert moving.stage.decide_at is not None
        plan_next(moving.stage, by_when=moving.stage.decide_at)  # the eight days hold for both (AMB-6)
        end_stage(moving.stage, by=by, now=now)
        end_order(moving.order, moving.stage, approved=True, ending="", now=now)
        moving.said = "accept_stage" if moving.order.is_open else ""
    if by is CLOCK:
        stop_rest(moving.order, by=by, now=now, silent=True)
    return moving.stage


def revise(
    stage: Stage,
    *,
    text: str,
    answers: Mapping[str, str],
    files: Sequence[UUID],
    by: Actor,
    now: datetime,
) -> Stage:
    """Returns the delivery for changes (O-8). Only with the questions answered by Yes or No (REV-06):
    else `not_confirmed`, and nothing is registered (REV-07). Without revisions left: `no_revisions`.
    """
    with move(stage, Step.REVISE, by=by, now=now) as moving:
        if set(answers) != set(REVISION_QUESTIONS) or not set(answers.values()) <= set(YES_NO):
            raise Refusal("not_confirmed")
        if visible_length(text) < policy.EXPLANATION_MIN:
            raise Refusal("explanation_missing", least=policy.EXPLANATION_MIN)
        left = moving.stage.revisions_left
        if left is not None and left <= 0:
            raise Refusal("no_revisions")
        delivery = moving.stage.deliveries.exclude(sent_at=None).latest("number")
        RevisionRequest.objects.create(
            delivery=delivery, text=clean_text(text), answers=dict(answers), files=list(files), at=now
        )
        _give_time(moving.stage, now)
        moving.stage.revisions_used += moving.stage.revisions is not None
        moving.data = {"delivery": delivery.pk, "delivery_number": delivery.number}
    return moving.stage


def _give_time(stage: Stage, now: datetime) -> None:
    """DEC-33: due = now + the larger of the time left at delivery and the revision days."""
    assert stage.due_left is not None
    window = max(stage.due_left, timedelta(days=stage.revision_days))
    stage.due_at = clock.due(stage.order.stands(now), window, stage.order)
    stage.decide_at = stage.decide_left = None
