"""The colours of tokens.css keep their distance in both schemes (WCAG 2.2 AA: 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "house/web/static/css"
TOKENS = (STYLES / "tokens.css").read_text()
HEX = "#[0-9A-Fa-f]{6}"
GROUNDS = ("bg", "surface", "surface-2")
TONES = ("primary", "accent", "success", "warning", "danger", "info")
SOFT = tuple(f"{tone}-soft" for tone in TONES)

TEXT, CONTROL = 4.5, 3.0
# What is written on what: words need 4.5.
WRITTEN = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in GROUNDS),
    *((ink, soft) for ink in ("ink", "ink-2", "ink-3") for soft in SOFT),
    *((tone, ground) for tone in TONES for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in TONES),
    *(("primary-hover", ground) for ground in (*GROUNDS, "primary-soft")),
    *((ink, "sky") for ink in ("ink", "ink-2", "primary")),
    *(("on-primary", ground) for ground in ("primary", "primary-hover")),
    ("on-accent", "accent"),
    ("surface", "success"),
    ("on-band", "band"),
]
# Edges of fields, the ring of the focus, stars, and icons: 3.0.
DRAWN = [
    *((line, ground) for line in ("border-strong", "focus", "star") for ground in GROUNDS),
    ("focus", "sky"),
]
SCHEMES = {"light": 0, "dark": 1}


def colours(scheme: str) -> dict[str, str]:
    """Each token's colour in a scheme; one that names another token takes its colour."""
    both = re.findall(rf"--([\w-]+): light-dark\(({HEX}), ({HEX})\);", TOKENS)
    found = {name: values[SCHEMES[scheme]] for name, *values in both}
    found |= dict(re.findall(rf"^    --([\w-]+): ({HEX});$", TOKENS, re.MULTILINE))
    return found | {name: found[of] for name, of in re.findall(r"--([\w-]+): var\(--([\w-]+)\);", TOKENS)}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_and_controls_stand_out(scheme):
    """Every pair that the style sheets make of tokens."""
    known = colours(scheme)
    pairs = [(pair, TEXT) for pair in WRITTEN] + [(pair, CONTROL) for pair in DRAWN]
    ratios = {pair: (contrast(known[pair[0]], known[pair[1]]), least) for pair, least in pairs}
    assert {pair: round(ratio, 2) for pair, (ratio, least) in ratios.items() if ratio < least} == {}


def test_old_browsers_get_the_light_colours():
    """Without light-dark() the fallback repeats the light value of every token."""
    fallback = TOKENS[TOKENS.index("@supports not") :]
    plain = dict(re.findall(rf"--([\w-]+): ({HEX});", fallback))
    light = {name for name, _light, _dark in re.findall(rf"--([\w-]+): light-dark\(({HEX}), ({HEX})\)", TOKENS)}
    assert plain == {name: colour for name, colour in colours("light").items() if name in light}


def test_what_the_style_sheets_pair_is_in_the_table():
    """A rule that sets both colours writes one token on another."""
    rules = [rule for sheet in STYLES.glob("*.css") for rule in re.findall(r"{([^{}]*)}", sheet.read_text())]
    word, ground = (re.compile(rf"(?<![\w-]){name}: var\(--([\w-]+)\)") for name in ("color", "background"))
    pairs = {(of[1], on[1]) for rule in rules if (of := word.search(rule)) and (on := ground.search(rule))}
    assert len(pairs) > 10
    assert pairs - {*WRITTEN} == set()
