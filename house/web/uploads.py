"""Files that come with a form: kept before the verb, taken back when it refuses; and who may read them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from house.catalog.models import Offer
from house.desk.models import Case
from house.files.actions import discard, store
from house.files.models import Upload
from house.inbox.models import Conversation
from house.orders.models import Order
from house.people.models import Role, User
from house.process import Refusal
from house.quotes.models import Quote


def with_files(
    files: Sequence[Any], act: Callable[[list[UUID]], Any], *, owner: User, about: str, now: datetime
) -> Any:
    """Stores the files, then calls `act` with their ids; a refusal takes them back."""
    kept = store(files, owner=owner, about=about, now=now)
    try:
        return act([upload.pk for upload in kept])
    except Refusal:
        discard(kept)
        raise


def keep_picture(data: bytes, *, owner: User, offer: Offer, now: datetime) -> Upload:
    """A picture that waits for its owner's word (DEC-50); only they can see it."""
    source = SimpleUploadedFile("picture.jpg", data)
    return store([source], owner=owner, about=f"picture:{offer.pk}", now=now)[0]


def waiting_picture(pk: str, *, owner: User, offer: Offer) -> Upload | None:
    """The picture that `keep_picture` kept."""
    try:
        return Upload.objects.filter(pk=UUID(pk), owner=owner, about=f"picture:{offer.pk}").first()
    except ValueError:
        return None


def named(ids: Sequence[UUID], about: str) -> list[Upload]:
    """The uploads of these ids, in their order; only those that belong to the subject."""
    found = {row.pk: row for row in Upload.objects.filter(pk__in=list(ids), about=about)}
    return [found[pk] for pk in ids if pk in found]


def files_about(about: str) -> dict[UUID, Upload]:
    """Every file of a subject, by id."""
    return {row.pk: row for row in Upload.objects.filter(about=about)}


def may_read(upload: Upload, user: User) -> bool:
    """Its owner, and whoever may see what it is about."""
    kind, _, name = upload.about.partition(":")
    seen = READERS.get(kind)
    return upload.owner_id == user.pk or (seen is not None and seen(name, user))


def _order(number: str, user: User) -> bool:
    if user.has_role(Role.SUPPORT):
        return True
    return Order.objects.visible_to(user).filter(number=number).exists()


def _conversation(pk: str, user: User) -> bool:
    return Conversation.objects.visible_to(user).filter(pk=pk).exists()


def _case(number: str, user: User) -> bool:
    return user.has_role(Role.SUPPORT, Role.MODERATOR) or Case.objects.filter(number=number, opened_by=user).exists()


def _request(pk: str, user: User) -> bool:
    """Not before acceptance (DEC-39); staff look at them before anybody is shown the request."""
    if user.has_role(Role.REVIEWER, Role.MODERATOR):
        return True
    return Quote.objects.filter(request_id=int(pk), provider=user, state=Quote.State.ACCEPTED).exists()


READERS: dict[str, Callable[[str, User], bool]] = {
    "order": _order,
    "conversation": _conversation,
    "case": _case,
    "request": _request,
}
