"""Noa, Amir, Dana and Shira, made by the real verbs."""

from datetime import datetime, timedelta

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client as Browser
from django.test import RequestFactory

from house.desk.people import decide_application, grant_role, submit_application
from house.people.actions import describe, open_provider, sign_up
from house.people.models import Role, User

PASSWORD = "a-long-test-password"
BIO = "בונים ומשפצים באשקלון והסביבה כבר עשור, עם יחס אישי, לוח זמנים ברור ואחריות על כל עבודה שיוצאת מאיתנו."


def client(name: str, first: str, last: str, now: datetime) -> User:
    return sign_up(
        email=f"{name}@example.org",
        password=PASSWORD,
        first_name=first,
        last_name=last,
        terms=True,
        marketing=False,
        now=now - timedelta(days=100),
    )


def staff(name: str, first: str, last: str, now: datetime, *roles: str) -> User:
    user = client(name, first, last, now)
    for role in roles or [role for role in Role.values if role != Role.OWNER]:
        grant_role(user, role=role, by=None, now=now)
    return user


def second_factor(browser: Browser, user: User) -> None:
    """An authenticator app, and a session that began with it (DEC-20)."""
    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
    proved(browser, user, "mfa", type="totp")


def proved(browser: Browser, user: User, method: str, **facts: str) -> None:
    """The session knows that its owner has just proved who they are."""
    request = RequestFactory().get("/")
    request.session = browser.session
    record_authentication(request, user, method, reauthenticated=True, **facts)
    request.session.save()


def provider(name: str, first: str, last: str, now: datetime) -> User:
    user = client(name, first, last, now)
    profile = open_provider(user, username=name, business_name="", now=now - timedelta(days=90))
    describe(profile, bio=BIO, business_name="לוי שיפוצים", languages=["עברית"], hours="א׳–ה׳ 8:00–17:00")
    reviewer = staff(f"{name}-reviewer", "בודקת", "", now, Role.REVIEWER)
    application = submit_application(
        profile, text="קבלן שיפוצים רשום עם ניסיון של עשר שנים.", registry_number="12345", now=now
    )
    decide_application(application, decision="approved", reason="", by=reviewer, now=now)
    return User.objects.get(pk=user.pk)
