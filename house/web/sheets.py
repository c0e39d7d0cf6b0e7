"""Tables to take away: CSV and XLSX of the same rows, right to left, safe to open."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse

from house.clock import ISRAEL

Cell = str | Decimal | datetime
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class SheetKind:
    """The ending of a sheet's address: `<sheet:kind>`."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet would carry out


@dataclass(frozen=True)
class Sheet:
    """`name` is ASCII, for the file; a row holds texts, moments and sums (as decimals of the currency)."""

    name: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def money(minor: int) -> Decimal:
    """Minor units as a sum to count with."""
    return Decimal(minor) / 100


def as_file(sheet: Sheet, kind: str) -> HttpResponse:
    """The sheet as a download; `kind` is one of KINDS."""
    body = {"csv": _csv, "xlsx": _xlsx}[kind](sheet)
    return HttpResponse(
        body,
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{sheet.name}.{kind}"'},
    )


def _text(cell: Cell) -> str:
    """A person's words are never a formula; sums stay numbers, moments are Israel's."""
    if isinstance(cell, datetime):
        return cell.astimezone(ISRAEL).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _csv(sheet: Sheet) -> bytes:
    """With a byte order mark: without it Excel reads Hebrew as gibberish."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(sheet.head)
    writer.writerows([_text(cell) for cell in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(sheet: Sheet) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(sheet.title[:31])
    page.right_to_left()
    page.freeze_panes(1, 0)
    bold, sums = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    moments = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for column, title in enumerate(sheet.head):
        page.write_string(0, column, title, bold)
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, Decimal):
                page.write_number(number, column, float(cell), sums)
            elif isinstance(cell, datetime):
                page.write_datetime(number, column, cell.astimezone(ISRAEL).replace(tzinfo=None), moments)
            else:
                page.write_string(number, column, cell)
    page.autofit()
    book.close()
    return out.getvalue()
