"""Taking in files of people (uploads): named, measured, looked at; never believed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename

from house import images, policy
from house.people.models import User
from house.process import Refusal
from house.text import clean_line

from .models import Upload

SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)
LOOK_AT = 16  # bytes
PICTURES = ("image/png", "image/jpeg")


def kind_of(head: bytes) -> str:
    """The content type that the first bytes speak of; anything else is a stream of bytes."""
    return next((kind for sign, kind in SIGNATURES if head.startswith(sign)), "application/octet-stream")


def store(files: Sequence[UploadedFile], *, owner: User, about: str, now: datetime) -> list[Upload]:
    """Keeps files that are `about` something both sides may see.

    Refusals: `too_many_files`, `file_too_large`, `file_empty`; then none of them is kept.
    """
    if len(files) > policy.FILES_PER_MESSAGE:
        raise Refusal("too_many_files", most=policy.FILES_PER_MESSAGE)
    for each in files:
        if not each.size:
            raise Refusal("file_empty")
        if each.size > policy.FILE_BYTES_MAX:
            raise Refusal("file_too_large", most=policy.FILE_BYTES_MAX // 2**20)
    return [_store(each, owner, about, now) for each in files]


def discard(uploads: Sequence[Upload]) -> None:
    """Takes back files whose message was refused."""
    for upload in uploads:
        upload.file.delete(save=False)
        upload.delete()


def _store(source: UploadedFile, owner: User, about: str, now: datetime) -> Upload:
    digest = hashlib.sha256()
    for chunk in source.chunks():
        digest.update(chunk)
    source.seek(0)
    kind = kind_of(source.read(LOOK_AT))
    source.seek(0)
    upload = Upload(
        owner=owner,
        about=about,
        name=clean_line(get_valid_filename(source.name or "") or "file")[-160:],
        content_type=kind,
        size=source.size or 0,
        sha256=digest.hexdigest(),
        at=now,
    )
    upload.width, upload.height = _measures(source, kind)
    upload.file.save(upload.name, source, save=False)
    upload.save()
    return upload


def _measures(source: UploadedFile, kind: str) -> tuple[int | None, int | None]:
    """Width and height of a picture that really is one."""
    if kind not in PICTURES or (source.size or 0) > policy.IMAGE_BYTES_MAX:
        return None, None
    try:
        width, height = images.decode(source.read()).size
    except images.PictureProblem:
        width = height = 0
    source.seek(0)
    return width or None, height or None
