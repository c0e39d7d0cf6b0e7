"""The figures as a table, on the screen and in docs/performance.md."""

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


def _bars(result: Result) -> str:
    times, most = result.subject.times, result.subject.most
    bars = [f"{times:g} ×" if times else "", f"{most:g} ms" if most else ""]
    return (", ".join(filter(None, bars)) or "–") + ("" if result.passes else " **over**")


def row(result: Result) -> str:
    """One subject; pairs are product / floor."""
    ours, bare = result.product, result.floor
    cells = [
        result.subject.name,
        _cpu(ours),
        _cpu(bare),
        f"{result.ratio:.1f}",
        _bars(result),
        _beside(ours.turns_per_second, bare.turns_per_second),
        f"{ours.middle:.1f}, {ours.slow:.1f}",
        _beside(ours.statements, bare.statements),
        _beside(ours.transactions, bare.transactions),
        _beside(ours.kilobytes, bare.kilobytes),
    ]
    return f"| {' | '.join(cells)} |"


def write(name: str, text: str) -> None:
    """Puts figures between the markers of their name; everything else on the page stays."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{PAGE} has no place for {name}: add a line {begin} and a line {end}.")
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
