"""Accounts: signing up, both modes, the profile, and the end (ACC, PROF, GEN-16)."""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import IntegrityError, transaction

from house import images, policy
from house.people import own
from house.people.actions import close_account, describe, open_provider, sign_up, switch_mode
from house.people.models import Place, Profile, ProfileEntry, User
from house.people.showing import add_showcase, add_work, set_areas, set_entries
from house.people.standing import may_start
from house.process import Refusal
from tests import make, persons
from tests.orders.racing import TWENTY, at_once, empty_queue

pytestmark = pytest.mark.django_db
PHONE = "אפשר להתקשר 054-1234567"


def signed_up(now, email: str = "new@example.org", **changes) -> User:
    values = {"first_name": "יעל", "last_name": "כץ", "terms": True, "marketing": False}
    return sign_up(email=email, password=persons.PASSWORD, now=now, **{**values, **changes})


# Signing up (ACC-04)


def test_the_terms_version_and_its_moment_are_written_down(now):
    """GEN-16; marketing is a consent of its own."""
    user = signed_up(now)
    assert (user.terms_version, user.terms_agreed_at, user.marketing_agreed_at) == (policy.TERMS_VERSION, now, None)
    assert signed_up(now, "other@example.org", marketing=True).marketing_agreed_at == now


def test_without_the_terms_there_is_no_account(now):
    with pytest.raises(Refusal, match="terms_not_agreed"):
        signed_up(now, terms=False)
    assert not User.objects.exists()


def test_an_address_has_one_account_in_whatever_letters(now):
    user = signed_up(now, "  New@Example.ORG ")
    assert user.email == "new@example.org"
    assert User.objects.get_by_natural_key("NEW@example.org") == user
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="NEW@example.org", first_name="x", joined_at=now)


def test_names_are_one_clean_line(now):
    user = signed_up(now, first_name=" יעל\n\u202e ", last_name="כץ\tלוי\u200b")
    assert user.display_name == str(user) == "יעל כץ לוי"


def test_passwords_are_kept_as_argon2(now, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert identify_hasher(signed_up(now).password).algorithm == "argon2"


def test_only_the_owner_enters_the_admin(noa, shira, now):
    """DEC-20"""
    owner = persons.staff("owner", "בעלים", "", now, "owner")
    assert (noa.is_staff, shira.is_staff, owner.is_staff) == (False, False, True)
    assert owner.has_role("finance")
    assert not noa.has_role("finance")
    assert User().role_names == frozenset()
    root = User.objects.create_superuser("root@example.org", "x" * 20, first_name="root", joined_at=now)
    assert root.is_staff


# Modes (ACC-06, DEC-39)


def test_provider_mode_opens_at_once_and_switches_back_and_forth(noa, now):
    with pytest.raises(Refusal, match="not_a_provider"):
        switch_mode(noa)
    profile = open_provider(noa, username=" Noa-Design ", business_name="נועה עיצוב", now=now)
    assert (profile.username, noa.mode, profile.is_authorised) == ("noa-design", "provider", False)
    noa = User.objects.get(pk=noa.pk)
    assert [switch_mode(noa).mode for _ in range(2)] == ["client", "provider"]


@pytest.mark.parametrize("username", ["", "ab", "-abc", "abc-", "נועה", "a b c", "a" * 41, "a_b_c", "../x", "a.b"])
def test_an_address_of_a_profile_is_plain(noa, now, username):
    with pytest.raises(Refusal, match="bad_username"):
        open_provider(noa, username=username, now=now)


def test_an_address_is_taken_once(noa, amir, now):
    with pytest.raises(Refusal, match="username_taken"):
        open_provider(noa, username="AMIR", now=now)
    noa.refresh_from_db()
    assert noa.mode == "client"


@pytest.mark.parametrize("standing", ["suspended", "blocked"])
def test_who_is_suspended_opens_nothing(noa, now, standing):
    User.objects.update(standing=standing)
    with pytest.raises(Refusal, match="suspended"):
        open_provider(User.objects.get(), username="noa", now=now)


@pytest.mark.parametrize(
    ("standing", "until", "refused"),
    [
        ("good", None, False),
        ("demoted", None, False),
        ("suspended", None, True),
        ("suspended", timedelta(milliseconds=1), True),
        ("suspended", timedelta(), False),
        ("blocked", None, True),
    ],
)
def test_a_suspension_holds_until_its_moment(noa, now, standing, until, refused):
    """AMB-14"""
    noa.standing, noa.suspended_until = standing, until if until is None else now + until
    if refused:
        with pytest.raises(Refusal, match="suspended"):
            may_start(noa, now)
    else:
        may_start(noa, now)


# The profile (PROF-02, DEC-19)


def described(profile: Profile, **changes) -> Profile:
    values = {"bio": persons.BIO, "business_name": "לוי שיפוצים", "languages": ["עברית"], "hours": "א׳–ה׳"}
    return describe(profile, **{**values, **changes})


@pytest.mark.parametrize("bio", ["קצר", "א" * (policy.BIO_MAX + 1), " \u200b" * 100])
def test_a_description_has_a_length(amir, bio):
    with pytest.raises(Refusal, match="bio_length"):
        described(amir.profile, bio=bio)


@pytest.mark.parametrize(
    "changes",
    [
        {"bio": f"{persons.BIO} {PHONE}"},
        {"business_name": "לוי 054-1234567"},
        {"hours": "בטלפון 054-1234567"},
        {"languages": ["עברית", "noa@example.org"]},
    ],
    ids=["bio", "name", "hours", "languages"],
)
def test_a_profile_holds_no_contact_details(amir, changes):
    """DEC-19: the form refuses and shows what it found."""
    with pytest.raises(Refusal, match="contact_details") as refused:
        described(amir.profile, **changes)
    assert refused.value.facts["found"] in ("054-1234567", "noa@example.org")


def test_a_description_that_is_saved_late_undoes_nothing_that_staff_decided(amir, now):
    """The page was open while a level was set."""
    older = Profile.objects.get(user=amir)
    Profile.objects.update(level="level_2", authorised_at=None, completed_orders=9)
    described(older)
    row = Profile.objects.get(user=amir)
    assert (row.level, row.authorised_at, row.completed_orders, row.hours) == ("level_2", None, 9, "א׳–ה׳")


def test_lines_works_and_clients_hold_none_either(amir, now):
    profile = amir.profile
    for act in (
        partial(set_entries, profile, kind="education", lines=[PHONE]),
        partial(add_showcase, profile, client_name=PHONE, supplied="שיפוץ", year=2024, agreed=True, now=now),
        partial(add_work, profile, title="חדר", text=PHONE, data=make.picture()),
    ):
        with pytest.raises(Refusal, match="contact_details"):
            act()


def test_education_and_experience_are_lines(amir):
    """PRO-08"""
    set_entries(amir.profile, kind="education", lines=["ישן"])
    set_entries(amir.profile, kind="experience", lines=["קבלן מ־2010"])
    set_entries(amir.profile, kind="education", lines=["  הנדסאי  בניין ", "", " \n"])
    rows = ProfileEntry.objects.order_by("kind").values_list("kind", "text")
    assert list(rows) == [("education", "הנדסאי בניין"), ("experience", "קבלן מ־2010")]


def test_places_that_are_served(amir):
    """DEC-17"""
    town = make.town()
    set_areas(amir.profile, place=town, areas=[town])
    assert list(Place.objects.filter(served_by=amir.profile)) == [town]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"agreed": False}, "client_not_agreed"), ({"year": 1950}, "bad_year"), ({"year": 2027}, "bad_year")],
)
def test_a_client_is_shown_with_their_agreement(amir, now, changes, code):
    """PROF-04, DEC-51"""
    values = {"client_name": "עיריית אשקלון", "supplied": "שיפוץ", "year": 2024, "agreed": True, "now": now}
    with pytest.raises(Refusal, match=code):
        add_showcase(amir.profile, **{**values, **changes})
    assert add_showcase(amir.profile, **values).client_agreed


def test_there_is_an_end_to_showing_off(amir, now, monkeypatch):
    monkeypatch.setattr(policy, "SHOWCASE_MAX", 1)
    monkeypatch.setattr(policy, "PORTFOLIO_MAX", 1)
    show = partial(add_showcase, amir.profile, client_name="א", supplied="ב", year=None, agreed=True, now=now)
    work = partial(add_work, amir.profile, title="חדר רחצה", text="", data=make.picture())
    for act, code in ((show, "showcase_full"), (work, "portfolio_full")):
        act()
        with pytest.raises(Refusal, match=code):
            act()


# One's own details


def test_a_portrait_is_made_anew_and_the_former_file_goes(noa):
    own.set_portrait(noa, data=make.picture())
    first = noa.picture.name
    own.set_portrait(noa, data=make.picture(900, 900))
    storage = noa.picture.storage
    assert not storage.exists(first)
    with noa.picture.open() as file:
        assert images.decode(file.read()).size == (own.PORTRAIT, own.PORTRAIT)
    kept = noa.picture.name
    own.remove_portrait(noa)
    assert (storage.exists(kept), bool(noa.picture)) == (False, False)


def test_a_name_and_a_consent_are_changed(noa, now):
    assert own.rename(noa, first_name=" נועה ", last_name="לוי\n").display_name == "נועה לוי"
    assert own.agree_to_marketing(noa, agreed=True, now=now).marketing_agreed_at == now
    assert own.agree_to_marketing(noa, agreed=False, now=now).marketing_agreed_at is None


# The end of an account


def test_an_account_with_open_orders_stays(noa, now):
    with pytest.raises(Refusal, match="open_orders"):
        close_account(noa, open_orders=2, now=now)


def test_a_closed_account_leaves_books_and_orders_and_takes_the_person_along(noa, amir, now):
    order = make.order(noa, amir, now, state="approved")
    own.set_portrait(amir, data=make.picture())
    set_entries(amir.profile, kind="education", lines=["הנדסאי"])
    add_work(amir.profile, title="חדר", text="", data=make.picture())
    close_account(amir, open_orders=0, now=now)
    row = User.objects.get(pk=amir.pk)
    assert (row.is_active, row.closed_at, row.display_name, bool(row.picture)) == (False, now, "חשבון סגור", False)
    assert not row.has_usable_password()
    assert "amir" not in row.email
    profile = row.profile
    assert (profile.bio, profile.business_name, profile.hours, profile.username) == ("", "", "", f"closed_{row.pk}")
    assert not profile.entries.exists()
    assert not profile.portfolio.exists()
    order.refresh_from_db()
    assert order.provider_id == row.pk


def test_nobody_can_sit_on_the_address_of_a_closed_profile(noa, amir, now):
    """An account could not be closed any more if somebody had taken its last name."""
    open_provider(noa, username=f"closed-{amir.pk}", now=now)
    with pytest.raises(Refusal, match="bad_username"):
        open_provider(persons.client("third", "ג", "", now), username=f"closed_{amir.pk}", now=now)
    close_account(amir, open_orders=0, now=now)


def test_a_closing_that_fails_leaves_all_as_it_was(amir, now, monkeypatch):
    def broken(self, *args, **kwargs):
        raise RuntimeError("no")

    monkeypatch.setattr(Profile, "save", broken)
    with pytest.raises(RuntimeError):
        close_account(amir, open_orders=0, now=now)
    row = User.objects.get(pk=amir.pk)
    assert (row.is_active, row.email) == (True, "amir@example.org")


def test_a_client_s_account_is_closed_as_well(noa, now):
    assert close_account(noa, open_orders=0, now=now).is_active is False


@pytest.mark.pg15
@pytest.mark.django_db(transaction=True)
def test_twenty_people_want_the_same_address(now):
    empty_queue()
    people = [persons.client(f"p{number}", "א", "", now) for number in range(TWENTY)]
    said = at_once([partial(open_provider, person, username="dream", now=now) for person in people])
    assert said == {"done": 1, "username_taken": TWENTY - 1}
    assert User.objects.filter(mode="provider").count() == 1
