"""Pictures that lie: decoded whole or refused, and made anew without anything that travelled with them."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image

from house import images, policy
from house.images import PictureProblem, decode, fit_gallery
from tests import make

RED = (200, 30, 40)


def encoded(image: Image.Image, kind: str = "JPEG", **how) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def plain(mode: str = "RGB", size: tuple[int, int] = (800, 500), color=RED) -> Image.Image:
    return Image.new(mode, size, color)


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(one, other, strict=True))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 5000,
        "זו אינה תמונה".encode() * 50,
        SVG,
        b'<?xml version="1.0"?>' + SVG,
        b"%PDF-1.7\n" + b"0" * 5000,
        b"<html><body><script>alert(1)</script></body></html>",
        encoded(plain(), "GIF"),
        encoded(plain(), "BMP"),
        encoded(plain(), "TIFF"),
        encoded(plain(size=(64, 64)), "ICO"),
        b"\x89PNG\r\n\x1a\n" + SVG,
        b"\xff\xd8\xff\xe0" + SVG,
        b"RIFF\x00\x00\x00\x00WEBP" + SVG,
    ],
    ids=["empty", "zeros", "text", "svg", "xml", "pdf", "html", "gif", "bmp", "tiff", "ico", "png?", "jpeg?", "webp?"],
)
def test_what_is_no_picture_of_ours_is_refused_whatever_it_says(data):
    with pytest.raises(PictureProblem, match="not_a_picture"):
        decode(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_are_taken(kind):
    assert decode(encoded(plain(), kind)).size == (800, 500)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kept", [0.05, 0.5, 0.95])
def test_a_picture_cut_short_is_refused(kind, kept):
    whole = encoded(Image.effect_noise((400, 300), 80).convert("RGB"), kind)
    with pytest.raises(PictureProblem, match="not_a_picture"):
        decode(whole[: int(len(whole) * kept)])


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge; its few bytes would unpack to all of it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(10_000, 10_000), (8001, 8000), (65_000, 65_000), (2_000_000, 2_000)])
def test_a_bomb_of_pixels_is_refused_before_one_of_them_is_decoded(size, monkeypatch):
    def load(self):
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
    with pytest.raises(PictureProblem, match="too_many_pixels"):
        decode(bomb(*size))


def test_a_real_picture_of_a_hundred_megapixels_is_refused():
    with pytest.raises(PictureProblem, match="too_many_pixels"):
        decode(encoded(plain("1", (10_000, 10_000), 1), "PNG"))


def test_a_picture_may_not_weigh_too_much():
    data = encoded(plain())
    assert decode(data, max_bytes=len(data))
    with pytest.raises(PictureProblem, match="too_heavy"):
        decode(data, max_bytes=len(data) - 1)
    with pytest.raises(PictureProblem, match="too_heavy"):
        decode(b"\xff" * (policy.IMAGE_BYTES_MAX + 1))


def with_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "the house of Noa"
    exif[0x8825] = {1: "N", 2: (31.0, 40.0, 12.0), 3: "E", 4: (34.0, 34.0, 5.0)}
    image = plain(size=(800, 500))
    image.paste((0, 0, 0), (0, 0, 100, 100))
    return encoded(image, exif=exif, comment=b"call 0541234567", icc_profile=b"a profile of mine" * 20)


def test_where_it_was_taken_is_gone_and_so_is_all_that_travelled_with_it():
    data = with_exif()
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    anew = decode(data + b"PK\x03\x04 an archive at the end").as_jpeg()
    again = Image.open(io.BytesIO(anew))
    assert not again.getexif()
    assert not {"exif", "comment", "icc_profile"} & set(again.info)
    for secret in (b"Noa", b"0541234567", b"profile of mine", b"archive", b"Exif"):
        assert secret not in anew


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [
        (1, (800, 500), "top left"),
        (6, (500, 800), "top right"),
        (3, (800, 500), "bottom right"),
        (8, (500, 800), "bottom left"),
    ],
)
def test_a_turned_picture_is_the_right_way_up(orientation, size, corner):
    """DEC-50: phones turn by EXIF, which is dropped."""
    image = decode(with_exif(orientation)).image
    assert image.size == size
    x = 10 if "left" in corner else size[0] - 10
    y = 10 if "top" in corner else size[1] - 10
    assert near(image.getpixel((x, y)), (0, 0, 0))
    assert near(image.getpixel((size[0] - x, size[1] - y)), RED)


def test_inks_of_a_printer_become_light():
    """CMYK."""
    cmyk = Image.new("CMYK", (800, 500), (0, 255, 255, 0))
    pixel = decode(encoded(cmyk)).image.getpixel((5, 5))
    assert pixel[0] > 200
    assert max(pixel[1:]) < 60


@pytest.mark.parametrize(("value", "seen"), [(0, 0), (40_000, 156), (65_535, 255)])
def test_sixteen_bits_become_eight(value, seen):
    grey = Image.new("I;16", (800, 500), value)
    assert near(decode(encoded(grey, "PNG")).image.getpixel((5, 5)), (seen,) * 3)


def test_what_was_transparent_becomes_paper():
    for image in (Image.new("RGBA", (800, 500), (0, 0, 0, 0)), Image.new("LA", (800, 500), (0, 0))):
        assert decode(encoded(image, "PNG")).image.getpixel((5, 5)) == (255, 255, 255)
    palette = Image.new("P", (800, 500), 0)
    palette.putpalette([0, 0, 0] * 256)
    assert decode(encoded(palette, "PNG", transparency=0)).image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_every_mode_becomes_plain(mode):
    picture = decode(encoded(plain().convert(mode), "PNG"))
    assert picture.image.mode == "RGB"
    assert decode(picture.as_jpeg()).size == (800, 500)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_stays(kind):
    frames = [plain(color=color) for color in (RED, (0, 0, 255), (0, 255, 0))]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    anew = Image.open(io.BytesIO(decode(data).as_jpeg()))
    assert getattr(anew, "n_frames", 1) == 1
    assert near(anew.convert("RGB").getpixel((5, 5)), RED)


# The gallery's measures (GAL-04, GAL-05, AMB-29)


@pytest.mark.parametrize(
    ("size", "code"),
    [
        ((712, 430), ""),
        ((711, 430), "too_small"),
        ((712, 429), "too_small"),
        ((4000, 2416), ""),
        ((4001, 2416), "too_large"),
        ((4000, 2417), "too_large"),
    ],
)
def test_each_measure_has_its_limits(size, code):
    picture = decode(make.picture(*size))
    if code:
        with pytest.raises(PictureProblem, match=code):
            images.check_gallery(picture)
    else:
        images.check_gallery(picture)


@pytest.mark.parametrize(
    ("size", "fitted"),
    [
        ((4032, 3024), (3221, 2416)),  # a phone
        ((3024, 4032), (1812, 2416)),  # the same, upright
        ((8000, 500), (4000, 500)),  # a panorama is cropped: shrunk it would be too low
        ((720, 6000), (720, 2416)),
        ((1280, 769), (1280, 769)),
    ],
)
def test_one_button_makes_a_large_picture_fit(size, fitted):
    """DEC-50"""
    picture = fit_gallery(decode(make.picture(*size)))
    assert picture.size == fitted
    images.check_gallery(picture)


@pytest.mark.parametrize("size", [(700, 3000), (6000, 400)])
def test_a_picture_that_is_too_small_on_one_side_stays_so(size):
    with pytest.raises(PictureProblem, match="too_small"):
        fit_gallery(decode(make.picture(*size)))


def test_damage_of_any_kind_is_a_refusal_and_nothing_else():
    """Two thousand damaged pictures: what is still one is made anew, the rest is refused."""
    chance = random.Random(7)
    noise = Image.effect_noise((60, 40), 80)
    whole = [encoded(noise.convert("RGB"), kind) for kind in ("JPEG", "PNG", "WEBP")]
    whole += [encoded(noise.convert("RGBA"), "PNG"), encoded(noise.convert("P"), "PNG"), with_exif()]
    for _ in range(2000):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.choice([1, 2, 5, 20])):
            data[chance.randrange(min(len(data), chance.choice([60, 400, len(data)])))] = chance.randrange(256)
        try:
            picture = decode(bytes(data))
        except PictureProblem:
            continue
        if max(picture.size) <= 4000:
            picture.as_jpeg()
