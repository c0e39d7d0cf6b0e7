"""The people of the demo market: four to try it as, forty providers, sixty clients.

Every one of them signs in with `PASSWORD`, which is public: that is why a demo market listens on this machine only.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from house.desk.people import decide_application, grant_role, set_level, submit_application
from house.people.actions import describe, open_provider, sign_up
from house.people.models import Place, Profile, ProfileEntry, Role, User
from house.people.showing import add_showcase, set_areas, set_entries

from .faces import Gallery
from .moments import DAY, HOUR, ago
from .texts import Text, talk

PASSWORD = "ashkelon-by-the-sea"  # noqa: S105 - public on purpose
DOMAIN = "example.org"


@dataclass(frozen=True)
class Person:
    """Somebody to try the market as."""

    name: str
    first_name: str
    last_name: str
    woman: bool
    what: str

    @property
    def email(self) -> str:
        return f"{self.name}@{DOMAIN}"


NOA = Person("noa", "נועה", "ברק", True, "a client with orders in every state")
AMIR = Person("amir", "אמיר", "לוי", False, "a provider with work for today")
SHIRA = Person("shira", "שירה", "כהן", True, "staff, with every role but owner")
OWNER = Person("owner", "אורית", "שגיא", True, "the owner")
DANA = Person("dana", "דנה", "פרץ", True, "a client who has just signed up")
PERSONS = (NOA, AMIR, SHIRA, OWNER, DANA)
AMIR_USERNAME = "amir-levi"

# Days since a provider opened, by level.
OPENED = {"new": (120, 30), "level_1": (420, 210), "level_2": (900, 400), "top_rated": (1500, 800)}
CLIENT_JOINED = (600, 170)  # days ago
STAFF_JOINED = 1600  # days ago
WITH_PICTURE = 0.6  # of clients
# What became of the applications of providers who are not authorised; the others never applied.
APPLICATIONS = ("submitted", "submitted", "more_asked", "denied")
REASONS = {
    "more_asked": "חסר צילום קריא של תעודת הרישום. אפשר להוסיף אותו ולשלוח שוב.",
    "denied": "מספר הרישום שנמסר שייך לעסק אחר. אפשר להגיש בקשה חדשה עם הפרטים הנכונים.",
}


@dataclass
class Cast:
    """Who is on the market."""

    noa: User
    amir: User
    shira: User
    owner: User
    clients: list[User] = field(default_factory=list)
    providers: dict[str, User] = field(default_factory=dict)  # by username


def make(rng: Random, texts: list[Text], gallery: Gallery, now: datetime) -> Cast:
    """Everybody, with a verified address and the shared password; their faces are ordered from the gallery."""
    shira, owner = (_sign_up(rng, each, now - STAFF_JOINED * DAY) for each in (SHIRA, OWNER))
    _give_roles(shira, owner, now - (STAFF_JOINED - 1) * DAY)
    noa = _sign_up(rng, NOA, ago(rng, now, *CLIENT_JOINED))
    _sign_up(rng, DANA, now - 2 * HOUR)
    sellers = {}
    waiting = list(APPLICATIONS)
    for text in texts:
        sellers[text["username"]] = _provider(rng, text, shira, gallery, waiting, now)
    clients = [noa, *(_client(rng, number, text, gallery, now) for number, text in enumerate(talk()["client"], 1))]
    for user, person in ((shira, SHIRA), (owner, OWNER), (noa, NOA)):
        gallery.order(user, woman=person.woman)
    _open_doors()
    return Cast(noa, sellers[AMIR_USERNAME], shira, owner, clients, sellers)


def _give_roles(shira: User, owner: User, now: datetime) -> None:
    grant_role(owner, role=Role.OWNER, by=None, now=now)
    for role in Role.values:
        if role != Role.OWNER:
            grant_role(shira, role=role, by=owner, now=now)


def _sign_up(rng: Random, person: Person, joined: datetime) -> User:
    return sign_up(
        email=person.email,
        password=None,  # type: ignore[arg-type]  # Argon2 is slow by design: `_open_doors` hashes once, for all
        first_name=person.first_name,
        last_name=person.last_name,
        terms=True,
        marketing=rng.random() < 0.3,
        now=joined,
    )


def _open_doors() -> None:
    """Verified addresses, and the shared password."""
    User.objects.update(password=make_password(PASSWORD))
    EmailAddress.objects.bulk_create(
        EmailAddress(user_id=pk, email=email, verified=True, primary=True)
        for pk, email in User.objects.values_list("pk", "email")
    )


def _client(rng: Random, number: int, text: Text, gallery: Gallery, now: datetime) -> User:
    person = Person(f"client{number:02}", text["first_name"], text["last_name"], text["woman"], "")
    user = _sign_up(rng, person, ago(rng, now, *CLIENT_JOINED))
    if rng.random() < WITH_PICTURE:
        gallery.order(user, woman=person.woman)
    return user


def _provider(rng: Random, text: Text, shira: User, gallery: Gallery, waiting: list[str], now: datetime) -> User:
    opened = ago(rng, now, *OPENED[text["level"]])
    name = AMIR.name if text["username"] == AMIR_USERNAME else text["username"]
    person = Person(name, text["first_name"], text["last_name"], text["woman"], "")
    user = _sign_up(rng, person, opened - rng.randrange(1, 40) * DAY)
    profile = open_provider(user, username=text["username"], business_name=text["business"], now=opened)
    _show(profile, text, now)
    gallery.order(user, woman=person.woman, username=text["username"])
    if text["level"] != Profile.Level.NEW:
        why = "דרגה לפי ותק, הזמנות ודירוג"
        set_level(user, level=text["level"], by=shira, why=why, now=opened + 2 * HOUR)
    _apply(rng, profile, text, shira, waiting, opened, now)
    return user


def _show(profile: Profile, text: Text, now: datetime) -> None:
    describe(profile, bio=text["bio"], business_name=text["business"], languages=text["languages"], hours=text["hours"])
    places = Place.objects.in_bulk([text["place"], *text["areas"]], field_name="slug")
    set_areas(profile, place=places[text["place"]], areas=[places[slug] for slug in text["areas"]])
    for kind in ProfileEntry.Kind.values:
        set_entries(profile, kind=kind, lines=text.get(kind, []))
    for row in text.get("showcase", []):
        add_showcase(
            profile, client_name=row["client"], supplied=row["supplied"], year=row["year"], agreed=True, now=now
        )


def _apply(
    rng: Random, profile: Profile, text: Text, shira: User, waiting: list[str], opened: datetime, now: datetime
) -> None:
    """The business application: approved soon after opening, or still on a desk (DEC-39)."""
    fate = "approved" if text["authorised"] else waiting.pop() if waiting else ""
    if not fate:
        return
    asked = opened + rng.randrange(3, 60) * HOUR if text["authorised"] else ago(rng, now, 6, 1)
    words = "\n".join([*text.get("experience", []), text["bio"]])[:2000]
    row = submit_application(profile, text=words, registry_number=str(rng.randrange(10_000, 99_999)), now=asked)
    if fate in (*REASONS, "approved"):
        answered = asked + timedelta(hours=rng.randrange(2, 20))
        decide_application(row, decision=fate, reason=REASONS.get(fate, ""), by=shira, now=answered)
