"""What the tests need besides Python packages. Standard library only: bin/test asks before it starts."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from venv_ import ROOT, stop

VALIDATORS = ROOT / "tests" / "node"
NODE_NEEDED = (22, 22, 2)  # by the validators
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/build-in-house-tests.conf")


def python() -> Path:
    """The system's Python where it will do: bare Debian is what bin/run promises to start on, and a python of one's
    own, built without optimisation, takes a quarter longer.
    """
    system = Path("/usr/bin/python3")
    asks = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"
    does = system.exists() and not subprocess.run([system, "-c", asks], stderr=subprocess.DEVNULL).returncode
    return system if does else Path(sys.executable)


def chromium() -> Path | None:
    """A Chromium for the journeys; the one without windows does the same work with less."""
    names = (os.environ.get("CHROMIUM", ""), "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((Path(found) for name in names if name and (found := shutil.which(name))), None)


def postgres() -> Path | None:
    """The folder of the oldest PostgreSQL server from 15 on: the newest is the embedded one."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name))
    found = [each for each in folders if int(each.parent.name) >= 15 and (each / "initdb").exists()]
    if not found and (program := shutil.which("postgres")):
        found = [Path(program).resolve().parent]
    return found[0] if found else None


def npm() -> Path | None:
    """npm, which brings a Node of its own for the validators where it can."""
    return Path(found) if (found := shutil.which("npm")) else None


NEEDS: dict[Callable[[], Path | None], tuple[str, ...]] = {
    chromium: ("chromium-headless-shell",),
    postgres: ("postgresql",),
    npm: ("nodejs", "npm"),
}


def install() -> None:
    """Everything; as root on Debian also programs that are missing, else one sentence says which."""
    find_all()
    validators()


def find_all() -> None:
    """Finds what is needed; as root on Debian installs what is missing, else stops with one sentence."""
    if not (missing := _missing()):
        return
    if os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get"):
        _apt(missing)
    if missing := _missing():
        stop(f"the tests need {', '.join(missing)}. On Debian: apt install {' '.join(missing)}.")


def _missing() -> list[str]:
    return [name for find, names in NEEDS.items() if not find() for name in names]


def _apt(names: Iterable[str]) -> None:
    """The lines of apt-get are shown; whether it helped is seen afterwards."""
    print(f"Installing {' '.join(names)} …", flush=True)
    if not NO_CLUSTER.parent.exists():  # the tests start servers of their own: Debian need not start one
        NO_CLUSTER.parent.mkdir(parents=True)
        NO_CLUSTER.write_text("create_main_cluster = false\n")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=env)
    install = ["apt-get", "install", "-qq", "--no-install-recommends", *names]
    subprocess.run(install, env=env, stdout=subprocess.DEVNULL)


def validators() -> Path:
    """Installs the validators when their lock has changed; returns the Node that runs them."""
    installed = VALIDATORS / "node_modules"
    stamp, lock = installed / "installed-from", (VALIDATORS / "package-lock.json").read_bytes()
    now = hashlib.sha256(lock).hexdigest()
    if not stamp.exists() or stamp.read_text() != now:
        if not npm():
            stop("the validators need npm. On Debian: apt install nodejs npm.")
        command = ["npm", "ci", "--ignore-scripts", "--no-update-notifier", "--loglevel=error"]
        env = {key: value for key, value in os.environ.items() if key != "HOME" or value}
        done = subprocess.run(command, cwd=VALIDATORS, env=env, capture_output=True, text=True)
        if done.returncode:
            stop(f"npm could not install the validators: {done.stderr.strip()}")
        stamp.write_text(now)
    brought = [*installed.glob("node-*/bin/node"), *map(Path, filter(None, [shutil.which("node")]))]
    node = next((each for each in brought if _version(each) >= NODE_NEEDED), None)
    if node is None:
        stop(f"the validators need Node {'.'.join(map(str, NODE_NEEDED))} or newer.")
    return node


def _version(node: Path) -> tuple[int, ...]:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    except OSError:  # made for another system
        return ()
    return tuple(int(each) for each in re.findall(r"\d+", said)[:3])
