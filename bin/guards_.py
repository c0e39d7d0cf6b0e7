"""Where the market's guards stand, found by reading the code and the database: bin/mutate takes each out in turn."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

# A refusal that judges who asks, not what is asked.
WHO = {
    "approved_before",
    "cancellation_open",
    "coupon_taken",
    "earnings_held",
    "last_owner",
    "not_a_member",
    "not_a_provider",
    "not_on_yourself",
    "not_your_client",
    "not_your_offer",
    "own_offer",
    "stranger",
    "suspended",
    "talking_to_yourself",
    "wrong_party",
}
# Verbs whose whole purpose is to refuse.
JUDGES = {"may_start", "refuse_while_cancelling", "_needs", "_needs_staff", "_not_on_yourself"}
TABLES = {"STAGE", "REQUEST", "QUOTE", "OFFER", "PAYOUT", "BATCH"}  # a process table judges with `check`
DOORS = {"signed_in", "provider", "needs", "moves_money"}  # house/web/guards.py
APART = ("demo/", "gateways/payments/twin/", "migrations/")  # the demo market, and what stands in for a vendor


@dataclass(frozen=True)
class Guard:
    """One guard. It goes when the bytes `start:end` of `file` (under house/) give way to `new`, or by `sql`."""

    kind: str
    name: str
    file: str = ""
    start: int = 0
    end: int = 0
    new: bytes = b""
    sql: str = ""

    def without(self, source: bytes) -> bytes:
        """The file's text when this guard is gone."""
        return source[: self.start] + self.new + source[self.end :]


class _Reader(ast.NodeVisitor):
    """Guards of one file, named by file, function and what refuses."""

    def __init__(self, file: str, source: bytes) -> None:
        self.file, self.found = file, list[Guard]()
        self.inside: list[str] = []
        self.seen: Counter[tuple[str, str]] = Counter()
        self.lines = [0]
        for line in source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))

    def at(self, line: int, column: int) -> int:
        return self.lines[line - 1] + column

    def note(self, kind: str, what: str, start: ast.AST, end: ast.AST, new: bytes = b"") -> None:
        """From where `start` begins, or from its end when both are one expression's parts, to where `end` ends."""
        name = " ".join(filter(None, [self.file, ".".join(self.inside), what]))
        self.seen[kind, name] += 1
        number = self.seen[kind, name]
        name += f" {number}" if number > 1 else ""
        first = self.at(start.lineno, start.col_offset)  # type: ignore[attr-defined]
        last = self.at(end.end_lineno, end.end_col_offset)  # type: ignore[attr-defined]
        self.found.append(Guard(kind, name, self.file, first, last, new))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.inside.append(node.name)
        self.generic_visit(node)
        self.inside.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.inside.append(node.name)
        if self.file.startswith("web/views/"):
            for each in node.decorator_list:
                if (name := _name(each.func if isinstance(each, ast.Call) else each)) in DOORS:
                    self.note("door", name, each, each, b"(lambda view: view)")
        self.generic_visit(node)
        self.inside.pop()

    def visit_If(self, node: ast.If) -> None:
        first = node.body[0]
        if isinstance(first, ast.Raise) and isinstance(first.exc, ast.Call) and _name(first.exc.func) == "Refusal":
            code = first.exc.args[0]
            if isinstance(code, ast.Constant) and code.value in WHO:
                self.note("refusal", code.value, node.test, node.test, b"False")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call) and (name := _judge(node.value.func)):
            self.note("refusal", name, node, node, b"pass")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            before, name = node.func.value, node.func.attr
            if name == "select_for_update":
                self._lock(node, before)
            if name == "visible_to":
                self._after("look-up", before, node, b".all()")
        self.generic_visit(node)

    def _lock(self, node: ast.Call, before: ast.expr) -> None:
        self._after("lock", before, node, b"")
        for each in node.keywords:
            if each.arg == "skip_locked":
                self.note("skip", "", each, each, b"skip_locked=False")

    def _after(self, kind: str, before: ast.expr, node: ast.Call, new: bytes) -> None:
        """The call goes, what it is called on stays."""
        self.note(kind, "", node, node)
        whole = self.found.pop()
        assert before.end_lineno is not None and before.end_col_offset is not None
        start = self.at(before.end_lineno, before.end_col_offset)
        self.found.append(Guard(kind, whole.name, self.file, start, whole.end, new))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _judge(node: ast.expr) -> str:
    """What a call judges with, when that is all it does."""
    name = _name(node)
    if isinstance(node, ast.Attribute) and name == "check":
        return f"{table}.check" if (table := _name(node.value)) in TABLES else ""
    return name if name in JUDGES else ""


def in_code(house: Path) -> Iterator[Guard]:
    """Locks, refusals of a person, look-ups and doors of pages."""
    for path in sorted(house.rglob("*.py")):
        file = path.relative_to(house).as_posix()
        if not any(part in file for part in APART):
            source = path.read_bytes()
            reader = _Reader(file, source)
            reader.visit(ast.parse(source))
            yield from reader.found


UNIQUE = """
SELECT i.relname, t.relname, c.conname IS NOT NULL FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype = 'u'
WHERE x.indisunique AND NOT x.indisprimary AND t.relname ~ %s ORDER BY t.relname, i.relname
"""
# What Django adds to each PositiveIntegerField is a type, not a rule: it ends in "_check".
CHECK = """
SELECT c.conname, t.relname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype = 'c' AND c.conname !~ '_check[0-9]*$' AND t.relname ~ %s ORDER BY t.relname, c.conname
"""
TRIGGER = """
SELECT g.tgname, t.relname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
WHERE NOT g.tgisinternal AND t.relname ~ %s ORDER BY t.relname, g.tgname
"""

# What the application's role may not do to a table, though it may add to it.
RIGHT = """
SELECT t.relname, r.rolname FROM pg_class t JOIN pg_roles r ON r.rolname = 'house_app'
WHERE t.relkind = 'r' AND t.relname ~ %s AND has_table_privilege(r.oid, t.oid, 'INSERT')
AND NOT has_table_privilege(r.oid, t.oid, 'UPDATE') AND NOT has_table_privilege(r.oid, t.oid, 'DELETE')
ORDER BY t.relname
"""


def in_database(url: str, house: Path) -> Iterator[Guard]:
    """Unique constraints and indexes, checks and triggers of our tables, and what the application's role may not do."""
    rooms = [path.parent.name for path in house.glob("*/migrations")]
    tables = f"^({'|'.join(rooms)})_"
    with psycopg.connect(url) as connection:
        for name, table, constraint in connection.execute(UNIQUE, [tables]).fetchall():
            sql = f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"' if constraint else f'DROP INDEX "{name}"'
            yield Guard("unique", name, sql=sql)
        for name, table in connection.execute(CHECK, [tables]).fetchall():
            yield Guard("check", name, sql=f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        for name, table in connection.execute(TRIGGER, [tables]).fetchall():
            yield Guard("trigger", name, sql=f'DROP TRIGGER "{name}" ON "{table}"')
        for table, role in connection.execute(RIGHT, [tables]).fetchall():
            yield Guard("right", table, sql=f'GRANT UPDATE, DELETE ON "{table}" TO {role}')
