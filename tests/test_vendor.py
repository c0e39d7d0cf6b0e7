"""Files of others are served as their authors published them."""

import io
import shutil
import tarfile
from pathlib import Path

import pytest

import vendor


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of what `vendor.py check` looks at."""
    for name in ("vendor.toml", "vendor.lock.json"):
        shutil.copy(vendor.ROOT / name, tmp_path)
    shutil.copytree(vendor.ROOT / vendor.VENDOR, tmp_path / vendor.VENDOR)
    return tmp_path


def test_the_checkout_has_exactly_the_locked_files():
    assert vendor.check(vendor.ROOT) == []


def test_a_changed_file_is_named(root: Path):
    htmx = root / vendor.VENDOR / "htmx.org@2.0.11" / "htmx.min.js"
    htmx.write_bytes(htmx.read_bytes() + b" ")
    assert vendor.check(root) == [f"{htmx.relative_to(root)}: changed"]


def test_a_missing_file_is_named(root: Path):
    font = root / vendor.VENDOR / "rubik@5.3.0" / "rubik-latin-trimmed.woff2"
    font.unlink()
    assert vendor.check(root) == [f"{font.relative_to(root)}: missing"]


def test_an_unlisted_file_is_named(root: Path):
    (root / vendor.VENDOR / "extra.js").write_text("")
    assert vendor.check(root) == [f"{vendor.VENDOR}/extra.js: unlisted"]


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ('version = "2.0.11"', 'version = "2.0.12"'),
        ('"dist/htmx.min.js", ', ""),
        ('["htmx.org"]', '["another"]'),
    ],
)
def test_a_wish_that_was_not_carried_out_is_named(root: Path, there: str, instead: str):
    wish = root / "vendor.toml"
    assert there in wish.read_text()
    wish.write_text(wish.read_text().replace(there, instead))
    assert "htmx.org: vendor.toml and vendor.lock.json differ" in vendor.check(root)


WISH = """
[small]
version = "1.0.0"
folder = "small@1.0.0"
files = ["dist/small.js"]
sprite."icons.svg" = ["dot"]
made."tiny.js" = { from = "dist/small.js", how = "by hand" }
"""
DOT = b'<svg\n  width="24"\n>\n  <circle r="1" />\n  <path d="M0 0" />\n</svg>\n'


def tarball(script: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in {"dist/small.js": script, "icons/dot.svg": DOT}.items():
            facts = tarfile.TarInfo(f"package/{name}")
            facts.size = len(data)
            archive.addfile(facts, io.BytesIO(data))
    return out.getvalue()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A market whose only package is fetched, carried out and locked."""
    (tmp_path / "vendor.toml").write_text(WISH)
    folder = tmp_path / vendor.VENDOR / "small@1.0.0"
    folder.mkdir(parents=True)
    (folder / "tiny.js").write_text("1")
    monkeypatch.setattr(vendor, "fetch", lambda name, version: tarball(b"one"))
    vendor.update(tmp_path)
    return tmp_path


def test_update_copies_cuts_and_locks(small: Path):
    folder = small / vendor.VENDOR / "small@1.0.0"
    assert (folder / "small.js").read_bytes() == b"one"
    assert '<circle r="1" /> <path d="M0 0" /></symbol>' in (folder / "icons.svg").read_text()
    assert vendor.locked(small)["small"]["files"]["tiny.js"]["made"] == "by hand"
    assert vendor.check(small) == []


def test_the_same_version_with_other_bytes_stops_before_anything_is_written(small: Path, monkeypatch):
    monkeypatch.setattr(vendor, "fetch", lambda name, version: tarball(b"other"))
    with pytest.raises(vendor.VendorError, match="other bytes"):
        vendor.update(small)
    assert (small / vendor.VENDOR / "small@1.0.0" / "small.js").read_bytes() == b"one"


def test_a_made_file_is_made_again_when_its_source_has_changed(small: Path, monkeypatch):
    wish = small / "vendor.toml"
    wish.write_text(wish.read_text().replace('version = "1.0.0"', 'version = "1.0.1"'))
    monkeypatch.setattr(vendor, "fetch", lambda name, version: tarball(b"new"))
    with pytest.raises(vendor.VendorError, match="older than its source"):
        vendor.update(small)
    (small / vendor.VENDOR / "small@1.0.0" / "tiny.js").write_text("2")
    vendor.update(small)
    assert vendor.check(small) == []
