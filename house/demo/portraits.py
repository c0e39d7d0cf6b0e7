"""Drawn faces of the demo market: head and shoulders, flat, two dots and a smile.

A portrait is composed of parts (skin, hair, covering, glasses, beard, clothes) that depend on the number
alone, so that the same person looks the same after every loading. Real photos replace them.

Coverings follow the last digit, so that a loader can choose a number that suits the person:

=====  ==============  ================
digit  man             woman
=====  ==============  ================
2      kippah          headscarf
5      builder helmet  hijab
7      kippah          headscarf or cap
8      cap             builder helmet
else   bare head       bare head
=====  ==============  ================

The skin follows the number too: see `TONES`, from the lightest (0) to the darkest (5).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

INK, CREAM, SAND, STONE = "#24343D", "#FFFAF1", "#ECDDC4", "#DCC6A4"
MIST, AQUA, SEA, TEAL = "#D6E8E7", "#9FCDCC", "#4F9CA1", "#0B5D66"
BLUSH, PEACH, TERRACOTTA = "#F8E0D1", "#E8A380", "#C4623A"
OCHRE, BRASS, LEAF, FOREST = "#E5B75C", "#C99A3F", "#A3C8A6", "#3F7355"

BACKGROUNDS = (MIST, BLUSH, SAND, AQUA, LEAF)
CLOTHES = (TEAL, TERRACOTTA, SEA, INK, OCHRE, FOREST, CREAM, PEACH)
SCARVES = (TERRACOTTA, TEAL, OCHRE, SEA, INK, FOREST, PEACH)
TOO_CLOSE = {  # colours that may not be worn before a background
    AQUA: (SEA,),
    LEAF: (SEA, OCHRE),
    BLUSH: (PEACH, CREAM),
    SAND: (CREAM, OCHRE),
    MIST: (),
}
SHADES = {
    TEAL: "#084850",
    TERRACOTTA: "#A9502C",
    SEA: "#3C858A",
    INK: "#182329",
    OCHRE: BRASS,
    FOREST: "#2F5A42",
    CREAM: SAND,
    PEACH: "#D98B66",
}

SKINS = (  # face, its shade
    ("#F7DCC5", "#EBC4A6"),
    ("#F0C8A4", "#E0AF88"),
    ("#E0AC80", "#CC9368"),
    ("#C68C60", "#AE744B"),
    ("#9C6743", "#835333"),
    ("#73492F", "#5D3822"),
)
BLACK, BROWN, CHESTNUT, RED, BLOND, GREY = "#2A1F1C", "#4A2F22", "#70432D", "#A8552F", "#C89B57", "#B9B6AF"
TONES = (1, 2, 0, 3, 2, 1, 4, 3, 0, 2, 1, 5)  # by number % 12
HAIR_FOR_SKIN = (
    (CHESTNUT, BLOND, RED, BROWN, BLOND, RED),
    (BROWN, CHESTNUT, BLOND, BLACK, RED),
    (BLACK, BROWN, CHESTNUT),
    (BLACK, BROWN),
    (BLACK,),
    (BLACK,),
)
HAIR_SHADES = {
    BLACK: "#43332D",
    BROWN: "#634231",
    CHESTNUT: "#8A573C",
    RED: "#BE6C43",
    BLOND: "#DBB577",
    GREY: "#CFCCC5",
}
YOUNG, MIDDLE, ELDER = range(3)
GLASSES = ("", "", "", "", "round", "square", "thin")
GLASSES_OF_ELDERS = ("", "round", "thin")
BEARDS = ("", "", "", "stubble", "full", "full", "goatee", "moustache")
BEARDS_WITHOUT_FRINGE = ("full", "goatee", "stubble")


@dataclass(frozen=True)
class Person:
    """All the choices that a drawing follows."""

    number: int
    woman: bool
    age: int
    background: str
    skin: str
    skin_shade: str
    hair: str
    style: int
    covering: str
    beard: str
    glasses: str
    smile: str
    outfit: str
    cloth: str
    under: str
    scarf: str

    @property
    def dark(self) -> bool:
        return self.skin in (SKINS[4][0], SKINS[5][0])


def portrait(number: int, *, woman: bool) -> str:
    """The face with this number, as an SVG of 200 × 200."""
    person = _person(number, woman)
    parts = (_behind, _body, _head, _beard, _features, _hair, _covering, _glasses)
    drawn = "".join(part(person) for part in parts)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" stroke-linecap="round">'
        f'<rect width="200" height="200" fill="{person.background}"/>{drawn}</svg>'
    )


# Choosing


def _draw(number: int, salt: int) -> int:
    """A well-mixed whole number: the same for the same number and purpose, in every version of Python."""
    mixed = (number * 2654435761 + salt * 2246822519 + 14801) & 0xFFFFFFFF
    mixed = ((mixed ^ mixed >> 15) * 3266489917) & 0xFFFFFFFF
    mixed = ((mixed ^ mixed >> 13) * 668265263) & 0xFFFFFFFF
    return mixed ^ mixed >> 16


def _pick(options: Sequence[T], number: int, salt: int) -> T:
    return options[_draw(number, salt) % len(options)]


def _person(number: int, woman: bool) -> Person:
    seed = number * 2 + woman
    background = BACKGROUNDS[(number // 8 + number * 2) % len(BACKGROUNDS)]
    tone = TONES[number % len(TONES)]
    covering = _choose_covering(number, seed, woman)
    age = _pick((YOUNG, YOUNG, MIDDLE, MIDDLE, MIDDLE, ELDER), seed, 1)
    style = _choose_style(number % 8, covering, woman)
    if not woman and style == 4:  # nobody is bald at twenty here
        age = max(age, MIDDLE)
    if not woman and style == 6 and age == ELDER:  # nor wears a bun at seventy
        style = 1
    cloth = _pick(_colours(CLOTHES, background), seed, 2)
    return Person(
        number=number,
        woman=woman,
        age=age,
        background=background,
        skin=SKINS[tone][0],
        skin_shade=SKINS[tone][1],
        hair=GREY if age == ELDER else _pick(HAIR_FOR_SKIN[tone], seed, 3),
        style=style,
        covering=covering,
        beard="" if woman else _choose_beard(seed, style),
        glasses=_pick(GLASSES_OF_ELDERS if age == ELDER else GLASSES, seed, 4),
        smile=_pick(("line", "line", "open", "soft"), seed, 5),
        outfit=_choose_outfit(seed, covering, woman),
        cloth=cloth,
        under=_pick([c for c in (CREAM, INK, PEACH, SEA, OCHRE) if c != cloth], seed, 6),
        scarf=_pick([c for c in _colours(SCARVES, background) if c != cloth], seed, 7),
    )


def _colours(colours: Sequence[str], background: str) -> list[str]:
    return [colour for colour in colours if colour not in TOO_CLOSE[background]]


def _choose_covering(number: int, seed: int, woman: bool) -> str:
    men = {2: ("kippah",), 7: ("kippah",), 5: ("helmet",), 8: ("cap",)}
    women = {2: ("headscarf",), 7: ("headscarf", "cap"), 5: ("hijab",), 8: ("helmet",)}
    return _pick((women if woman else men).get(number % 10, ("",)), seed, 8)


def _choose_style(style: int, covering: str, woman: bool) -> int:
    """High hair does not go under a cap or a helmet."""
    if covering in ("cap", "helmet"):
        return {3: 1, 4: 5, 6: 2}.get(style, style) if woman else {2: 0, 3: 7, 4: 0, 6: 1}.get(style, style)
    if covering == "kippah":
        return {2: 1, 5: 0, 6: 1}.get(style, style)
    return style


def _choose_beard(seed: int, style: int) -> str:
    beard = _pick(BEARDS if style not in (4, 5, 6) else BEARDS_WITHOUT_FRINGE, seed, 9)
    return "long" if beard == "full" and _draw(seed, 10) % 4 == 0 else beard


def _choose_outfit(seed: int, covering: str, woman: bool) -> str:
    if covering == "helmet":
        return _pick(("vest", "overall", "tee"), seed, 11)
    if woman:
        return _pick(("tee", "vee", "shirt", "blazer", "turtleneck", "overall"), seed, 11)
    return _pick(("tee", "shirt", "overall", "hoodie", "blazer", "tee"), seed, 11)


# Pencils


def _path(shape: str, fill: str, opacity: float = 1) -> str:
    shade = "" if opacity == 1 else f' opacity="{opacity:g}"'
    return f'<path d="{shape}" fill="{fill}"{shade}/>'


def _line(shape: str, colour: str, width: float, opacity: float = 1) -> str:
    shade = "" if opacity == 1 else f' opacity="{opacity:g}"'
    return f'<path d="{shape}" fill="none" stroke="{colour}" stroke-width="{width:g}"{shade}/>'


def _dots(colour: str, *dots: tuple[float, float, float]) -> str:
    return "".join(f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{colour}"/>' for x, y, r in dots)


def _twice(shape: str) -> str:
    """The shape and its reflection in the middle of the face."""
    return f'{shape}<g transform="matrix(-1 0 0 1 200 0)">{shape}</g>'


# Body and clothes

SHOULDERS_MAN = "M24 200C26 168 52 153 82 148H118C148 153 174 168 176 200z"
SHOULDERS_WOMAN = "M36 200C38 168 60 154 84 149H116C140 154 162 168 164 200z"
HOOD = "M72 158C68 146 76 140 84 140V152a16 16 0 0 0 32 0V140C124 140 132 146 128 158C122 178 78 178 72 158z"
NECKS = {
    "round": "M84 118V151a16 16 0 0 0 32 0V118z",
    "vee": "M84 118V148L100 176L116 148V118z",
    "collar": "M84 118V147L100 167L116 147V118z",
    "straight": "M84 118V150H116V118z",
}


def _body(person: Person) -> str:
    shoulders = SHOULDERS_WOMAN if person.woman else SHOULDERS_MAN
    return OUTFITS[person.outfit](person, shoulders)


def _neck(person: Person, cut: str = "round") -> str:
    return _path(NECKS[cut], person.skin) + _path("M84 130H116V140Q100 152 84 140z", person.skin_shade)


def _tee(person: Person, shoulders: str) -> str:
    rim = _path("M80 149a20 21 0 0 0 40 0l-4-1a16 17 0 0 1-32 0z", SHADES[person.cloth])
    return _path(shoulders, person.cloth) + _neck(person) + rim


def _vee(person: Person, shoulders: str) -> str:
    rim = _path("M80 148L100 183L120 148L116 147L100 175L84 147z", SHADES[person.cloth])
    pendant = _line("M87 152Q100 172 113 152", BRASS, 1.6) + _dots(BRASS, (100, 164, 3))
    drawn = _path(shoulders, person.cloth) + _neck(person, "vee") + rim
    return drawn + pendant if person.number % 3 else drawn


def _shirt(person: Person, shoulders: str) -> str:
    shade = SHADES[person.cloth]
    collar = _twice(_path("M83 144L100 166L88 180L72 154Q76 148 83 144z", shade))
    placket = _line("M100 170V200", shade, 2) + _dots(shade, (106, 182, 1.8), (106, 194, 1.8))
    return _path(shoulders, person.cloth) + _neck(person, "collar") + placket + collar


def _blazer(person: Person, shoulders: str) -> str:
    inner = _path("M82 148L92 200H108L118 148z", person.under) + _neck(person)
    lapel = _twice(_path("M80 147L94 200H84L66 176L73 170L64 164Q68 152 80 147z", SHADES[person.cloth]))
    return _path(shoulders, person.cloth) + inner + lapel


def _turtleneck(person: Person, shoulders: str) -> str:
    collar = _path("M82 136Q100 146 118 136L120 156Q100 166 80 156z", SHADES[person.cloth])
    return _path(shoulders, person.cloth) + _path(NECKS["straight"], person.skin_shade) + collar


def _hoodie(person: Person, shoulders: str) -> str:
    hood = _path(HOOD, SHADES[person.cloth])
    strings = _line("M91 170V186M109 170V184", CREAM if person.cloth != CREAM else STONE, 2.4)
    return _path(shoulders, person.cloth) + _neck(person) + hood + strings


def _overall(person: Person, shoulders: str) -> str:
    strap = _path("M64 155L74 151L84 184H74z", person.cloth) + _dots(BRASS, (79, 183, 3.2))
    bib = _path("M70 178Q100 184 130 178L132 200H68z", person.cloth)
    pocket = _path("M88 189H112V200H88z", SHADES[person.cloth])
    return _path(shoulders, person.under) + _neck(person) + bib + pocket + _twice(strap)


def _vest(person: Person, shoulders: str) -> str:
    side = _path("M58 158Q68 152 80 149L94 200H50Q60 178 58 158z", OCHRE)
    stripe = _path("M57 180H88L91 190H54z", CREAM)
    sleeves = INK if person.cloth in (OCHRE, CREAM) else person.cloth
    return _path(shoulders, sleeves) + _neck(person) + _twice(side + stripe)


OUTFITS: dict[str, Callable[[Person, str], str]] = {
    "tee": _tee,
    "vee": _vee,
    "shirt": _shirt,
    "blazer": _blazer,
    "turtleneck": _turtleneck,
    "hoodie": _hoodie,
    "overall": _overall,
    "vest": _vest,
}

# Head and face

FACE = "M65 84C65 60 80 50 100 50S135 60 135 84C135 112 120 136 100 136S65 112 65 84z"
LIP = "C134 98 130 105 121 105Q110 102 100 106Q90 102 79 105C70 105 66 98 65 84z"
JAW = f"M65 84C65 112 78 139 100 139S135 112 135 84{LIP}"
LONG_JAW = f"M65 84C63 116 74 158 100 160S137 116 135 84{LIP}"
GOATEE = "M84 111Q92 103 100 106Q108 103 116 111L115 124Q112 139 100 139T85 124z"
MOUSTACHE = "M79 111Q88 101 100 106Q112 101 121 111Q110 113 100 110Q90 113 79 111z"


def _head(person: Person) -> str:
    face = _path(FACE, person.skin) + _age_lines(person)
    if person.covering == "hijab":
        return face
    ear = f'<ellipse cx="64" cy="93" rx="6" ry="9" fill="{person.skin}"/>'
    return _twice(ear + _path("M62 89q4 3 2 8", person.skin_shade)) + face


def _beard(person: Person) -> str:
    shapes = {"full": JAW, "stubble": JAW, "long": LONG_JAW, "goatee": GOATEE, "moustache": MOUSTACHE}
    if not person.beard:
        return ""
    return _path(shapes[person.beard], person.hair, 0.2 if person.beard == "stubble" else 1)


def _features(person: Person) -> str:
    return _brows(person) + _cheeks(person) + _dots(INK, (87, 90, 4.2), (113, 90, 4.2)) + _smile(person)


def _brows(person: Person) -> str:
    colour = person.skin_shade if person.hair in (BLOND, GREY) and not person.dark else person.hair
    if person.dark:
        colour = person.hair if person.hair != BLACK else "#1E1512"
    return _twice(_line("M81 80q6-4 12-1", colour, 2.4 if person.woman else 3.4))


def _cheeks(person: Person) -> str:
    drawn = ""
    if person.woman and not person.dark:
        drawn += f'<circle cx="79" cy="104" r="6" fill="{PEACH}" opacity=".38"/>'
    if person.hair == RED and person.age == YOUNG:
        drawn += _dots(person.skin_shade, (78, 101, 1.3), (83, 104, 1.3), (77, 107, 1.3))
    return _twice(drawn) if drawn else ""


def _age_lines(person: Person) -> str:
    if person.age != ELDER:
        return ""
    crease = _line("M74 91l-4-2M74 95l-4 2M80 108q-3 5-1 9", person.skin_shade, 1.8)
    return _twice(crease) + _line("M90 68h20M93 62.5h14", person.skin_shade, 1.8)


def _smile(person: Person) -> str:
    if person.beard in ("full", "long", "goatee") or person.smile == "open":
        return _path("M89 113H111Q109 123.5 100 123.5T89 113z", CREAM)
    colour = "#A8442B" if person.woman and not person.dark else INK
    if person.dark:
        colour = "#3A1E14"
    if person.beard == "moustache":
        return _line("M91 117q9 7 18 0", colour, 3)
    return _line("M90 115q10 7 20 0" if person.smile == "soft" else "M88 113q12 12 24 0", colour, 3)


def _glasses(person: Person) -> str:
    if not person.glasses:
        return ""
    colour = BRASS if person.glasses == "thin" or person.dark else INK
    lens = '<circle cx="86" cy="90" r="11.5"'
    if person.glasses == "square":
        lens = '<rect x="73" y="81" width="25" height="19" rx="6"'
    rim = f'{lens} fill="none" stroke="{colour}" stroke-width="2.6"/>'
    return _twice(rim + _line("M74 88l-8-2", colour, 2.4)) + _line("M97 89q3-3 6 0", colour, 2.4)


# Hair: what is behind the shoulders, then what is before the face

Hair = tuple[str, str]
CAP_OF_HAIR = "M62 96C56 58 74 38 100 38S144 58 138 96z"
WOMEN_BACK = (
    "M55 158V86C55 50 76 33 100 33S145 50 145 86V158Q100 166 55 158z",
    "M50 160q-8-11 1-23t0-24q-4-14 3-30C56 50 76 31 100 31S144 50 146 83"
    "q7 16 3 30t0 24q9 12 1 23q-12 8-26 2H76q-14 6-26-2z",
    "M55 126V86C55 50 76 33 100 33S145 50 145 86V126q-3 12-16 12H71q-13 0-16-12z",
    "",
    CAP_OF_HAIR,
    CAP_OF_HAIR,
    "M61 92C55 58 74 36 100 36S145 58 139 92z",
    CAP_OF_HAIR,
)
WOMEN_FRONT = (
    "M63 92C59 56 78 40 100 40S141 56 137 92C136 76 127 66 113 59C102 72 84 78 68 80Q65 84 63 92z",
    "M63 96C58 56 78 38 100 38S142 56 137 96C136 78 120 70 100 54C80 70 64 78 63 96z",
    "M62 92C59 56 78 39 100 39S141 56 138 92L135 79Q118 74 100 74T65 79z",
    "",
    "M63 90C59 58 78 42 100 42S141 58 137 90C133 72 120 61 100 61S67 72 63 90z",
    "M63 92C59 56 78 40 100 40S141 56 137 92C135 78 120 74 88 57C80 68 66 74 63 92z",
    "M62 96C56 56 74 35 104 36S146 56 138 94C135 84 131 77 124 68C110 76 88 74 74 66C71 76 66 84 62 96z",
    "M63 92C59 58 78 42 100 42S141 58 137 92C134 76 118 68 100 55C82 68 66 76 63 92z",
)
MEN_FRONT = (
    "M64 88C61 57 78 45 100 45S139 57 136 88L133 77Q129 67 119 66H81Q71 67 67 77z",
    "M63 88C57 54 78 38 106 39C134 40 143 62 137 88L133 75C122 74 98 74 84 59C79 69 69 72 67 78z",
    "M64 86C58 66 62 49 77 46C83 32 120 29 133 40C144 49 141 70 136 86L133 74Q129 66 120 63Q98 68 79 62Q70 67 67 76z",
    "",
    "",
    "M65 84C64 60 78 49 100 49S136 60 135 84L132 76Q128 66 118 65H82Q72 66 68 76z",
    "M64 92C60 58 78 43 100 43S140 58 136 92L133 79C128 66 116 61 100 61S72 66 67 79z",
    "M63 89C58 54 78 39 100 39S142 54 137 89L134 74L127 72L118 68L109 73L100 68L91 73L82 68L73 72L66 74z",
)
GLEAMS = (
    "M74 62q10-12 24-14",
    "M72 70q6-14 18-20",
    "M76 60q8-10 20-12",
    "",
    "M76 60q10-11 22-11",
    "M106 49q14 3 22 15",
    "M80 54q10-9 22-9",
    "M74 68q6-10 16-16",
)
BRAID = ((63, 118, 9), (61, 132, 9), (61, 146, 8.5), (62, 159, 8))
CURLS = ((74, 64, 11), (84, 55, 12), (100, 51, 13), (116, 55, 12), (126, 64, 11))
CLOUD = ((60, 72, 17), (54, 94, 17), (58, 117, 17), (70, 54, 18), (86, 43, 18), (100, 40, 18))


def _behind(person: Person) -> str:
    """Hair that falls behind the neck."""
    if person.covering == "hijab":
        return ""
    if not person.woman:
        return _bun(person, 36, 13) if person.style == 6 else ""
    if person.covering == "headscarf":
        return ""
    if person.style == 3:
        return _cloud(person)
    bun = _bun(person, 30, 17) if person.style == 4 else ""
    return bun + _path(WOMEN_BACK[person.style], person.hair)


def _bun(person: Person, height: float, size: float) -> str:
    half = size / 2
    shine = f"M{100 - half:g} {height - 2:g}q{half:g}-7 {size:g} 1"
    return _dots(person.hair, (100, height, size)) + _line(shine, HAIR_SHADES[person.hair], 2.4)


def _cloud(person: Person) -> str:
    if person.dark:
        return _dots(person.hair, (100, 76, 52))
    return _path("M60 60H140V124H60z", person.hair) + _twice(_dots(person.hair, *CLOUD))


def _hair(person: Person) -> str:
    """Hair over the face and the shoulders."""
    if person.covering in ("hijab", "headscarf"):
        return ""
    front = (_woman_hair if person.woman else _man_hair)(person)
    return front + _earrings(person)


def _woman_hair(person: Person) -> str:
    if person.style == 3:
        return _hairline(person)
    gleam = _line(GLEAMS[person.style], HAIR_SHADES[person.hair], 2.6)
    return _path(WOMEN_FRONT[person.style], person.hair) + gleam + _tails(person)


def _hairline(person: Person) -> str:
    if person.dark:
        return _path("M64 90C60 60 78 44 100 44S140 60 136 90C132 72 120 64 100 64S68 72 64 90z", person.hair)
    return _dots(person.hair, (72, 68, 11), (84, 59, 12), (100, 55, 12), (116, 59, 12), (128, 68, 11))


def _tails(person: Person) -> str:
    if person.style == 5:
        tail = _path("M134 104C152 108 158 142 142 174C130 168 126 140 130 112z", person.hair)
        return tail + _line("M131 108q7-4 13 0", person.scarf, 5)
    return _twice(_half_of_braids(person)) if person.style == 7 else ""


def _half_of_braids(person: Person) -> str:
    start = _path("M62 92Q52 104 56 118H70Q68 104 66 92z", person.hair)
    weave = _line("M57 125q6 2 8-2M56 139q6 2 8-2M57 153q6 2 7-2", HAIR_SHADES[person.hair], 2)
    tip = _path("M56 166H68L65 182H59z", person.hair) + _line("M57 166h10", person.scarf, 4)
    return start + _dots(person.hair, *BRAID) + weave + tip


def _earrings(person: Person) -> str:
    shown = person.woman and person.style in (4, 5, 6) and not person.covering
    return _twice(_dots(BRASS, (62, 105, 3))) if shown else ""


def _man_hair(person: Person) -> str:
    if person.style == 3:
        cap = _path("M64 88C61 60 78 48 100 48S139 60 136 88L131 72H69z", person.hair)
        return cap + _dots(person.hair, *CURLS)
    if person.style == 4:
        return _twice(_path("M65 100C56 90 57 70 68 62Q71 74 67 86z", person.hair))
    return _path(MEN_FRONT[person.style], person.hair, 0.3 if person.style == 5 else 1)


# Coverings

HIJAB = (
    "M53 94C51 54 73 33 100 33S149 54 147 94C147 126 150 146 158 168"
    "C140 186 60 186 42 168C50 146 53 126 53 94z"
    "M68 94C68 120 84 137 100 137S132 120 132 94C132 72 118 61 100 61S68 72 68 94z"
)


def _covering(person: Person) -> str:
    return COVERINGS[person.covering](person) if person.covering else ""


def _kippah(person: Person) -> str:
    colour = INK if person.scarf == PEACH else person.scarf
    lift = {1: -6, 3: -2, 4: 4, 7: -5}.get(person.style, 0)
    dome = _path("M77 51C79 35 121 35 123 51Q100 42 77 51z", colour)
    rim = _line("M78 50.5Q100 42 122 50.5", SHADES[colour], 3)
    return f'<g transform="translate(0 {lift})">{dome}{rim}</g>'


def _cap(person: Person) -> str:
    shade = SHADES[person.scarf]
    crown = _path("M61 76C57 44 76 33 100 33S143 44 139 76Q100 60 61 76z", person.scarf)
    badge = _path("M91 58V50a9 9 0 0 1 18 0V58z", CREAM)
    brim = _path("M60 74Q100 54 140 74Q149 80 144 85Q100 68 56 85Q51 80 60 74z", shade)
    return crown + badge + brim + _dots(shade, (100, 33, 3.5))


def _helmet(person: Person) -> str:
    colour, shade = ((OCHRE, BRASS), (CREAM, STONE), (TERRACOTTA, "#A9502C"))[_draw(person.number, 12) % 3]
    dome = _path("M60 72C60 42 77 30 100 30S140 42 140 72z", colour)
    ridge = f'<rect x="93" y="24" width="14" height="32" rx="6" fill="{shade}"/>'
    return f'{dome}{ridge}<rect x="51" y="67" width="98" height="11" rx="5.5" fill="{shade}"/>'


def _headscarf(person: Person) -> str:
    """A wrapped scarf with a little hair before it and its end over the shoulder."""
    shade = SHADES[person.scarf]
    hair = _path("M65 88C63 62 80 52 100 52S137 62 135 88C131 74 119 66 100 66S69 74 65 88z", person.hair)
    wrap = _path("M61 92C54 60 62 30 100 28S146 60 139 92C136 72 122 62 100 60S64 72 61 92z", person.scarf)
    folds = _line("M66 66Q86 40 124 38M72 58Q96 44 134 54M88 34Q112 30 132 46", shade, 2.6)
    end = _path("M136 88Q152 112 146 158L130 164Q138 126 130 100z", person.scarf)
    end += _line("M141 104Q146 130 140 158", shade, 2.4)
    return hair + end + wrap + folds


def _hijab(person: Person) -> str:
    shade = SHADES[person.scarf]
    cloth = f'<path d="{HIJAB}" fill="{person.scarf}" fill-rule="evenodd"/>'
    band = _path("M69 86C72 68 84 59 100 59S128 68 131 86C126 74 114 67 100 67S74 74 69 86z", shade)
    folds = _line("M60 122Q74 158 118 172M58 108Q64 138 82 152M140 120Q134 146 110 156", shade, 2.6)
    return cloth + band + folds


COVERINGS: dict[str, Callable[[Person], str]] = {
    "kippah": _kippah,
    "cap": _cap,
    "helmet": _helmet,
    "headscarf": _headscarf,
    "hijab": _hijab,
}
