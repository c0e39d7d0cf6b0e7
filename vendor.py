#!/usr/bin/env python3
"""The front-end files of others: named in vendor.toml, locked in vendor.lock.json, served as they are.

    ./vendor.py update   fetches the packages with npm, copies the named files, writes the lock
    ./vendor.py check    offline: fails on missing, unlisted or changed files

Nothing of a package is executed. Standard library only.
"""

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENDOR = Path("house/web/static/vendor")
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>\n'
)


class VendorError(Exception):
    """What must be mended before anything is written."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def integrity(data: bytes) -> str:
    """As npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def wanted(root: Path) -> dict[str, Any]:
    """vendor.toml: package → version, folder, files, made, sprite."""
    return tomllib.loads((root / "vendor.toml").read_text())


def locked(root: Path) -> dict[str, Any]:
    path = root / "vendor.lock.json"
    return json.loads(path.read_text()) if path.exists() else {}


# check


def check(root: Path) -> list[str]:
    """One sentence for each file that is missing, unlisted or changed; none when all is well."""
    lock = locked(root)
    faults = [f"{name}: vendor.toml and vendor.lock.json differ" for name in differing(wanted(root), lock)]
    listed: dict[Path, str] = {}
    for entry in lock.values():
        listed |= {root / VENDOR / entry["folder"] / file: facts["sha256"] for file, facts in entry["files"].items()}
    for path, digest in listed.items():
        if not path.is_file():
            faults.append(f"{path.relative_to(root)}: missing")
        elif sha256(path.read_bytes()) != digest:
            faults.append(f"{path.relative_to(root)}: changed")
    for path in sorted((root / VENDOR).rglob("*")):
        if not path.is_dir() and path not in listed:
            faults.append(f"{path.relative_to(root)}: unlisted")
    return faults


def differing(wish: Mapping[str, Any], lock: Mapping[str, Any]) -> list[str]:
    """Packages whose version, folder or files are not the same in both."""
    return sorted(name for name in wish.keys() | lock.keys() if _of_wish(wish, name) != _of_lock(lock, name))


def _of_wish(wish: Mapping[str, Any], name: str) -> object:
    entry = wish.get(name)
    return entry and (
        entry["version"],
        entry["folder"],
        sorted([Path(file).name for file in entry["files"]] + ours(entry)),
    )


def _of_lock(lock: Mapping[str, Any], name: str) -> object:
    entry = lock.get(name)
    return entry and (entry["version"], entry["folder"], sorted(entry["files"]))


def ours(entry: Mapping[str, Any]) -> list[str]:
    """Files that are made from the package's, not copied."""
    return [*entry.get("made", {}), *entry.get("sprite", {})]


# update


def update(root: Path) -> None:
    """Fetches every package, compares it with the lock, writes its files, then the lock."""
    old, new = locked(root), {}
    for name, entry in wanted(root).items():
        tarball = fetch(name, entry["version"])
        before = old.get(name, {})
        if before.get("version") == entry["version"] and before["integrity"] != integrity(tarball):
            raise VendorError(f"{name} {entry['version']} has other bytes than the lock says; nothing was written.")
        new[name] = place(root, name, entry, unpack(tarball), before) | {"integrity": integrity(tarball)}
        print(f"{name} {entry['version']}")
    text = json.dumps(new, indent=2, sort_keys=True, ensure_ascii=False)
    (root / "vendor.lock.json").write_text(text + "\n")


def fetch(name: str, version: str) -> bytes:
    """The package's tarball, whose SHA-512 must be the one that the registry promises."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "npm",
            "pack",
            f"{name}@{version}",
            "--json",
            "--ignore-scripts",
            "--pack-destination",
            folder,
        ]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder)  # noqa: S603
        if done.returncode:
            raise VendorError(f"npm pack {name}@{version} failed: {done.stderr.strip()}")
        said = json.loads(done.stdout)
        facts = said[0] if isinstance(said, list) else next(iter(said.values()))
        tarball = next(Path(folder).glob("*.tgz")).read_bytes()
    if facts["integrity"] != integrity(tarball):
        raise VendorError(f"{name} {version}: the registry promised other bytes.")
    return tarball


def unpack(tarball: bytes) -> dict[str, bytes]:
    """The package's files in memory; nothing is written where a tarball says."""
    with tempfile.TemporaryFile() as file:
        file.write(tarball)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:gz") as archive:
            found = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
            return {name.split("/", 1)[1]: content.read() for name, content in found.items() if content}


def place(
    root: Path, name: str, entry: Mapping[str, Any], package: Mapping[str, bytes], before: Mapping[str, Any]
) -> dict[str, Any]:
    """Writes one package's files and returns what the lock says of them."""
    folder = root / VENDOR / entry["folder"]
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Any] = {}
    for source in entry["files"]:
        (folder / Path(source).name).write_bytes(package[source])
        files[Path(source).name] = {"from": source, "sha256": sha256(package[source])}
    for file, icons in entry.get("sprite", {}).items():
        (folder / file).write_text(cut_sprite(icons, package))
        files[file] = {
            "made": "cut by vendor.py",
            "from": "icons/*.svg",
            "sha256": sha256((folder / file).read_bytes()),
        }
    for file, made in entry.get("made", {}).items():
        files[file] = by_hand(folder / file, made, package, before.get("files", {}).get(file, {}))
    return {"version": entry["version"], "folder": entry["folder"], "files": files}


def by_hand(
    path: Path, made: Mapping[str, str], package: Mapping[str, bytes], before: Mapping[str, str]
) -> dict[str, str]:
    """A file that somebody made from one of the package's; made again when that one has changed."""
    if not path.exists():
        raise VendorError(f"{path} is missing: make it from {made['from']} ({made['how']}), then update again.")
    source, own = sha256(package[made["from"]]), sha256(path.read_bytes())
    if before and before["from_sha256"] != source and before["sha256"] == own:
        raise VendorError(f"{path} is older than its source: make it from {made['from']} ({made['how']}).")
    return {"made": made["how"], "from": made["from"], "from_sha256": source, "sha256": own}


def cut_sprite(icons: list[str], package: Mapping[str, bytes]) -> str:
    """The named icons as symbols of one SVG file."""
    symbols = []
    for name in icons:
        svg = package[f"icons/{name}.svg"].decode()
        body = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
        if body is None:
            raise VendorError(f"icons/{name}.svg is not a picture.")
        symbols.append(SYMBOL.format(name=name, shapes=" ".join(body[1].split())))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>'


def main() -> int:
    parser = argparse.ArgumentParser(description="Front-end files of others.")
    parser.add_argument("command", choices=["update", "check"])
    try:
        if parser.parse_args().command == "update":
            update(ROOT)
        faults = check(ROOT)
    except (VendorError, KeyError, OSError) as error:
        faults = [f"{type(error).__name__}: {error}"]
    print("\n".join(faults), end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
