"""What bin/mutate does inside the environment: a copy of the tree, a database, one guard less at a time."""

import gc
import importlib
import inspect
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import guards_
import psycopg
import tests_
from django.urls.converters import REGISTERED_CONVERTERS
from guards_ import Guard
from venv_ import ROOT

TABLE = ROOT / "tests" / "mutations.toml"
REPORT = ROOT / "docs" / "mutations.md"
LEFT = shutil.ignore_patterns(".*_cache", "__pycache__", ".git", ".venv", "var", "node_modules", "pictures")
PYTEST = ["-p", "no:cacheprovider", "--reuse-db", "-x", "--tb=no", "-rfE"]
GREEN, RED, SURVIVED, BROKEN = "green", "red", "SURVIVED", "BROKEN"
UNSEEN = "not run yet"
LIMIT = 300  # seconds that the tests of one mutation may take: a lock less may hang them, and that is noticed
KINDS = {
    "lock": "Locks: the row is read without `FOR UPDATE`",
    "skip": "Locks that are skipped: whoever comes second waits instead",
    "unique": "Unique constraints: dropped",
    "check": "Check constraints: dropped",
    "trigger": "Triggers: dropped",
    "right": "Rights of the application's role: given after all",
    "door": "Doors of pages: the view without its decorator",
    "look-up": "Look-ups: everybody's rows instead of those that one may see",
    "refusal": "Refusals of a person: never spoken",
    "gate": "Gates: changed as said",
}


@dataclass(frozen=True)
class Mutation:
    """A guard, the rules that it keeps, and the tests that should notice when it is gone."""

    guard: Guard
    rules: str
    tests: tuple[str, ...]
    stays: str = ""

    @property
    def name(self) -> str:
        return f"{self.guard.kind}: {self.guard.name}"


@dataclass(frozen=True)
class Found:
    """What became of one mutation: `test` is the first that turned red."""

    mutation: Mutation
    state: str
    test: str = ""


# --- the table against what is there


def written(house: Path) -> Iterator[Guard]:
    """Gates, which the table describes by a piece of text and what it gives way to."""
    for name, row in _table().get("gate", {}).items():
        source, text = (house / row["file"]).read_bytes(), row["text"].encode()
        if source.count(text) == 1:
            start = source.index(text)
            yield Guard("gate", name, row["file"], start, start + len(text), row["becomes"].encode())


def _table() -> dict[str, dict[str, dict[str, Any]]]:
    return tomllib.loads(TABLE.read_text())


def mutations(guards: Iterable[Guard]) -> tuple[list[Mutation], list[str]]:
    """Every guard with its row of the table; and complaints about guards without one, and rows without a guard."""
    table, made, met = _table(), [], set()
    complaints = []
    for guard in guards:
        rows = table.get(guard.kind, {})
        name = guard.name if guard.name in rows else next((key for key in rows if fnmatchcase(guard.name, key)), None)
        if name is None:
            complaints.append(f"no row: [{guard.kind}] {guard.name}")
            continue
        met.add((guard.kind, name))
        row = rows[name]
        tests = tuple(f"tests/{each}" for each in row.get("tests", "").replace("{name}", guard.name).split())
        made.append(Mutation(guard, row.get("rules", ""), tests, row.get("stays", "")))
    stale = {(kind, name) for kind, rows in table.items() for name in rows} - met
    return made, complaints + [f"stale, nothing like it is found: [{kind}] {name}" for kind, name in sorted(stale)]


# --- a run of tests in the copy


class Workshop:
    """A copy of the tree and a server with a migrated database, of which every run gets a fresh one."""

    def __init__(self, copy: Path, url: str) -> None:
        self.copy, self.url = copy, url
        self.env = tests_.environment(url)
        self._manage("migrate", "-v0")
        self._manage("createcachetable")
        with self._maintenance() as connection:
            connection.execute("ALTER DATABASE house RENAME TO pristine")
            connection.execute("CREATE DATABASE house")

    def _manage(self, *command: str) -> None:
        subprocess.run([sys.executable, "-m", "django", *command], cwd=self.copy, env=self._whole_env(), check=True)

    def _whole_env(self) -> dict[str, str]:
        ours = {"DJANGO_SETTINGS_MODULE": "house.settings", "SECRET_KEY": secrets.token_urlsafe(50)}
        return {**self.env, **ours, "PYTHONWARNINGS": "ignore"}

    def _maintenance(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.database("postgres"), autocommit=True)

    def database(self, name: str) -> str:
        return self.url.replace("/house?", f"/{name}?")

    def load(self) -> None:
        """Imports everything once, from the copy: each run forks from here."""
        os.chdir(self.copy)
        os.environ.update(self._whole_env())
        sys.path[:] = [str(self.copy), *(each for each in sys.path if each != str(ROOT))]
        for name in [name for name in sys.modules if name.split(".")[0] == "launch"]:
            del sys.modules[name]  # it is this checkout's
        importlib.import_module("pytest")
        importlib.import_module("django").setup()
        importlib.import_module("house.wsgi")  # and with it the middleware
        importlib.import_module("house.web.urls")

    def run(self, tests: Iterable[str], *, without: Guard | None = None) -> tuple[str, str]:
        """green, red or BROKEN, and the first test that failed."""
        with self._maintenance() as connection:
            connection.execute("DROP DATABASE IF EXISTS test_house WITH (FORCE)")
            connection.execute("CREATE DATABASE test_house TEMPLATE pristine")
        if without and without.sql:
            with psycopg.connect(self.database("test_house"), autocommit=True) as connection:
                connection.execute(without.sql)
        log = self.copy.parent / "log"
        code = self._forked(tests, without, log)
        failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", log.read_text(errors="replace"), re.MULTILINE)
        if code is None:
            return RED, f"no end within {LIMIT} s"
        if code == 1 and failed:
            return RED, failed[0]
        return (GREEN, "") if code == 0 else (BROKEN, log.read_text(errors="replace")[-2000:])

    def _forked(self, tests: Iterable[str], without: Guard | None, log: Path) -> int | None:
        """pytest's exit code; None when it had to be stopped."""
        pid = os.fork()
        if pid == 0:
            self._become_pytest(tests, without, log)
        end = time.monotonic() + LIMIT
        try:
            while time.monotonic() < end:
                done, status = os.waitpid(pid, os.WNOHANG)
                if done:
                    return os.waitstatus_to_exitcode(status)
                time.sleep(0.05)
        except BaseException:
            os.killpg(pid, signal.SIGKILL)
            raise
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return None

    def _become_pytest(self, tests: Iterable[str], without: Guard | None, log: Path) -> None:
        """In the child; never returns."""
        code = 3
        try:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(out, 1)
            os.dup2(out, 2)
            os.environ.clear()
            os.environ.update(self.env)
            if without and not without.sql:
                take_out(without, self.copy / "house")
            import pytest

            code = pytest.main([*PYTEST, *tests], plugins=[_ready_made()])
        finally:
            sys.stdout.flush()
            os._exit(code)


def take_out(guard: Guard, house: Path) -> None:
    """In the child: the functions of the guard's file do without it from now on. Pages are read anew, since a door
    is around a function and not in it.
    """
    path = house / guard.file
    source = guard.without(path.read_bytes())
    if _is_page(guard):
        path.write_bytes(source)
        for name in [name for name in sys.modules if name.startswith(PAGES)]:
            del sys.modules[name]
        REGISTERED_CONVERTERS.clear()  # reading the addresses anew names them once more, which Django warns of
        return
    new = {code.co_qualname: code for code in _functions(compile(source, str(path), "exec"))}
    there = [each for each in gc.get_objects() if isinstance(each, FunctionType) and _is_from(path, each)]
    if not there:
        raise AssertionError(f"{guard.file} was never read, so nothing could be taken out of it")
    for each in there:
        each.__code__ = new.get(each.__qualname__, each.__code__)


def _is_from(path: Path, function: FunctionType) -> bool:
    return function.__code__.co_filename == str(path)


def _is_page(guard: Guard) -> bool:
    return guard.file.startswith("web/views/") or guard.file == "web/guards.py"


PAGES = ("house.web.views", "house.web.guards", "house.web.urls")


def _functions(code: CodeType) -> Iterator[CodeType]:
    """Functions and methods; what stands inside a function comes with it."""
    for each in code.co_consts:
        if isinstance(each, CodeType) and "<" not in each.co_qualname:
            yield each
            if not each.co_flags & inspect.CO_OPTIMIZED:  # a class
                yield from _functions(each)


def _ready_made() -> object:
    """A plugin for pytest: the database of the tests is there, and what was taken out of it stays out. The last
    plugin to come wins over pytest-django's fixture, so it comes when pytest is configured.
    """
    import pytest

    @pytest.fixture(scope="session")
    def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> None:
        from django.db import connections

        for each in connections.all():
            each.settings_dict["NAME"] = "test_house"

    ready_made = ModuleType("ready_made")
    ready_made.django_db_setup = django_db_setup  # type: ignore[attr-defined]

    class Last:
        def pytest_configure(self, config: pytest.Config) -> None:
            config.pluginmanager.register(ready_made)

    return Last()


# --- what is said


def tell(found: Found) -> None:
    """A line on the screen, as soon as it is known."""
    mark = "ok" if found.state in (RED, GREEN) else found.state
    print(f"{mark:9}{found.mutation.name:75} {found.test or said(found)}", flush=True)


def report(known: list[Mutation], results: dict[str, str]) -> str:
    """docs/mutations.md, of this run and, where it did not look, of those before."""
    noticed = [each for each in known if results.get(each.name, "").startswith("`")]
    stay = [each for each in known if results.get(each.name, "").startswith("stays")]
    lines = [
        "# What the tests notice",
        "",
        "Written by `bin/mutate`. It takes out one guard after the other, in a copy of the tree and on a database",
        "of its own, and runs the tests that are named for it in `tests/mutations.toml`: green with the guard, red",
        "without it. Locks, doors, look-ups and refusals are found by reading the code, constraints and triggers by",
        "reading the database; one without a row in the table fails the command.",
        "",
        f"Of {len(known)} guards {len(noticed)} are noticed when they are gone; {len(stay)} stay unseen, and say why.",
    ]
    for kind, title in KINDS.items():
        lines += ["", f"## {title}", "", "| guard | keeps | turned red |", "|---|---|---|"]
        rows = [each for each in known if each.guard.kind == kind]
        lines += [f"| {_shown(each)} | {each.rules} | {results.get(each.name, UNSEEN)} |" for each in rows]
    return "\n".join(lines) + "\n"


def _shown(mutation: Mutation) -> str:
    guard = mutation.guard
    return f"{guard.name} (`{guard.file}`)" if guard.kind == "gate" else f"`{guard.name}`"


def said(found: Found) -> str:
    """The last column: the test that turned red, why a guard stays, or what is wrong."""
    if found.state == GREEN:
        return f"stays: {found.mutation.stays}"
    return f"`{found.test}`".replace("|", "\\|") if found.state == RED else found.state


def remembered(known: list[Mutation]) -> dict[str, str]:
    """The last column of the table as it stands, by the names of what is known. A lock and its skipping share a
    name, so a row counts under its heading alone.
    """
    kinds, kind, rows = {title: kind for kind, title in KINDS.items()}, "", dict[tuple[str, str], str]()
    for line in REPORT.read_text().splitlines() if REPORT.exists() else []:
        if line.startswith("## "):
            kind = kinds.get(line.removeprefix("## "), "")
        elif " | " in line:
            first, _, last = line.removesuffix(" |").rsplit(" | ", 2)
            rows[kind, first] = last
    return {each.name: rows[at] for each in known if (at := (each.guard.kind, f"| {_shown(each)}")) in rows}


def write(known: list[Mutation], results: list[Found]) -> None:
    """Brings docs/mutations.md up to date with what was found."""
    seen = remembered(known) | {each.mutation.name: said(each) for each in results}
    REPORT.write_text(report(known, seen))


def chosen(all_of_them: list[Mutation], words: list[str]) -> list[Mutation]:
    """Those whose kind and name hold one of the words; without words all; with --new those that no run saw yet."""
    if words == ["--new"]:
        seen = remembered(all_of_them)
        return [each for each in all_of_them if seen.get(each.name, UNSEEN) == UNSEEN]
    return [each for each in all_of_them if not words or any(word in each.name for word in words)]


def tried(workshop: Workshop, todo: list[Mutation]) -> Iterator[Found]:
    """Its tests must be green with the guard, and one of them red without it. Pages are read anew for the first
    run as well: what turns red by that alone would show nothing.
    """
    workshop.load()
    green = set[tuple[tuple[str, ...], bool]]()
    for each in todo:
        if not each.tests:
            yield Found(each, GREEN if each.stays else SURVIVED)
            continue
        page = _is_page(each.guard)
        if (each.tests, page) not in green:
            whole = replace(each.guard, start=0, end=0, new=b"") if page else None
            state, test = workshop.run(each.tests, without=whole)
            if state != GREEN:
                yield Found(each, BROKEN, f"with the guard as well: {test}")
                continue
            green.add((each.tests, page))
        path = workshop.copy / "house" / each.guard.file
        before = path.read_bytes() if each.guard.file else b""
        state, test = workshop.run(each.tests, without=each.guard)
        if before:
            path.write_bytes(before)
        yield Found(each, SURVIVED if state == GREEN and not each.stays else state, test)


def main() -> int:
    """0 when every chosen guard is noticed or said to stay, and nothing in the table is stale."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    words = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="bih-") as folder, tests_.throw_away() as url:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=LEFT, symlinks=True)
        house = copy / "house"
        workshop = Workshop(copy, url)
        guards = [*guards_.in_code(house), *guards_.in_database(workshop.database("pristine"), house), *written(house)]
        known, complaints = mutations(guards)
        todo = chosen(known, words)
        results = []
        for found in tried(workshop, todo):
            tell(found)
            results.append(found)
            write(known, results)  # as it comes: a long run that is stopped keeps what it found
    print(*complaints, sep="\n")
    write(known, results)
    return 1 if complaints or any(each.state in (SURVIVED, BROKEN) for each in results) else 0


if __name__ == "__main__":
    sys.exit(main())
