"""Pictures of the demo market: its drawn scenes in other colours, mirrored and closer.

A scene is drawn once in the house's palette. A *theme* paints its wall (or its sky) in another tone of the same
depth, and may change three families of colours that things are made of: cool, warm and wood. Plants, cream and ink
stay as they are, so that every variant still belongs to the series.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import resvg_py
from PIL import Image, ImageOps

SCENES = Path(__file__).parents[1] / "web" / "static" / "art" / "scenes"
SIZE = WIDTH, HEIGHT = 1280, 960
SMALL = (640, 480)
QUALITY = 90

Colours = Mapping[str, str]

# From the deepest to the palest of a family; the first of each is how scenes are drawn.
COOL = ("#0B5D66", "#4F9CA1", "#9FCDCC")
BLUE = ("#23527C", "#5A8FBB", "#A9CBE3")
SAGE = ("#3B6350", "#6D9E86", "#B0D0BD")
SLATE = ("#34476F", "#6681AB", "#B4C4DF")
WARM = ("#C4623A", "#E8A380")
ROSE = ("#A8485A", "#DB9AA2")
MUSTARD = ("#C98A1E", "#EBC46F")
BRICK = ("#9E3F2F", "#D98C77")
WOOD = ("#976840", "#BF8C5E", "#DDB78F")
WALNUT = ("#6B4730", "#99694A", "#C39A76")
OAK = ("#A9824F", "#CDAA74", "#E8D0A6")
ASH = ("#7A6E62", "#A4988B", "#CFC4B6")

# Walls and skies by depth: a lamp that shines before a dark wall needs another dark wall.
PALE = ("#F8E0D1", "#D6E8E7", "#F6EDDD", "#E6F2F1", "#ECDDC4")
MIDDLE = ("#9FCDCC", "#4F9CA1")
DARK = ("#0B5D66",)


@dataclass(frozen=True)
class Theme:
    """Which colours take the place of the drawn ones; the walls by depth."""

    pale: str
    middle: str
    dark: str
    cool: tuple[str, ...] = COOL
    warm: tuple[str, ...] = WARM
    wood: tuple[str, ...] = WOOD


THEMES = (
    Theme("", "", ""),  # as drawn
    Theme("#F2E2BE", "#D9BF86", "#7A4A2B", BLUE, WARM, OAK),  # sand
    Theme("#F7DDD4", "#E0A791", "#7C3B33", SAGE, BRICK, WALNUT),  # blush
    Theme("#D9E9D2", "#93B89A", "#35563F", COOL, MUSTARD, OAK),  # pale leaf
    Theme("#D5E3F1", "#88ABCB", "#27476B", SLATE, MUSTARD, ASH),  # morning
    Theme("#BFDDDB", "#6FA9AC", "#0F4A52", COOL, ROSE, WALNUT),  # teal
    Theme("#EADFEA", "#B39DBD", "#4C3A5C", BLUE, ROSE, ASH),  # lilac
    Theme("#F9E3B8", "#E2B45F", "#8A5A1C", SAGE, WARM, WOOD),  # honey
)


@dataclass(frozen=True)
class Look:
    """One distinct picture. `view`: the whole scene, or a closer part of it."""

    scene: str
    theme: int = 0
    mirrored: bool = False
    view: str = "whole"
    small: bool = False  # as one sends it in a chat


# Left, top, right, bottom in hundredths: always 4:3, always with something of the middle in it.
VIEWS = {
    "whole": (0, 0, 100, 100),
    "near": (7, 8, 93, 94),
    "middle": (19, 22, 87, 90),
    "start": (0, 20, 72, 92),
    "end": (28, 16, 100, 88),
}


OPACITY = re.compile(r'(<(?:path|rect|circle|ellipse)\b[^>]*?) opacity="([^"]+)"')


@cache
def _drawn(scene: str) -> str:
    """The drawing; a shape that is opaque in part is faster to render when only its paint is."""
    drawn = (SCENES / f"{scene}.svg").read_text()
    return OPACITY.sub(r'\1 fill-opacity="\2" stroke-opacity="\2"', drawn)


def svg(scene: str, theme: int) -> str:
    """The scene in the colours of a theme."""
    drawn, look = _drawn(scene), THEMES[theme]
    if not look.pale:
        return drawn
    first = re.search(r'<(?:path|rect)[^>]* fill="(#\w{6})"', drawn)
    wall = first[1] if first else ""
    change = _families(look)
    painted = re.sub(r"#\w{6}", lambda found: change.get(found[0], found[0]), drawn)
    return _paint_wall(painted, change.get(wall, wall), _wall(wall, look), everywhere=wall in PALE)


def _families(look: Theme) -> Colours:
    pairs = ((COOL, look.cool), (WARM, look.warm), (WOOD, look.wood))
    return {old: new for before, after in pairs for old, new in zip(before, after, strict=True)}


def _wall(wall: str, look: Theme) -> str:
    depths = ((PALE, look.pale), (MIDDLE, look.middle), (DARK, look.dark))
    return next((new for olds, new in depths if wall in olds), wall)


def _paint_wall(drawn: str, old: str, new: str, *, everywhere: bool) -> str:
    """A pale wall shows through windows and glasses as well; a deep one is the colour of other things too."""
    return drawn.replace(old, new, -1 if everywhere else 1) if old else drawn


def pixels(drawn: str, width: int, height: int) -> Image.Image:
    """A drawing as a picture."""
    png = resvg_py.svg_to_bytes(svg_string=drawn, width=width, height=height, skip_system_fonts=True)
    return Image.open(io.BytesIO(png)).convert("RGB")


def jpeg(picture: Image.Image) -> bytes:
    """A picture as bytes that somebody could have uploaded."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def part(picture: Image.Image, look: Look) -> Image.Image:
    """The part of a picture that a look shows, in full size."""
    left, top, right, bottom = (edge / 100 for edge in VIEWS[look.view])
    box = (left * WIDTH, top * HEIGHT, right * WIDTH, bottom * HEIGHT)
    seen = picture.resize(SMALL if look.small else SIZE, Image.Resampling.BICUBIC, box=box)
    return ImageOps.mirror(seen) if look.mirrored else seen


def looks(scene: str, theme: int, wanted: tuple[Look, ...]) -> dict[Look, bytes]:
    """Every wanted look of one scene in one theme; the drawing is rendered once, which is the slow part."""
    whole = pixels(svg(scene, theme), *SIZE)
    return {look: jpeg(part(whole, look)) for look in wanted}


def square(drawn: str, side: int) -> bytes:
    """A square drawing as a file."""
    return jpeg(pixels(drawn, side, side))
