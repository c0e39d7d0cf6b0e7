"""Step 5: pictures, decoded and made anew (GAL-02…07)."""

from datetime import datetime
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db.models import Max

from house import images, policy
from house.people.models import User
from house.process import Refusal

from ..gate import saving
from ..models import Offer, OfferImage

CARD = (640, 480)


def add_image(offer: Offer, *, data: bytes, by: User, now: datetime, shrink: bool = False) -> OfferImage:
    """Adds a picture. Raises `images.PictureProblem`, or `Refusal("too_many_images")` (GAL-02).

    `shrink` is the one button of DEC-50: a picture that is too large is shrunk or cropped first.
    """
    picture = images.decode(data)
    if shrink:
        picture = images.fit_gallery(picture)
    images.check_gallery(picture)
    name = uuid4().hex
    with saving(offer, by=by) as row:
        if row.images.count() >= policy.IMAGES_MAX:
            raise Refusal("too_many_images", most=policy.IMAGES_MAX)
        last = row.images.aggregate(last=Max("position"))["last"]
        row.saved_at = now
        row.step = max(row.step, 6)
        return OfferImage.objects.create(
            offer=row,
            image=ContentFile(picture.as_jpeg(), name=f"{name}.jpg"),
            card=ContentFile(picture.cropped(*CARD).as_jpeg(80), name=f"{name}-card.jpg"),
            position=0 if last is None else last + 1,
        )


def remove_image(image: OfferImage, *, by: User, now: datetime) -> None:
    """Takes a picture out of the gallery."""
    with saving(image.offer, by=by) as row:
        row.images.filter(pk=image.pk).delete()
        row.saved_at = now


def move_image(image: OfferImage, *, by: User, now: datetime) -> None:
    """Makes a picture the first one; the others keep their order."""
    with saving(image.offer, by=by) as row:
        rest = [each for each in row.images.all() if each.pk != image.pk]
        for position, each in enumerate([row.images.get(pk=image.pk), *rest]):
            OfferImage.objects.filter(pk=each.pk).update(position=position)
        row.saved_at = now
