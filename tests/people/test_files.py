"""Files of people: named, measured, looked at, never believed (FIL, DLV-06)."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from house import policy
from house.files.actions import discard, kind_of, store
from house.files.models import Upload
from house.process import Refusal
from tests import make

pytestmark = pytest.mark.django_db


def file(name: str = "תוכנית.pdf", data: bytes = b"%PDF-1.7 ...", kind: str = "text/plain") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def kept(noa, now, *files) -> list[Upload]:
    return store(files, owner=noa, about="order:BH-1", now=now)


def test_a_file_is_kept_under_a_name_of_ours_and_known_by_its_bytes(noa, now):
    (row,) = kept(noa, now, file())
    assert (row.name, row.content_type, row.size) == ("תוכנית.pdf", "application/pdf", 12)
    assert row.sha256 == hashlib.sha256(b"%PDF-1.7 ...").hexdigest()
    assert row.file.name == f"uploads/{row.pk.hex[:2]}/{row.pk.hex}"
    with row.file.open() as stored:
        assert stored.read() == b"%PDF-1.7 ..."
    assert (row.stem, row.kind, row.human_size, str(row)) == ("תוכנית", "PDF", "1 KB", "תוכנית.pdf")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04rest", "application/zip"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"<svg xmlns=", "application/octet-stream"),
        (b"<html>", "application/octet-stream"),
        (b"MZ\x90", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_what_a_file_is_stands_in_its_first_bytes(head, kind):
    assert kind_of(head) == kind


@pytest.mark.parametrize(
    ("given", "ending"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\plan.pdf", "plan.pdf"),
        ("a\u202efdp.exe", "fdp.exe"),
        ("שם ארוך " * 60 + ".pdf", ".pdf"),
        ("plan\n\r.pdf", ".pdf"),
    ],
)
def test_a_name_is_a_name_and_nothing_else(noa, now, given, ending):
    (row,) = kept(noa, now, file(given))
    assert row.name.endswith(ending)
    assert not set("/\\\u202e") & set(row.name)
    assert len(row.name) <= 160
    assert row.name.isprintable()


def test_a_picture_is_measured_and_a_false_one_is_not(noa, now):
    real, false = kept(noa, now, file("a.jpg", make.picture()), file("b.png", b"\x89PNG\r\n\x1a\n not one"))
    assert (real.width, real.height, real.kind) == (1280, 769, "JPEG")
    assert (false.width, false.height, false.content_type) == (None, None, "image/png")
    with real.file.open() as stored:
        assert stored.read() == make.picture()


def test_a_large_picture_is_kept_but_not_measured(noa, now, monkeypatch):
    monkeypatch.setattr(policy, "IMAGE_BYTES_MAX", 10)
    assert kept(noa, now, file("a.jpg", make.picture()))[0].width is None


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([b"x"] * (policy.FILES_PER_MESSAGE + 1), "too_many_files"),
        ([b"x", b""], "file_empty"),
        ([b"x", b"too large"], "file_too_large"),
    ],
)
def test_when_one_file_is_refused_none_is_kept(noa, now, files, code, monkeypatch, settings):
    monkeypatch.setattr(policy, "FILE_BYTES_MAX", 8)
    with pytest.raises(Refusal, match=code):
        kept(noa, now, *[file(data=data) for data in files])
    assert not Upload.objects.exists()


def test_files_of_a_refused_message_are_taken_back(noa, now):
    rows = kept(noa, now, file(), file("b.txt", b"b"))
    paths = [row.file.path for row in rows]
    storage = rows[0].file.storage
    discard(rows)
    assert not Upload.objects.exists()
    assert not any(storage.exists(path) for path in paths)


def test_sizes_are_for_people():
    assert Upload(name="a", size=1_900_000).human_size == "1.8 MB"
    assert Upload(name="a", size=5 * 1024).human_size == "5 KB"
    assert Upload(name="a", content_type="application/octet-stream").kind == "OCTET-ST"
