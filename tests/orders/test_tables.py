"""Every state × step × party, by the table and through the verbs."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from house.orders.actions import milestones, requests, support, work
from house.orders.models import ResolutionRequest, Stage
from house.orders.move import move
from house.orders.process import REQUEST, STAGE, Ask, Step
from house.people.models import Role
from house.process import CLOCK, Party, Refusal

from .. import persons
from . import steps
from .reach import again, reached
from .test_milestones import pay

WORDS = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"}
YES = {"in_scope": "yes", "complete": "yes"}


def judged(process, step: str, state: str, party: str) -> tuple[str, str]:
    """(code, end) by the product's table."""
    try:
        row = process.check(step, state=state, party=Party(party))
    except Refusal as refusal:
        return refusal.code, ""
    return "", row.end or state


@pytest.mark.parametrize(
    ("process", "steps_of", "table", "states"),
    [(STAGE, Step, steps.STAGE_TABLE, steps.STAGE_STATES), (REQUEST, Ask, steps.REQUEST_TABLE, steps.REQUEST_STATES)],
    ids=["stage", "request"],
)
def test_the_table_says_exactly_what_the_rules_say(process, steps_of, table, states):
    """3.1, 3.2, 3.3: all of STAGE and REQUEST, allowed or refused with its code."""
    assert {str(step) for step in steps_of} == set(table) == set(process.rules)
    for step in table:
        for state in states:
            for party in steps.PARTIES:
                code = steps.verdict(table, step, state, party)
                wanted = (code, "" if code else steps.end(table, step, state))
                assert judged(process, step, state, party) == wanted, (step, state, party)
                assert process.allows(step, state=state, party=Party(party)) == (not code)


def test_the_table_tells_exactly_whom_the_rules_tell():
    """O-2…O-12, DEC-15, MIL-15"""
    told = {str(step): tuple(sorted(row.tell)) for step, row in STAGE.rules.items()}
    assert told == steps.STAGE_TOLD


def test_the_tables_know_every_state():
    assert {str(state) for state in Stage.State} == set(steps.STAGE_STATES)
    assert {str(state) for state in ResolutionRequest.State} == set(steps.REQUEST_STATES) - {""}


def note(step: Step) -> Callable[..., object]:
    def verb(stage: Stage, *, by, now: datetime) -> None:
        with move(stage, step, by=by, now=now):
            pass

    return verb


def cancel(stage: Stage, *, by, now: datetime) -> None:
    """Support cancels at once; the clock by an expired request; a side by asking (it is then judged as CANCEL)."""
    if by is CLOCK:
        return note(Step.CANCEL)(stage, by=by, now=now)
    if by.has_role(Role.SUPPORT):
        return support.cancel(stage.order, reason="provider_fault", why="בדיקה של שני הצדדים", by=by, now=now)
    requests.ask_cancellation(stage, **WORDS, proof={}, files=[FILE], by=by, now=now)


def begin(stage: Stage, *, by, now: datetime) -> None:
    """Begun when it is paid for (M-7); the clock pays for nothing."""
    if by is CLOCK:
        return note(Step.BEGIN)(stage, by=by, now=now)
    checkout = milestones.open_for_stage(stage, client=by, now=now)
    assert pay(checkout, now, f"begin {checkout.token}") == "paid"


FILE = "5f0f3f5e-0000-4000-8000-000000000001"
TEXT = "העבודה הושלמה, התמונות מצורפות לצ׳אט ההזמנה."
VERBS: dict[str, Callable[..., object]] = {
    "start": work.start,
    "remind": work.remind,
    "give_up": work.give_up,
    "save_draft": lambda stage, **who: work.save_draft(stage, text="", links=[], files=[], **who),
    "deliver": lambda stage, **who: work.deliver(stage, text=TEXT, links=[], files=[], **who),
    "accept": work.accept,
    "revise": lambda stage, **who: work.revise(stage, text="לתקן את הרובה", answers=YES, files=[], **who),
    "note_late": note(Step.NOTE_LATE),
    "note_very_late": note(Step.NOTE_VERY_LATE),
    "cancel": cancel,
    "begin": begin,
    "stop": milestones.stop,
}


def tried(verb, stage: Stage, by, at: datetime) -> tuple[str, str]:
    """(code, state afterwards); everything is undone again."""
    with transaction.atomic():
        try:
            with transaction.atomic():  # the clock's own steps are undone as a whole
                verb(again(stage), by=by, now=at)
            code = ""
        except Refusal as refusal:
            code = refusal.code
        after = again(stage).state
        transaction.set_rollback(True)
    return code, after


@pytest.mark.django_db
@pytest.mark.parametrize("state", steps.STAGE_STATES)
def test_every_verb_allows_or_refuses_as_the_table_says(noa, amir, dana, shira, now, state):
    """The gate holds the table: 12 steps × 5 parties in all eight states, reached and taken through the verbs."""
    stage, at = reached(state, noa, amir, now)
    reviewer = persons.staff("only-reviewer", "בודק", "", now, Role.REVIEWER)
    people = {"client": noa, "provider": amir, "support": shira, "clock": CLOCK}
    assert stage.state == state
    for step, verb in VERBS.items():
        for party, by in people.items():
            code = steps.verdict(steps.STAGE_TABLE, step, state, party)
            asked = step == "cancel" and party in ("client", "provider")
            wanted = state if code or asked else steps.end(steps.STAGE_TABLE, step, state)
            if (state, step, party) == ("planned", "cancel", "support"):
                code, wanted = "", "stopped"  # O-24 ends an order; what was never begun is stopped, not cancelled
            assert tried(verb, stage, by, at) == (code, wanted), (step, party)
        for by in (dana, reviewer):
            assert tried(verb, stage, by, at) == ("stranger", state), step


@pytest.mark.django_db
@pytest.mark.parametrize("state", steps.OPEN)
def test_while_a_cancellation_is_open_every_other_step_is_refused(noa, amir, shira, now, state):
    """DEC-33: first it is answered or withdrawn; only support may act."""
    stage, at = reached(state, noa, amir, now)
    requests.ask_cancellation(stage, **WORDS, by=amir, now=at)
    for step in set(VERBS) - {"cancel", "note_late", "note_very_late"}:
        for party, by in {"client": noa, "provider": amir}.items():
            if not steps.verdict(steps.STAGE_TABLE, step, state, party):
                assert tried(VERBS[step], stage, by, at + timedelta(hours=1)) == ("cancellation_open", state), step
    assert tried(cancel, stage, noa, at + timedelta(hours=1)) == ("request_open", state)
    assert tried(cancel, stage, shira, at + timedelta(hours=1)) == ("", "cancelled")


@pytest.mark.django_db
def test_answers_wait_too_while_a_cancellation_is_open(noa, amir, now):
    """DEC-33"""
    stage, at = reached("awaiting_requirements", noa, amir, now)
    requests.ask_cancellation(stage, **WORDS, by=amir, now=at)
    with pytest.raises(Refusal, match="cancellation_open"):
        work.answer(stage.order, {}, by=noa, now=at)
