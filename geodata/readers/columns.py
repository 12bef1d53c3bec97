"""Delimited text straight into columns, where a file is regular enough for that to change nothing.

The reader of the standard library makes a Python text of every cell; Arrow's makes columns and
is many times as fast. The two agree on files that are UTF-8, whose quotes stand where quotes
may stand, and whose records are as wide as the header. That is proved here for each file before
Arrow's answer is used; for all others there is none, and the slower reader says what is wrong.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

Line = tuple[int, tuple[str, ...]]

# What ``str.strip`` takes off, so that a cell is the same by either way.
_SPACE = "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)))) + (
    "\u2028\u2029\u202f\u205f\u3000"
)
_BOM = b"\xef\xbb\xbf"
_QUOTE = ord('"')
_BLOCK = 1 << 24
_PART = 1 << 26
_HEAD = 1 << 16


class FrameRecords(Sequence[Line]):
    """Records as columns of text; where somebody asks for rows, they are made.

    Parameters
    ----------
    frame
        One text column for each column of the header, in its order, named 0, 1, …; its
        index has the row numbers.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

    def __len__(self) -> int:
        return len(self.frame)

    def __iter__(self) -> Iterator[Line]:
        columns = [self.frame[name].to_numpy(dtype=object) for name in self.frame.columns]
        return zip(map(int, self.frame.index), zip(*columns, strict=True), strict=True)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, at: int | slice) -> Line | tuple[Line, ...]:
        if isinstance(at, slice):
            return tuple(FrameRecords(self.frame.iloc[at]))
        return int(self.frame.index[at]), tuple(map(str, self.frame.iloc[at]))


def read_columns(data: bytes, delimiter: str, header: tuple[str, ...]) -> FrameRecords | None:
    """Return the records under a header that is the first line, None where that is not proved to be the same.

    Parameters
    ----------
    header
        The cells of the first line, as the slower reader takes them.
    """
    body = data[len(_BOM) :] if data.startswith(_BOM) else data
    if len(header) < 2 or not _is_plain_header(body, delimiter, header) or not is_regular(body, delimiter):
        return None
    names = [str(at) for at in range(len(header))]
    ragged: list[object] = []

    def refuse(row: object) -> str:
        ragged.append(row)
        return "error"

    try:
        table = pacsv.read_csv(
            pa.BufferReader(body),
            pacsv.ReadOptions(column_names=names, skip_rows=1, block_size=_BLOCK),
            pacsv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=refuse,
            ),
            pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[], strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:  # not UTF-8, ragged, or a cell that is larger than a block
        return None
    if ragged:
        return None
    columns = [pc.utf8_trim(column, characters=_SPACE) for column in table.columns]
    del table
    filled = np.zeros(len(columns[0]), dtype=bool)
    for column in columns:
        if filled.all():
            break
        filled |= pc.not_equal(column, "").to_numpy()
    kept = columns if filled.all() else [column.filter(pa.array(filled)) for column in columns]
    # The header is row 1; a blank line keeps its number.
    frame = pd.DataFrame(
        {name: pd.array(column, dtype="str") for name, column in zip(names, kept, strict=True)},
        index=pd.Index(np.flatnonzero(filled) + 2, dtype="int64"),
    )
    return FrameRecords(frame)


def _is_plain_header(body: bytes, delimiter: str, header: tuple[str, ...]) -> bool:
    """Tell whether the first line by itself is the header, with no line break in a cell of it."""
    line = body[:_HEAD].splitlines()[:1]
    try:
        text = line[0].decode("utf-8") if line else ""
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        return False
    return tuple(cell.strip() for cell in cells) == header


def is_regular(body: bytes, delimiter: str) -> bool:
    """Tell whether every quotation mark of a text opens, closes or is doubled where it may.

    Then a mark is inside a quoted cell exactly where an odd number of them stand before it,
    and no reader has anything to guess.
    """
    if b"\0" in body:
        return False
    marks = _positions(body)
    if marks.size % 2:
        return False
    if not marks.size:
        return True
    text = np.frombuffer(body, dtype=np.uint8)
    is_first = np.append(True, np.diff(marks) != 1)
    first = np.flatnonzero(is_first)
    length = np.diff(np.append(first, marks.size))
    is_inside = first % 2 == 1
    is_odd = length % 2 == 1
    begin, end = marks[first], marks[first + length - 1]
    breaks = np.frombuffer(f"{delimiter}\r\n".encode(), dtype=np.uint8)
    after_break = (begin == 0) | np.isin(text[np.maximum(begin - 1, 0)], breaks)
    before_break = (end == len(body) - 1) | np.isin(text[np.minimum(end + 1, len(body) - 1)], breaks)
    closes = is_odd == is_inside  # an odd run inside, and an even one outside, end a cell
    return bool((is_inside | after_break).all() and (~closes | before_break).all())


def _positions(body: bytes) -> npt.NDArray[np.int64]:
    text = np.frombuffer(body, dtype=np.uint8)
    parts = [np.flatnonzero(text[at : at + _PART] == _QUOTE) + at for at in range(0, len(text), _PART)]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
