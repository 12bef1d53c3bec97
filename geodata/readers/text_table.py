"""A provider's file as columns of text: from rows of any format, or straight from delimited text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geodata.readers.rows import Rows
from geodata.readers.texts import Texts
from geodata.report import RowWarning

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TextTable:
    """The records of a file by column.

    Parameters
    ----------
    file, header, header_row, notes, header_width
        As in :class:`geodata.readers.rows.Rows`.
    numbers
        The row number of each record, growing.
    columns
        One column each name of ``header``, stripped; ``""`` where a record is too short.
    odd
        How many cells a record has, by row number, where it has more or fewer than the header as written.
    surplus
        How many cells a record has, by row number, where one beyond the header is filled.
    longest
        The cells of the first record that is longer than the header as written, and its row number.
    date_order
        What the user says of dates of three numbers: dmy, mdy or ymd; empty: the columns decide.
    """

    file: str
    header: tuple[str, ...]
    numbers: Numbers
    columns: tuple[Texts, ...]
    header_row: int = 1
    notes: tuple[RowWarning, ...] = ()
    header_width: int = 0
    odd: Mapping[int, int] = field(default_factory=dict)
    surplus: Mapping[int, int] = field(default_factory=dict)
    longest: tuple[int, tuple[str, ...]] | None = None
    date_order: str = ""


def table_of_rows(rows: Rows) -> TextTable:
    """Return rows by column."""
    width, written = len(rows.header), max(len(rows.header), rows.header_width)
    numbers = np.fromiter((number for number, _ in rows.records), dtype=np.int64, count=len(rows.records))
    columns = tuple(
        Texts.of(cells[at] if at < len(cells) else "" for _, cells in rows.records).coded
        for at in range(width)
    )
    return TextTable(
        rows.file,
        rows.header,
        numbers,
        columns,
        rows.header_row,
        rows.notes,
        rows.header_width,
        {number: len(cells) for number, cells in rows.records if len(cells) != written},
        {number: len(cells) for number, cells in rows.records if any(cells[width:])},
        next(((number, cells) for number, cells in rows.records if len(cells) > written), None),
    )
