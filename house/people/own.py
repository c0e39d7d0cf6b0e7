"""What people change about themselves: names, the picture, consent to marketing."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.utils.crypto import get_random_string

from house.images import decode
from house.text import clean_line

from .models import User

PORTRAIT = 416  # pixels of a side: four times the largest place it is shown in


def rename(user: User, *, first_name: str, last_name: str) -> User:
    """The names that others see."""
    user.first_name, user.last_name = clean_line(first_name), clean_line(last_name)
    user.save(update_fields=["first_name", "last_name"])
    return user


def set_portrait(user: User, *, data: bytes) -> User:
    """A new picture, made anew and square; raises `PictureProblem`. The former file goes.

    Each picture has a name of its own, because browsers keep what stands behind a name for a year.
    """
    square = decode(data).cropped(PORTRAIT, PORTRAIT)
    former, kept = user.picture.name, user.picture.storage
    user.picture.save(f"{get_random_string(16)}.jpg", ContentFile(square.as_jpeg()), save=False)
    user.save(update_fields=["picture"])
    if former:
        kept.delete(former)
    return user


def remove_portrait(user: User) -> User:
    """Back to the first letter of the name."""
    user.picture.delete(save=False)
    user.save(update_fields=["picture"])
    return user


def agree_to_marketing(user: User, *, agreed: bool, now: datetime) -> User:
    """Marketing is a consent of its own, with its moment, and is taken back as easily as it is given."""
    user.marketing_agreed_at = now if agreed else None
    user.save(update_fields=["marketing_agreed_at"])
    return user
