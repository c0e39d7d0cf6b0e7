"""Questions before ordering, which most providers answer soon."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from house.catalog.models import Offer
from house.inbox.actions import open_conversation, say
from house.people.models import User

from .moments import HOUR, MINUTE, ago, by_day
from .people import Cast
from .texts import Deck, talk

# What providers answer, in the order of `question` in talk.toml.
ANSWERS = (
    "בטח. קומה רביעית בלי מעלית מוסיפה קצת זמן ולא משנה את המחיר, רק כדאי לציין את זה בהזמנה.",
    "השבוע הבא כמעט מלא, יש מקום ביום רביעי אחר הצהריים. אם מזמינים עד מחר, המועד נשמר.",
    "החומרים כלולים, חוץ ממה שכתוב במפורש אחרת בחבילה. שום דבר לא נקנה בלי לשאול.",
    "מגיעים, זה בתוך אזור השירות. בלי תוספת נסיעה.",
    "אפשר. נא לשלוח מידות ותמונה ברורה, ואכתוב איזו חבילה הכי קרובה ומה צריך להוסיף לה.",
    "מספיק לפתוח בבוקר ולהיות בסוף. באמצע אפשר לקבל תמונות בצ׳אט.",
    "בראשונה עושים רק את ההכרחי, בשנייה גם את הגימור והניקיון. לבית שגרים בו ממליצים על השנייה.",
    "אפשר, וחום דווקא יוצא שם יפה. צירוף תמונה של הקיר יעזור לבחור גוון.",
    "שעה־שעתיים של רעש ביום הראשון, ואחר כך שקט. אפשר לתאם את זה לשעה שהתינוק בחוץ.",
    "יש, שנה בכתב. אם משהו קורה, כותבים בצ׳אט של ההזמנה וחוזרים לתקן.",
    "כן, כל עוד הימים באותו שבוע. זה אפילו נוח יותר בגלל זמני הייבוש.",
    "בשמחה. נתאם איתך ונעדכן גם אותם יום לפני ההגעה.",
    "אם צריך פחות, עוצרים ומעדכנים לפני שמתחילים. לא משלמים על מה שלא נעשה.",
    "בשישי עד הצהריים, כן. כדאי לתפוס מראש כי זה מתמלא.",
    "שלוש תמונות: אחת מרחוק של כל המקום, אחת מקרוב, ואחת של מה שמסביב. זה מספיק להערכה טובה.",
)
PER_PROVIDER = (1, 1, 2, 2, 3)
NEVER_ANSWERED = 0.06
MINUTES = (4, 240)  # of waiting for an answer


def ask(rng: Random, cast: Cast, offers: Sequence[Offer], now: datetime) -> None:
    """Conversations of pairs; the figures of how fast somebody answers come from them (AMB-19)."""
    cards = Deck(rng, list(zip(talk()["question"], ANSWERS, strict=True)))
    for provider in cast.providers.values():
        own = [offer for offer in offers if offer.provider_id == provider.pk]
        for client in rng.sample(cast.clients[1:], rng.choice(PER_PROVIDER)):
            at = max(ago(rng, now, 58, 1.5), max(client.joined_at, provider.profile.opened_at) + HOUR)
            _talk(rng, client, rng.choice(own), cards, at, now)
    _today(rng, cast, offers, cards, now)


def _talk(rng: Random, client: User, offer: Offer, cards: Deck[tuple[str, str]], at: datetime, now: datetime) -> None:
    question, answer = cards.draw()
    _ask(client, offer, question, at)
    if rng.random() >= NEVER_ANSWERED:
        answered = min(by_day(rng, at + rng.randrange(*MINUTES) * MINUTE), now)
        _answer(client, offer, answer, answered)


def _ask(client: User, offer: Offer, question: str, at: datetime) -> None:
    thread = open_conversation(client, offer.provider, now=at)
    say(thread, author=client, text=f"{question}\n\n{offer.title}", now=at)


def _answer(client: User, offer: Offer, answer: str, at: datetime) -> None:
    say(open_conversation(client, offer.provider, now=at), author=offer.provider, text=answer, now=at)


def _today(rng: Random, cast: Cast, offers: Sequence[Offer], cards: Deck[tuple[str, str]], now: datetime) -> None:
    """A question that waits for Amir, and an answer that waits for Noa."""
    question, _ = cards.draw()
    amirs = [offer for offer in offers if offer.provider_id == cast.amir.pk]
    _ask(rng.choice(cast.clients[1:]), amirs[0], question, now - 2 * HOUR)
    question, answer = cards.draw()
    other = rng.choice([offer for offer in offers if offer.provider_id != cast.amir.pk])
    _ask(cast.noa, other, question, now - 5 * HOUR)
    _answer(cast.noa, other, answer, now - 3 * HOUR)
