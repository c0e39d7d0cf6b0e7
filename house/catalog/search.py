"""The door to finding offers. Behind it stands a match of words today, a Hebrew engine later."""

import re
import unicodedata

from .models import Offer

FINALS = str.maketrans("ךםןףץ", "כמנפצ")
WORD = re.compile(r"[\w\"'״׳]+")
PREFIXES = "והבכלמש"
SHORTEST = 2


def normal(text: str) -> str:
    """Without vowel points, final letters folded, quotes of every kind gone: נדל״ן and נדלן are one."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign) not in ("Mn", "Cf"))
    return bare.lower().translate(FINALS).replace("־", " ").replace("-", " ")


def words(text: str) -> list[str]:
    """The words of a text as they are compared."""
    found = (re.sub(r"[\"'״׳_]", "", match) for match in WORD.findall(normal(text)))
    return [word[:40] for word in found if len(word) >= SHORTEST]


def forms(word: str) -> set[str]:
    """A word, and itself without one leading particle when three letters or more remain."""
    return {word, word[1:]} if word[0] in PREFIXES and len(word) > 3 else {word}


def words_of(offer: Offer) -> list[str]:
    """Everything an offer is found by: title, tags, description, category, subcategory, service type."""
    texts = [offer.title, *offer.tags, offer.description]
    texts += [str(part) for part in (offer.category, offer.subcategory, offer.service_type) if part]
    return sorted({form for text in texts for word in words(text) for form in forms(word)})
