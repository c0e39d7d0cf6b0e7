"""Scenes in other colours."""

import io
import re
from itertools import product

import pytest
from PIL import Image

from house.demo.pictures import OPACITY, SCENES, SIZE, SMALL, THEMES, VIEWS, Look, looks, square, svg
from house.demo.portraits import portrait

NAMES = sorted(path.stem for path in SCENES.glob("*.svg"))


@pytest.mark.parametrize("scene", NAMES)
def test_every_theme_paints_a_scene_anew(scene):
    painted = {svg(scene, theme) for theme in range(len(THEMES))}
    assert len(painted) == len(THEMES)
    assert all(re.sub("#[0-9A-Fa-f]{6}", "", each) == re.sub("#[0-9A-Fa-f]{6}", "", svg(scene, 0)) for each in painted)


def test_the_first_theme_is_as_drawn():
    drawn = (SCENES / "kitchen.svg").read_text()
    assert svg("kitchen", 0) == OPACITY.sub(r'\1 fill-opacity="\2" stroke-opacity="\2"', drawn)


def test_every_look_is_a_picture_of_its_own():
    wanted = tuple(Look("door", 1, mirrored, view) for mirrored, view in product((False, True), VIEWS))
    made = looks("door", 1, wanted)
    assert set(made) == set(wanted)
    assert len(set(made.values())) == len(wanted)
    assert {Image.open(io.BytesIO(data)).size for data in made.values()} == {SIZE}


def test_a_small_look_is_small():
    look = Look("door", small=True)
    assert Image.open(io.BytesIO(looks("door", 0, (look,))[look])).size == SMALL


def test_views_keep_the_shape():
    assert {round((right - left) / (bottom - top), 3) for left, top, right, bottom in VIEWS.values()} == {1.0}


def test_a_face_is_square():
    assert Image.open(io.BytesIO(square(portrait(7, woman=True), 416))).size == (416, 416)
