"""Which drawn face belongs to whom: a portrait's number decides skin and covering (see `portraits`)."""

from random import Random

from house.people.own import PORTRAIT

from .pictures import square
from .portraits import TONES, portrait

DARK, FAIR = (4, 5), (0, 1)
MOST = (1, 2, 3)
SKINS = {
    **dict.fromkeys(("טזזו", "מקונן", "אדיסו", "טקלה", "טסמה", "אלמו", "טדסה", "מולה", "דסה"), DARK),
    **dict.fromkeys(("קרסנוב", "מירקין", "לבדב", "קוגן", "מרקוביץ׳", "ברודסקי", "שטרן", "ז׳ורבין", "וולקוב"), FAIR),
    **dict.fromkeys(("שטיין", "רוזנטל", "ויינשטיין", "גולדין", "פטרובה", "לוצקי", "גורביץ׳", "רובינצ׳יק"), FAIR),
    **dict.fromkeys(("שטיינברג", "פלדמן", "זילברמן", "ברודסקי", "שוורצמן", "בירנבאום"), FAIR),
}
BARE = (0, 1, 3, 4, 6, 9)  # last digits of bare heads
# Last digits of those who wear something: kippah or headscarf 2, hijab or helmet 5, cap 8.
WEARING = {
    "bouzaglo-movers": 8,
    "goldschmidt-gardens": 2,
    "hadad-nissim-electric": 2,
    "elkayam-roofs": 5,
    "abu-rabia-structure": 5,
    "mansour-styling": 5,
    "malka-decks": 8,
    "זועבי": 5,
    "אל־עוברה": 5,
    "מימון": 2,
    "רחמים": 2,
}


class Gallery:
    """Faces that are handed out once each."""

    def __init__(self, rng: Random) -> None:
        self._left = {woman: rng.sample(range(1, 600), 599) for woman in (True, False)}

    def face(self, last_name: str, *, woman: bool, username: str = "") -> bytes:
        """A picture that suits the name."""
        number = self._number(last_name, woman, username)
        self._left[woman].remove(number)
        return square(portrait(number, woman=woman), PORTRAIT)

    def _number(self, last_name: str, woman: bool, username: str) -> int:
        worn = WEARING.get(username, WEARING.get(last_name))
        digits = BARE if worn is None else (worn,)
        tones = SKINS.get(last_name, MOST)
        return next(n for n in self._left[woman] if n % 10 in digits and TONES[n % len(TONES)] in tones)
