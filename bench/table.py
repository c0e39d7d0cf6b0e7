"""The figures as a table, on the screen and in docs/performance.md."""

from collections.abc import Sequence
from pathlib import Path

from .measure import Figure, Result

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
HEAD = (
    "| page | CPU app + database, ms | floor | × floor | bar | turns/s | middle, 95 %, ms | statements"
    " | writing transactions | KB |\n|---|---|---|---|---|---|---|---|---|---|"
)


def _cpu(figure: Figure) -> str:
    database = "?" if figure.database is None else f"{figure.database:.1f}"
    return f"{figure.cpu:.1f} ({figure.app:.1f} + {database})"


def _beside(product: float, floor: float, form: str = ".0f") -> str:
    return f"{product:{form}} / {floor:{form}}"


def row(result: Result) -> str:
    """One subject; pairs are product / floor."""
    ours, bare, bar = result.product, result.floor, result.subject.bar
    over = "" if bar is None or result.ratio <= bar else " **over**"
    cells = [
        result.subject.name,
        _cpu(ours),
        _cpu(bare),
        f"{result.ratio:.1f}",
        f"{bar or '–'}{over}",
        _beside(ours.turns_per_second, bare.turns_per_second),
        f"{ours.middle:.1f}, {ours.slow:.1f}",
        _beside(ours.statements, bare.statements),
        _beside(ours.transactions, bare.transactions),
        _beside(ours.kilobytes, bare.kilobytes),
    ]
    return f"| {' | '.join(cells)} |"


def write(offers: int, heading: str, results: Sequence[Result], foot: str) -> None:
    """Puts the table of this many offers between its markers; everything else on the page stays."""
    begin, end = f"<!-- {offers} offers -->", f"<!-- end of {offers} offers -->"
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{PAGE} has no place for {offers} offers: add a line {begin} and a line {end}.")
    table = "\n".join((heading, "", HEAD, *map(row, results), "", foot))
    PAGE.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")
