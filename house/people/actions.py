"""The verbs of people that need nobody to be told; `people.staff` has those of staff."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from house import policy
from house.process import Refusal
from house.text import clean_line, clean_text, visible_length

from .models import Profile, User
from .showing import no_contacts
from .standing import may_start

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]")


def sign_up(
    *, email: str, password: str, first_name: str, last_name: str, terms: bool, marketing: bool, now: datetime
) -> User:
    """A new account (ACC-04). The terms' version is written down with its moment (GEN-16)."""
    if not terms:
        raise Refusal("terms_not_agreed")
    return User.objects.create_user(
        email,
        password,
        first_name=clean_line(first_name),
        last_name=clean_line(last_name),
        joined_at=now,
        terms_version=policy.TERMS_VERSION,
        terms_agreed_at=now,
        marketing_agreed_at=now if marketing else None,
    )


def switch_mode(user: User) -> User:
    """Client ↔ provider (ACC-06); a mode changes menus, never what an address shows."""
    if not user.is_provider:
        raise Refusal("not_a_provider")
    user.mode = User.Mode.PROVIDER if user.mode == User.Mode.CLIENT else User.Mode.CLIENT
    user.save(update_fields=["mode"])
    return user


def open_provider(user: User, *, username: str, business_name: str = "", now: datetime) -> Profile:
    """Provider mode opens at once (DEC-39). Refusals: `suspended`, `bad_username`, `username_taken`."""
    may_start(user, now)
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Refusal("bad_username")
    try:
        with transaction.atomic():
            profile = Profile.objects.create(
                user=user, username=username, business_name=clean_line(business_name), opened_at=now
            )
            user.mode = User.Mode.PROVIDER
            user.save(update_fields=["mode"])
    except IntegrityError:
        raise Refusal("username_taken") from None
    return profile


def describe(profile: Profile, *, bio: str, business_name: str, languages: list[str], hours: str) -> Profile:
    """What a provider says of themselves (PROF-02). Refusals: `bio_length`, `contact_details` (DEC-19)."""
    no_contacts(bio, business_name, hours, *languages)
    bio = clean_text(bio)
    if not visible_length(bio) >= policy.BIO_MIN or len(bio) > policy.BIO_MAX:
        raise Refusal("bio_length", least=policy.BIO_MIN, most=policy.BIO_MAX)
    profile.bio, profile.business_name = bio, clean_line(business_name)
    profile.languages, profile.hours = languages, clean_line(hours)
    profile.save(update_fields=["bio", "business_name", "languages", "hours"])  # what staff decide meanwhile stays
    return profile


@transaction.atomic
def close_account(user: User, *, open_orders: int, now: datetime) -> User:
    """Ends an account at its owner's wish; books and orders stay, the person's details go. `open_orders`."""
    if open_orders:
        raise Refusal("open_orders", number=open_orders)
    user.email = f"closed-{user.pk}@closed.invalid"
    user.first_name, user.last_name = "חשבון סגור", ""
    user.is_active, user.closed_at = False, now
    user.set_unusable_password()
    user.picture.delete(save=False)
    user.save()
    profile = Profile.objects.filter(user=user).first()
    if profile is not None:
        profile.bio = profile.business_name = profile.hours = ""
        profile.username = f"closed_{user.pk}"  # a sign that nobody can choose, so it is never taken
        profile.save()
        profile.portfolio.all().delete()
        profile.showcase.all().delete()
        profile.entries.all().delete()
    return user
