"""Untrusted pictures, decoded and made anew (GAL-03…05, DEC-50): a ground module without models."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from house import policy

Size = tuple[int, int]
FORMATS = ("JPEG", "PNG", "WEBP")


class PictureProblem(Exception):
    """Why a picture is not taken: not_a_picture, too_heavy, too_many_pixels, too_small, too_large."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Picture:
    """A decoded picture the right way up, in RGB, without anything that travelled with it."""

    image: Image.Image

    @property
    def size(self) -> Size:
        return self.image.size

    def as_jpeg(self, quality: int = 86) -> bytes:
        """Encoded anew: no EXIF, no GPS, no profiles, nothing appended."""
        out = io.BytesIO()
        self.image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        return out.getvalue()

    def cropped(self, width: int, height: int) -> "Picture":
        """The middle part in exactly this size. Hamming looks like bicubic here, in a third of Lanczos' time."""
        return Picture(ImageOps.fit(self.image, (width, height), Image.Resampling.HAMMING))


def decode(data: bytes, *, max_bytes: int = policy.IMAGE_BYTES_MAX) -> Picture:
    """Decodes JPEG, PNG or WebP whole; the number of pixels is judged before a single one is decoded."""
    if len(data) > max_bytes:
        raise PictureProblem("too_heavy", most=max_bytes // 2**20)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # damaged EXIF is dropped anyway
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > policy.IMAGE_PIXELS_MAX:
                raise PictureProblem("too_many_pixels", width=image.width, height=image.height)
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            return Picture(_plain(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureProblem("too_many_pixels", width=0, height=0) from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        raise PictureProblem("not_a_picture") from error


def _plain(image: Image.Image) -> Image.Image:
    """RGB on white: what was transparent becomes paper, sixteen bits become eight."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, "white")
        image = Image.alpha_composite(paper, rgba)
    plain = Image.new("RGB", image.size, None)  # a new one, because the old one carries what travelled with it
    plain.paste(image if image.mode == "RGB" else image.convert("RGB"))
    return plain


def check_gallery(picture: Picture) -> None:
    """GAL-04 and GAL-05: width and height each within the limits (AMB-29)."""
    (width, height), (low_w, low_h), (top_w, top_h) = picture.size, policy.IMAGE_MIN, policy.IMAGE_MAX
    if width < low_w or height < low_h:
        raise PictureProblem("too_small", width=width, height=height, least=f"{low_w}×{low_h}")
    if width > top_w or height > top_h:
        raise PictureProblem("too_large", width=width, height=height, most=f"{top_w}×{top_h}")


def fit_gallery(picture: Picture) -> Picture:
    """Shrinks a large picture, and crops one whose shape would fall below the least size (DEC-50)."""
    width, height = picture.size
    top_w, top_h = policy.IMAGE_MAX
    low_w, low_h = policy.IMAGE_MIN
    scale = min(1.0, top_w / width, top_h / height)
    shrunk = (round(width * scale), round(height * scale))
    if shrunk[0] >= low_w and shrunk[1] >= low_h:
        return Picture(picture.image.resize(shrunk, Image.Resampling.LANCZOS))
    if width < low_w or height < low_h:
        raise PictureProblem("too_small", width=width, height=height, least=f"{low_w}×{low_h}")
    return picture.cropped(min(width, top_w), min(height, top_h))
