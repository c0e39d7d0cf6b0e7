"""Which drawn face belongs to whom: a portrait's number decides skin and covering (see `portraits`)."""

from concurrent.futures import Future
from random import Random

from house.people.models import User
from house.people.own import PORTRAIT, set_portrait

from .portraits import TONES, portrait
from .studio import Studio

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
    """Faces that are handed out once each; they are drawn aside and hung at the end."""

    def __init__(self, rng: Random, studio: Studio) -> None:
        self._left = {woman: rng.sample(range(1, 600), 599) for woman in (True, False)}
        self._studio = studio
        self._ordered: list[tuple[User, Future[bytes]]] = []

    def order(self, user: User, *, woman: bool, username: str = "") -> None:
        """A face that suits the name."""
        number = self._number(user.last_name, woman, username)
        self._left[woman].remove(number)
        self._ordered.append((user, self._studio.square(portrait(number, woman=woman), PORTRAIT)))

    def hang(self) -> None:
        """Gives everybody the face that was drawn for them."""
        for user, drawn in self._ordered:
            set_portrait(user, data=drawn.result())

    def _number(self, last_name: str, woman: bool, username: str) -> int:
        worn = WEARING.get(username, WEARING.get(last_name))
        digits = BARE if worn is None else (worn,)
        tones = SKINS.get(last_name, MOST)
        return next(n for n in self._left[woman] if n % 10 in digits and TONES[n % len(TONES)] in tones)
