"""Rejected rows as a table that can be mended and read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from geodata.readers.cells import neutralised, restored
from geodata.readers.rows import Rows
from geodata.report import RejectedRow

ROW, REASON = "rejected_row", "rejected_reason"


def rejected_table(rows: Rows, rejected: Iterable[RejectedRow]) -> bytes:
    """Return the rejected rows as CSV: row, reason, their own columns; UTF-8 with a mark, for Excel.

    Cells that a spreadsheet would run are marked; :func:`without_marks` undoes it.
    """
    reasons = {item.row: item for item in rejected}
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    width = max((len(cells) for number, cells in rows.records if number in reasons), default=0)
    # What stands beyond the header stays beyond it, so that nobody takes it for mended.
    surplus = [""] * max(width - len(rows.header), 0)
    writer.writerow([ROW, REASON, *rows.header, *surplus])
    for number, cells in rows.records:
        if found := reasons.get(number):
            words = f"{found.reason}. {found.remedy}".strip() if found.remedy else found.reason
            writer.writerow([number, neutralised(words), *(_safe(cell) for cell in cells)])
    return out.getvalue().encode("utf-8-sig")


def without_marks(rows: Rows) -> Rows:
    """Return a table without the two columns of ours, and its cells as they were before them."""
    if not {ROW, REASON} <= set(rows.header):
        return rows
    kept = [at for at, name in enumerate(rows.header) if name not in (ROW, REASON)]
    width = len(rows.header)
    records = tuple(
        (
            number,
            tuple(restored(cells[at]) for at in (*kept, *range(width, len(cells))) if at < len(cells)),
        )
        for number, cells in rows.records
    )
    return Rows(rows.file, tuple(rows.header[at] for at in kept), records, rows.header_row, rows.notes)


def _safe(cell: str) -> str:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return neutralised(cell)
    return cell  # a number runs nothing, and -64.2 must stay one
