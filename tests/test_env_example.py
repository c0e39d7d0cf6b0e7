"""`.env.example` lists every variable that the code reads, and no other."""

import re
from pathlib import Path

from launch import environment
from launch.environment import ROOT

READS = re.compile(
    r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)\"            # env.str("NAME")
      | \benviron(?:\.\w+\(|\[)\s*"([A-Z_]+)\"      # environ.get("NAME"), environ["NAME"]
      | \bgetenv\(\s*"([A-Z_]+)\"
      | "([A-Z_]+)"\s+(?:not\s+)?in\s+\S*environ    # "NAME" in os.environ
    """,
    re.VERBOSE,
)
NOT_OURS = {"PATH", "DJANGO_SETTINGS_MODULE"}
LINE = re.compile(r"^#([A-Z_]+)=(.*)$", re.MULTILINE)
EXAMPLE = (ROOT / ".env.example").read_text()


def read_by_the_code() -> set[str]:
    files = [path for folder in ("house", "launch") for path in (ROOT / folder).rglob("*.py")]
    return {name for path in files for groups in READS.findall(path.read_text()) for name in groups if name}


def test_every_variable_that_the_code_reads_is_listed_and_no_other():
    assert {name for name, _ in LINE.findall(EXAMPLE)} == read_by_the_code() - NOT_OURS


def test_no_variable_is_listed_twice():
    names = [name for name, _ in LINE.findall(EXAMPLE)]
    assert sorted(names) == sorted(set(names))


def test_every_variable_is_explained():
    for block in EXAMPLE.split("\n\n"):
        assert block.startswith("# "), f"say what this is for: {block}"


def test_the_defaults_shown_are_those_of_a_start(tmp_path: Path):
    shown = {name: value for name, value in LINE.findall(EXAMPLE) if value}
    place = {"VAR_DIR": str(tmp_path)}
    assert environment.read([], {**shown, **place}) == environment.read([], place)
