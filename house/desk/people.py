"""What staff decide about people: applications, levels, standing, roles. Each is audited and told."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from house.notices.actions import tell
from house.orders.models import Order
from house.people import audit
from house.people.models import Application, Profile, Role, StaffRole, User
from house.people.standing import may_start
from house.process import Refusal
from house.text import clean_text, visible_length

from .actions import open_machine_case

APPLICATION_MIN = 30  # visible characters


def _needs(by: User, *roles: str) -> None:
    if not by.has_role(*roles):
        raise Refusal("wrong_party")


def _not_on_yourself(user: User, by: User) -> None:
    """Staff who sell here are judged by others."""
    if user.pk == by.pk:
        raise Refusal("not_on_yourself")


def _not_on_the_owner(user: User) -> None:
    """Who holds the market is not held by its staff; the owner role is taken away first."""
    if Role.OWNER in user.role_names:
        raise Refusal("not_on_the_owner")


def _why(text: str) -> str:
    if not visible_length(text):
        raise Refusal("reason_missing")
    return clean_text(text)


def submit_application(profile: Profile, *, text: str, registry_number: str, now: datetime) -> Application:
    """The business application; its receipt is mailed (PRO-04, NOT-01). A returned one is completed."""
    may_start(profile.user, now)
    if visible_length(text) < APPLICATION_MIN:
        raise Refusal("explanation_missing", least=APPLICATION_MIN)
    with transaction.atomic():
        Profile.objects.select_for_update().get(pk=profile.pk)
        waiting = profile.applications.filter(state__in=["submitted", "more_asked"]).first()
        if waiting is not None and waiting.state == Application.State.SUBMITTED:
            raise Refusal("application_waiting")
        if profile.is_authorised:
            raise Refusal("authorised_before")
        row = waiting or Application(profile=profile)
        row.text, row.registry_number = clean_text(text), registry_number.strip()[:20]
        row.state, row.submitted_at = Application.State.SUBMITTED, now
        row.save()
        _tell_applicant(row, "application_received", now)
    return row


DECISIONS = (Application.State.APPROVED, Application.State.DENIED, Application.State.MORE_ASKED)


def decide_application(application: Application, *, decision: str, reason: str, by: User, now: datetime) -> Application:
    """submitted → approved | denied | more asked, by a reviewer (DEC-39)."""
    _needs(by, Role.REVIEWER)
    if decision not in DECISIONS:
        raise Refusal("wrong_state")
    reason = "" if decision == Application.State.APPROVED else _why(reason)
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=application.pk)
        if row.state != Application.State.SUBMITTED:
            raise Refusal("wrong_state")
        _not_on_yourself(row.profile.user, by)
        row.state, row.reason, row.decided_at, row.decided_by = decision, reason, now, by
        row.save()
        if decision == Application.State.APPROVED:
            Profile.objects.filter(pk=row.profile_id).update(authorised_at=now)
        audit.record(by=by, what=f"application_{decision}", about=f"user:{row.profile.user_id}", why=reason, now=now)
        _tell_applicant(row, f"application_{decision}", now)
    return row


def _tell_applicant(row: Application, kind: str, now: datetime) -> None:
    tell(
        row.profile.user,
        kind,
        key=f"application:{row.pk}:{kind}:{now.isoformat()}",
        path="/seller/application/",
        now=now,
        reason=row.reason,
    )


def set_level(user: User, *, level: str, by: User, why: str, now: datetime) -> Profile:
    """Staff set a level by hand (TRS-04)."""
    _needs(by, Role.REVIEWER)
    _not_on_yourself(user, by)
    why = _why(why)
    with transaction.atomic():
        profile = Profile.objects.get(user=user)
        profile.level = Profile.Level(level)
        profile.save(update_fields=["level"])
        entry = audit.record(by=by, what="level_set", about=f"user:{user.pk}", why=why, now=now, level=level)
        label = Profile.Level(level).label
        tell(user, "level_set", key=f"audit:{entry.pk}", path=f"/pro/{profile.username}/", now=now, level=label)
    return profile


def suspend(user: User, *, until: datetime | None, by: User, why: str, now: datetime) -> User:
    """Suspended until a moment or until lifted (AMB-14, DEC-37)."""
    return _set_standing(user, User.Standing.SUSPENDED, until=until, by=by, why=_why(why), now=now, kind="suspended")


def lift(user: User, *, by: User, why: str, now: datetime) -> User:
    """Ends a suspension (W-7)."""
    return _set_standing(user, User.Standing.GOOD, until=None, by=by, why=_why(why), now=now, kind="lifted")


def lift_due(now: datetime, limit: int = 200) -> int:
    """Suspensions end by themselves at their moment (W-7, AMB-14); returns how many did."""
    due = User.objects.filter(standing=User.Standing.SUSPENDED, suspended_until__lte=now)
    return sum(_lift(pk, now) for pk in due.order_by("suspended_until").values_list("pk", flat=True)[:limit])


def _lift(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=pk)
        until = row.suspended_until
        if row.standing != User.Standing.SUSPENDED or until is None or until > now:
            return False
        row.standing, row.suspended_until = User.Standing.GOOD, None
        row.save(update_fields=["standing", "suspended_until"])
        entry = audit.record(by=None, what="standing_good", about=f"user:{pk}", now=now)
        tell(row, "lifted", key=f"audit:{entry.pk}", path="/settings/profile/", now=now)
    return True


def block(user: User, *, by: User, why: str, now: datetime) -> User:
    """At once, without warning (WARN-12); the next request of any of their sessions signs them out. Support is
    called to end each of their open orders with a refund (DEC-37).
    """
    with transaction.atomic():
        row = _set_standing(user, User.Standing.BLOCKED, until=None, by=by, why=_why(why), now=now, kind="")
        for order in Order.objects.open().filter(Q(client=user) | Q(provider=user)):
            open_machine_case(
                key=f"blocked:{user.pk}:{order.number}",
                about=order.about,
                subject=f"חשבון נחסם: לסיים את ההזמנה {order.number}",
                text="אחד הצדדים נחסם. צריך לבטל את ההזמנה עם החזר, מעמוד ההזמנה של הצוות.",
                now=now,
            )
    return row


def _set_standing(
    user: User, standing: User.Standing, *, until: datetime | None, by: User, why: str, now: datetime, kind: str
) -> User:
    _needs(by, Role.MODERATOR)
    _not_on_yourself(user, by)
    if standing != User.Standing.GOOD:
        _not_on_the_owner(user)
    with transaction.atomic():
        row = User.objects.get(pk=user.pk)
        row.standing, row.suspended_until = standing, until
        row.save(update_fields=["standing", "suspended_until"])
        entry = audit.record(by=by, what=f"standing_{standing}", about=f"user:{user.pk}", why=why, now=now)
        if kind:
            tell(row, kind, key=f"audit:{entry.pk}", path="/settings/profile/", now=now, reason=why)
    return row


def grant_role(user: User, *, role: str, by: User | None, now: datetime) -> None:
    """The owner hands out roles (DEC-20); `by=None` is the installation's first owner."""
    if by is not None:
        _needs(by, Role.OWNER)
    with transaction.atomic():
        StaffRole.objects.get_or_create(user=user, role=Role(role))
        audit.record(by=by, what="role_granted", about=f"user:{user.pk}", now=now, role=role)


def revoke_role(user: User, *, role: str, by: User, now: datetime) -> None:
    """Takes a role away; the last owner stays (`last_owner`)."""
    _needs(by, Role.OWNER)
    with transaction.atomic():
        owners = StaffRole.objects.select_for_update().filter(role=Role.OWNER)
        if role == Role.OWNER and not owners.exclude(user=user).exists():
            raise Refusal("last_owner")
        StaffRole.objects.filter(user=user, role=role).delete()
        audit.record(by=by, what="role_revoked", about=f"user:{user.pk}", now=now, role=role)
