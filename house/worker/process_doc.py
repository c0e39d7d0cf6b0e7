"""Prints docs/process.md from the tables, so that what is written is what the program does."""

from collections.abc import Iterator

from house.board.process import REQUEST as SERVICE_REQUEST
from house.catalog.process import OFFER
from house.hebrew import duration
from house.orders.process import ASKINGS, REQUEST, STAGE
from house.orders.reasons import KINDS
from house.process import Process
from house.quotes.process import QUOTE

HEAD = """# Processes

Printed from the tables by `bin/manage process`; a test fails when this page is stale. Each row is a rule: who
may take which step, from which states, to which, and who is told. The clock takes the same steps as people.
"""
TABLES = (
    ("A stage of an order", STAGE),
    ("A request of the Resolution Center", REQUEST),
    ("A quote", QUOTE),
    ("A service request", SERVICE_REQUEST),
    ("An offer", OFFER),
)


def document() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, process in TABLES:
        parts += [f"## {title}\n", *_diagram(process), *_rules(process), *_timers(process)]
    return "\n".join([*parts, *_askings()])


def _diagram(process: Process) -> Iterator[str]:
    yield "```mermaid\nstateDiagram-v2"
    for step, row in process.rules.items():
        for start in sorted(row.start):
            if row.end is not None:
                yield f"    {start or '[*]'} --> {row.end}: {step}"
    yield "```\n"


def _names(names: frozenset[str]) -> str:
    return ", ".join(sorted(str(name) for name in names)) or "–"


def _rules(process: Process) -> Iterator[str]:
    yield "| step | by | from | to | told | rules |\n|---|---|---|---|---|---|"
    for step, row in process.rules.items():
        end = row.end or "unchanged"
        yield f"| {step} | {_names(row.by)} | {_names(row.start)} | {end} | {_names(row.tell)} | {row.ref} |"
    yield ""


def _timers(process: Process) -> Iterator[str]:
    rows = [(state, timer) for state, timers in process.timers.items() for timer in timers]
    if not rows:
        return
    yield "| while | the clock's promise | its step | reminders before |\n|---|---|---|---|"
    for state, timer in rows:
        warned = ", ".join(f"{int(ahead.total_seconds() // 3600)} h" for ahead in timer.warn) or "–"
        yield f"| {state} | {timer.kind} | {timer.step} | {warned} |"
    yield ""


def _askings() -> Iterator[str]:
    yield "## Kinds of requests\n"
    yield "| kind | Hebrew | by | while the stage is | window | silence | rules |\n|---|---|---|---|---|---|---|"
    for kind, row in ASKINGS.items():
        said = (kind, KINDS[kind], _names(row.by), _names(row.states), duration(row.window), row.silence, row.ref)
        yield "| " + " | ".join(str(each) for each in said) + " |"
    yield ""
