"""A client's request, from the draft to its end (REQ-01…03, REQ-07, DEC-13, DEC-20)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from house import policy
from house.board import actions as board
from house.board import gate
from house.board.models import Request
from house.board.process import REQUEST, Step
from house.catalog.models import Subcategory
from house.desk import people
from house.files.actions import store
from house.files.models import Upload
from house.people.models import AuditEntry, Role, User
from house.process import CLOCK, Party, Refusal
from house.quotes import proposals
from house.worker.sweep import sweep

from .. import make, persons
from ..orders import steps

pytestmark = pytest.mark.django_db
DAY, MOMENT = timedelta(days=1), timedelta(milliseconds=1)
REASON = "לכתוב את מידות החדר"


def state(row: Request) -> str:
    return Request.objects.get(pk=row.pk).state


# --- the table


def test_the_table_says_exactly_what_the_rules_say():
    """DEC-13"""
    table = steps.REQUEST_OF_CLIENT_TABLE
    assert {str(step) for step in Step} == set(table) == set(REQUEST.rules)
    assert {str(one) for one in Request.State} == set(steps.REQUEST_OF_CLIENT_STATES)
    for step in table:
        for one in steps.REQUEST_OF_CLIENT_STATES:
            for party in steps.PARTIES:
                code = steps.verdict(table, step, one, party)
                assert REQUEST.allows(step, state=one, party=Party(party)) == (not code), (step, one, party)
                if not code:
                    assert REQUEST.path(step, state=one) == steps.end(table, step, one)


def _find(row, *, by, now):
    with gate.move(row, Step.FIND, by=by, now=now):
        pass


def _expire(row, *, by, now):
    with gate.move(row, Step.EXPIRE, by=by, now=now):
        pass


VERBS = {
    "save": lambda row, *, by, now: board.save(row, by=by, now=now, when="free"),
    "submit": board.submit,
    "discard": board.discard,
    "approve": board.approve,
    "send_back": lambda row, *, by, now: board.send_back(row, by=by, reason=REASON, now=now),
    "refuse": lambda row, *, by, now: proposals.refuse(row, by=by, reason=REASON, now=now),
    "pause": board.pause,
    "resume": board.resume,
    "find": _find,
    "close": proposals.close,
    "expire": _expire,
    "reopen": board.reopen,
}
STAFFS = ("approve", "send_back")  # whoever has no role is refused at the door


@pytest.mark.parametrize("before", steps.REQUEST_OF_CLIENT_STATES)
def test_every_step_by_everyone_in_every_state(noa, amir, dana, shira, now, before):
    """REQ-01, DEC-13: 12 steps × 5 people in all ten states"""
    row = make.request(noa, now, state="open" if before == "found" else before)
    if before == "found":
        _find(row, by=noa, now=now)
    later = row.closes_at + DAY if before == "expired" else now + timedelta(hours=1)
    assert state(row) == before
    for step, verb in VERBS.items():
        for party, by in {"client": noa, "amir": amir, "clock": CLOCK, "dana": dana, "staff": shira}.items():
            if by is CLOCK and step != "expire":
                continue
            code = steps.verdict(steps.REQUEST_OF_CLIENT_TABLE, step, before, party)
            if party in ("amir", "dana") and step not in STAFFS:
                code = "stranger"
            wanted = before if code else steps.end(steps.REQUEST_OF_CLIENT_TABLE, step, before)
            assert tried(verb, row, by, later) == (code, wanted), (step, party)


def tried(verb, row, by, now) -> tuple[str, str]:
    with transaction.atomic():
        try:
            verb(Request.objects.get(pk=row.pk), by=by, now=now)
            code = ""
        except Refusal as refusal:
            code = refusal.code
        after = state(row)
        transaction.set_rollback(True)
    return code, after


# --- writing


def test_a_draft_costs_nothing_and_may_be_incomplete(noa, now):
    """REQ-01, REQ-03"""
    row = board.create(by=noa, now=now)
    board.save(row, by=noa, now=now + DAY, title="  שיפוץ   מטבח ")
    row.refresh_from_db()
    assert (row.title, row.state, row.saved_at) == ("שיפוץ מטבח", "draft", now + DAY)
    assert [code for code, _ in board.missing(row)] == ["category", "text", "place", "when"]
    with pytest.raises(Refusal, match="request_incomplete"):
        board.submit(row, by=noa, now=now)


@pytest.mark.parametrize("words", [{"title": "שיפוץ 050-1234567"}, {"text": "לכתוב אל noa@example.com בבקשה"}])
def test_no_contact_details_in_its_words(noa, now, words):
    """DEC-19"""
    row = make.draft_request(noa, now)
    with pytest.raises(Refusal, match="contact_details"):
        board.save(row, by=noa, now=now, **words)
    assert Request.objects.get().title == row.title


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"title": "א" * 81}, "title_too_long"),
        ({"text": "א" * 3001}, "request_text_too_long"),
        ({"budget": 19_99}, "budget_out_of_range"),
        ({"budget": 2_000_000_01}, "budget_out_of_range"),
        ({"budget": -1}, "budget_out_of_range"),
    ],
)
def test_what_is_wrong_is_refused(noa, now, words, code):
    """REQ-02"""
    with pytest.raises(Refusal, match=code):
        make.draft_request(noa, now, **words)


def test_a_subcategory_belongs_to_its_category(noa, now):
    """REQ-01"""
    other = Subcategory.objects.create(category=make.category("moving"), slug="flats", name="דירות")
    with pytest.raises(Refusal, match="wrong_subcategory"):
        make.draft_request(noa, now, subcategory=other)


def test_signs_without_a_shape_are_no_words(noa, now):
    """REQ-02"""
    row = make.draft_request(noa, now, title="\u200b" * 20, text="\u2800" * 60)
    assert [code for code, _ in board.missing(row)] == ["title", "text"]


def upload(noa, row: Request, now, number: int = 1) -> list:
    files = [SimpleUploadedFile(f"plan{one}.pdf", b"%PDF-1.4 plan") for one in range(number)]
    return [each.pk for each in store(files, owner=noa, about=row.about, now=now)]


def test_files_stay_with_it_until_they_are_taken_away(noa, now):
    """REQ-02"""
    row = make.draft_request(noa, now)
    first, second = upload(noa, row, now, 2)
    board.attach(row, files=[first, second], by=noa, now=now)
    board.detach(row, file=first, by=noa, now=now)
    board.detach(row, file=uuid4(), by=noa, now=now)
    assert [each.pk for each in Upload.objects.filter(about=row.about)] == [second]


def test_not_more_files_than_policy_says(noa, now):
    """REQ-02"""
    row = make.draft_request(noa, now)
    board.attach(row, files=upload(noa, row, now, policy.REQUEST_FILES_MAX), by=noa, now=now)
    with pytest.raises(Refusal, match="too_many_files"):
        board.attach(row, files=upload(noa, row, now), by=noa, now=now)


def test_what_staff_look_at_does_not_change(noa, now):
    """DEC-20"""
    row = make.request(noa, now, state="pending")
    with pytest.raises(Refusal, match="wrong_state"):
        board.attach(row, files=upload(noa, row, now), by=noa, now=now)
    with pytest.raises(Refusal, match="wrong_state"):
        board.save(row, by=noa, now=now, title="כותרת אחרת לגמרי")


def test_nobody_floods_staff(noa, now):
    """REQ-01"""
    for _ in range(policy.REQUESTS_LIVE_MAX):
        make.request(noa, now)
    with pytest.raises(Refusal, match="too_many_requests"):
        make.request(noa, now)
    board.pause(Request.objects.filter(state="open").first(), by=noa, now=now)
    row = Request.objects.get(state="draft")
    with pytest.raises(Refusal, match="too_many_requests"):
        board.submit(row, by=noa, now=now)
    proposals.close(Request.objects.get(state="paused"), by=noa, now=now)
    assert board.submit(row, by=noa, now=now).state == "pending"


def test_whoever_is_suspended_starts_nothing(noa, shira, now):
    """DEC-37"""
    drafted, closed = make.draft_request(noa, now), make.request(noa, now, state="closed")
    paused = make.request(noa, now, state="paused")
    people.suspend(noa, until=None, by=shira, why="הפרה חוזרת", now=now)
    gone = User.objects.get(pk=noa.pk)
    for act in (
        lambda: board.create(by=gone, now=now),
        lambda: board.submit(drafted, by=gone, now=now),
        lambda: board.reopen(closed, by=gone, now=now),
        lambda: board.resume(paused, by=gone, now=now),
    ):
        with pytest.raises(Refusal, match="suspended"):
            act()
    proposals.close(paused, by=gone, now=now)  # what is open may be ended


# --- staff look at it


def test_staff_look_before_anybody_else_does(noa, shira, now):
    """REQ-01, DEC-20: approved, with a line in the audit log, and its client is told"""
    row = make.request(noa, now, state="pending")
    board.approve(row, by=shira, now=now + DAY)
    row.refresh_from_db()
    assert (row.state, row.opened_at, row.closes_at) == ("open", now + DAY, now + 31 * DAY)
    assert AuditEntry.objects.get(about=row.about).what == "request_approved"
    assert noa.notices.get(kind="board_approve").path == f"/requests/{row.pk}/"


def test_it_comes_back_with_a_reason_and_is_sent_again(noa, shira, now):
    """DEC-20"""
    row = make.request(noa, now, state="pending")
    with pytest.raises(Refusal, match="reason_missing"):
        board.send_back(row, by=shira, reason=" \u200b", now=now)
    board.send_back(row, by=shira, reason=REASON, now=now)
    assert noa.notices.get(kind="board_send_back").data["reason"] == REASON
    board.save(row, by=noa, now=now, text="חדר של שלושה על שניים מטרים, בלי חלון, קומה שנייה.")
    board.submit(row, by=noa, now=now)
    board.approve(row, by=shira, now=now + DAY)
    assert (state(row), Request.objects.get().reason) == ("open", "")
    assert [one.what for one in AuditEntry.objects.filter(about=row.about)] == ["request_approved", "request_returned"]


def test_a_refused_one_is_over(noa, shira, now):
    """DEC-20"""
    row = make.request(noa, now, state="pending")
    with pytest.raises(Refusal, match="reason_missing"):
        proposals.refuse(row, by=shira, reason="", now=now)
    proposals.refuse(row, by=shira, reason=REASON, now=now)
    assert (state(row), noa.notices.get(kind="board_refuse").data["reason"]) == ("refused", REASON)
    assert AuditEntry.objects.get(about=row.about, what="request_refused").why == REASON


@pytest.mark.parametrize(
    ("role", "before", "code"),
    [
        (Role.MODERATOR, "pending", "wrong_party"),
        (Role.REVIEWER, "open", "wrong_party"),
        (Role.REVIEWER, "pending", ""),
        (Role.MODERATOR, "open", ""),
        (Role.EDITOR, "open", "stranger"),
    ],
)
def test_reviewers_judge_what_waits_and_moderators_what_is_open(noa, now, role, before, code):
    """DEC-20"""
    row, by = make.request(noa, now, state=before), persons.staff("gal", "גל", "", now, role)
    try:
        proposals.refuse(row, by=by, reason=REASON, now=now)
        said = ""
    except Refusal as refusal:
        said = refusal.code
    assert said == code
    if role == Role.MODERATOR:
        for verb in (board.approve, lambda *a, **k: board.send_back(*a, reason=REASON, **k)):
            with pytest.raises(Refusal, match="wrong_party"):
                verb(make.request(noa, now, state="pending"), by=by, now=now)


def test_nobody_approves_their_own(shira, now):
    """DEC-41"""
    row = make.request(shira, now, state="pending")
    with pytest.raises(Refusal, match="wrong_party"):
        board.approve(row, by=shira, now=now)


# --- thirty days


def test_it_ends_by_itself_at_its_exact_instant(noa, now):
    """DEC-13, DEC-30"""
    row = make.request(noa, now)
    assert row.closes_at == now + 30 * DAY
    sweep(row.closes_at - MOMENT)
    assert state(row) == "open"
    sweep(row.closes_at)
    row.refresh_from_db()
    assert (row.state, row.ended_at) == ("expired", row.closes_at)
    assert board.expire_due(row.closes_at + DAY) == 0
    assert noa.notices.filter(kind="board_expire").count() == 1


def test_the_clock_goes_first_though_the_worker_has_not_come_by(noa, now):
    """DEC-30"""
    row = make.request(noa, now)
    with pytest.raises(Refusal, match="wrong_state"):
        board.pause(row, by=noa, now=row.closes_at)
    board.reopen(row, by=noa, now=row.closes_at)
    assert Request.objects.get().closes_at == now + 60 * DAY


def test_a_pause_does_not_stop_its_days(noa, now):
    """DEC-13"""
    row = make.request(noa, now, state="paused")
    board.resume(row, by=noa, now=now + 3 * DAY)
    assert Request.objects.get().closes_at == now + 30 * DAY
    board.pause(row, by=noa, now=now + 4 * DAY)
    sweep(now + 30 * DAY)
    assert state(row) == "expired"


@pytest.mark.parametrize("before", ["closed", "expired"])
def test_reopened_it_has_thirty_new_days_without_another_look(noa, now, before):
    """DEC-13"""
    row = make.request(noa, now, state=before)
    board.reopen(row, by=noa, now=now + 40 * DAY)
    row.refresh_from_db()
    assert (row.state, row.closes_at, row.ended_at) == ("open", now + 70 * DAY, None)
