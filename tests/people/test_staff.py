"""What staff decide about people: audited, told, and never on themselves (DEC-20, DEC-37, DEC-39)."""

from datetime import timedelta

import pytest

from house.catalog.search import Query, find
from house.desk import people as desk
from house.people.models import Application, AuditEntry, Profile, Role, StaffRole, User
from house.process import Refusal
from tests import make, persons

pytestmark = pytest.mark.django_db
WORDS = "קבלן שיפוצים רשום עם ניסיון של עשר שנים."
INSTANT = timedelta(milliseconds=1)


@pytest.fixture
def fresh(noa, now) -> Profile:
    """A provider who has not applied yet."""
    from house.people.actions import open_provider

    return open_provider(noa, username="noa", now=now)


def applied(profile: Profile, now) -> Application:
    return desk.submit_application(profile, text=WORDS, registry_number=" 12345 ", now=now)


def decided(row: Application, decision: str, by: User, now, reason: str = "חסר רישיון") -> Application:
    return desk.decide_application(row, decision=decision, reason=reason, by=by, now=now)


# The business application (DEC-39, PRO-04)


def test_an_application_is_received_decided_and_told(fresh, shira, now):
    row = applied(fresh, now)
    assert (row.state, row.registry_number) == ("submitted", "12345")
    assert fresh.user.notices.get(kind="application_received").path == "/seller/application/"
    decided(row, "approved", shira, now + timedelta(days=1))
    fresh.refresh_from_db()
    assert fresh.authorised_at == now + timedelta(days=1)
    assert fresh.user.notices.filter(kind="application_approved").exists()
    entry = AuditEntry.objects.get(what="application_approved")
    assert (entry.by, entry.about) == (shira, f"user:{fresh.user_id}")


def test_more_is_asked_and_the_same_application_is_completed(fresh, shira, now):
    row = decided(applied(fresh, now), "more_asked", shira, now)
    assert fresh.user.notices.get(kind="application_more_asked").data == {"reason": "חסר רישיון"}
    again = applied(fresh, now + timedelta(days=1))
    assert (again.pk, again.state) == (row.pk, "submitted")
    decided(again, "more_asked", shira, now + timedelta(days=2))
    assert fresh.user.notices.filter(kind="application_more_asked").count() == 2


def test_after_a_denial_a_new_application_may_be_made(fresh, shira, now):
    first = decided(applied(fresh, now), "denied", shira, now)
    assert applied(fresh, now).pk != first.pk


@pytest.mark.parametrize("text", ["", "קצר", "\u200b" * 50])
def test_an_application_says_something(fresh, now, text):
    with pytest.raises(Refusal, match="explanation_missing"):
        desk.submit_application(fresh, text=text, registry_number="", now=now)


def test_one_application_at_a_time_and_none_after_approval(fresh, shira, now):
    row = applied(fresh, now)
    with pytest.raises(Refusal, match="application_waiting"):
        applied(fresh, now)
    decided(row, "approved", shira, now)
    with pytest.raises(Refusal, match="authorised_before"):
        applied(Profile.objects.get(pk=fresh.pk), now)


def test_who_is_suspended_does_not_apply(fresh, now):
    User.objects.filter(pk=fresh.user_id).update(standing="suspended")
    with pytest.raises(Refusal, match="suspended"):
        applied(Profile.objects.get(pk=fresh.pk), now)


@pytest.mark.parametrize(
    ("decision", "reason", "code"),
    [("denied", " ", "reason_missing"), ("more_asked", "", "reason_missing"), ("submitted", "x", "wrong_state")],
)
def test_a_decision_is_one_and_gives_its_reason(fresh, shira, now, decision, reason, code):
    row = applied(fresh, now)
    with pytest.raises(Refusal, match=code):
        decided(row, decision, shira, now, reason)


def test_a_decided_application_is_not_decided_again(fresh, shira, now):
    row = decided(applied(fresh, now), "denied", shira, now)
    with pytest.raises(Refusal, match="wrong_state"):
        decided(row, "approved", shira, now)


# Roles: who may, and nobody on themselves

DEEDS = {
    "decide": (Role.REVIEWER, lambda it, by, now: decided(it.application, "approved", by, now)),
    "level": (Role.REVIEWER, lambda it, by, now: desk.set_level(it.user, level="level_1", by=by, why="מגיע", now=now)),
    "suspend": (Role.MODERATOR, lambda it, by, now: desk.suspend(it.user, until=None, by=by, why="הפרה", now=now)),
    "lift": (Role.MODERATOR, lambda it, by, now: desk.lift(it.user, by=by, why="בירור", now=now)),
    "block": (Role.MODERATOR, lambda it, by, now: desk.block(it.user, by=by, why="הונאה", now=now)),
    "grant": (Role.OWNER, lambda it, by, now: desk.grant_role(it.user, role="editor", by=by, now=now)),
    "revoke": (Role.OWNER, lambda it, by, now: desk.revoke_role(it.user, role="editor", by=by, now=now)),
}


@pytest.fixture
def subject(fresh, now):
    """Noa the provider, with an application that waits."""
    fresh.user.application = applied(fresh, now)
    return type("Subject", (), {"user": fresh.user, "application": fresh.user.application})


@pytest.mark.parametrize("role", [None, *Role.values])
@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_needs_its_role_and_an_owner_has_all(subject, now, deed, role):
    """DEC-20"""
    needed, act = DEEDS[deed]
    by = persons.staff("somebody", "מישהי", "", now, role) if role else persons.client("somebody", "מישהי", "", now)
    if role in (needed, Role.OWNER):
        act(subject, by, now)
        assert AuditEntry.objects.filter(by=by).count() == 1
    else:
        with pytest.raises(Refusal, match="wrong_party"):
            act(subject, by, now)
        assert not AuditEntry.objects.filter(by=by).exists()


@pytest.mark.parametrize("deed", ["decide", "level", "suspend", "lift", "block"])
def test_staff_who_sell_here_are_judged_by_others(subject, now, deed):
    desk.grant_role(subject.user, role=DEEDS[deed][0], by=None, now=now)
    both = User.objects.get(pk=subject.user.pk)
    with pytest.raises(Refusal, match="not_on_yourself"):
        DEEDS[deed][1](subject, both, now)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OWNER])
@pytest.mark.parametrize("deed", ["suspend", "block"])
def test_nobody_of_staff_suspends_or_blocks_the_owner(subject, now, deed, role):
    """DEC-20; a former owner is held back like everybody else, and a hold from before can be lifted."""
    by = persons.staff("one", "צוות", "", now, role)
    desk.grant_role(subject.user, role=Role.OWNER, by=None, now=now)
    with pytest.raises(Refusal, match="not_on_the_owner"):
        DEEDS[deed][1](subject, by, now)
    assert User.objects.get(pk=subject.user.pk).standing == "good"
    DEEDS["lift"][1](subject, by, now)


@pytest.mark.parametrize("deed", ["level", "suspend", "lift", "block"])
def test_a_deed_without_a_why_is_not_done(subject, now, deed):
    by = persons.staff("boss", "בעלים", "", now, "owner")
    acts = {
        "level": lambda: desk.set_level(subject.user, level="level_1", by=by, why=" ", now=now),
        "suspend": lambda: desk.suspend(subject.user, until=None, by=by, why="", now=now),
        "lift": lambda: desk.lift(subject.user, by=by, why="\u200b", now=now),
        "block": lambda: desk.block(subject.user, by=by, why="", now=now),
    }
    with pytest.raises(Refusal, match="reason_missing"):
        acts[deed]()


def test_a_level_is_set_by_hand_and_told(subject, shira, now):
    """TRS-04"""
    profile = desk.set_level(subject.user, level="top_rated", by=shira, why="מצוינות", now=now)
    assert profile.level == "top_rated"
    assert subject.user.notices.get(kind="level_set").data == {"level": "דרגה עליונה"}
    assert AuditEntry.objects.get(what="level_set").data == {"level": "top_rated"}


def test_a_suspension_hides_offers_until_it_ends_by_itself(amir, shira, now):
    """DEC-37, W-7, AMB-14: hidden from the market, told, and back at its moment."""
    make.offer(amir, now)
    until = now + timedelta(days=3)
    desk.suspend(amir, until=until, by=shira, why="הפרה", now=now)
    assert find(Query(), now=now).count == 0
    assert amir.notices.filter(kind="suspended").exists()
    assert (desk.lift_due(until - INSTANT), find(Query(), now=now).count) == (0, 0)
    assert (desk.lift_due(until), find(Query(), now=now).count) == (1, 1)
    assert desk.lift_due(until) == 0
    assert amir.notices.filter(kind="lifted").count() == 1
    assert AuditEntry.objects.get(what="standing_good").by is None


def test_a_suspension_without_an_end_is_lifted_by_staff_only(amir, shira, now):
    desk.suspend(amir, until=None, by=shira, why="הפרה", now=now)
    assert desk.lift_due(now + timedelta(days=999)) == 0
    assert desk.lift(amir, by=shira, why="בירור", now=now).standing == "good"


def test_a_lift_that_comes_at_the_same_moment_is_not_repeated(amir, shira, now):
    desk.suspend(amir, until=now, by=shira, why="הפרה", now=now)
    desk.lift(amir, by=shira, why="בירור", now=now)
    assert not desk._lift(amir.pk, now)


def test_a_block_is_at_once_and_says_nothing(amir, shira, now):
    """WARN-12"""
    before = amir.notices.count()
    assert desk.block(amir, by=shira, why="הונאה", now=now).standing == "blocked"
    assert amir.notices.count() == before


def test_the_last_owner_stays(now):
    first = persons.staff("first", "ראשונה", "", now, "owner")
    with pytest.raises(Refusal, match="last_owner"):
        desk.revoke_role(first, role="owner", by=first, now=now)
    second = persons.staff("second", "שנייה", "", now, "owner")
    desk.revoke_role(first, role="owner", by=second, now=now)
    assert list(StaffRole.objects.filter(role="owner").values_list("user", flat=True)) == [second.pk]


def test_a_role_is_held_once(now):
    owner = persons.staff("owner", "בעלים", "", now, "owner")
    for _ in range(2):
        desk.grant_role(owner, role="editor", by=owner, now=now)
    assert owner.staff_roles.filter(role="editor").count() == 1
    assert str(owner.staff_roles.get(role="editor")) == f"{owner.pk} editor"
