"""A provider's delimited text straight into columns, block by block, so that memory holds no file twice.

Arrow reads a block many times as fast as the reader of the standard library, and answers the same
where cells are UTF-8 and quotation marks stand only where they may. Both are proved for each block. What
Arrow cannot cut into records of one width (short and long rows) is halved until the standard reader takes
the little that is left; what is not proved to be the same is :class:`Irregular`, and is read as rows.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from geodata.errors import InputError
from geodata.progress import READING, Progress, silent
from geodata.readers.layout import Layout
from geodata.readers.text_table import TextTable
from geodata.readers.texts import Mask, Texts

BLOCK_BYTES = 8 << 20
LONGEST_LINE = 50_000_000
"""A record of more bytes is no row of a table."""
_FEW_BYTES = 1 << 15
_FEW_ROWS = 500
_REPEATING = pa.dictionary(pa.int32(), pa.string())
_QUOTE = ord('"')


class Irregular(Exception):  # noqa: N818 - a way out, and no fault yet
    """A file of which it is not proved that columns would be what rows are; says why."""


@dataclass(frozen=True)
class Source:
    """A file on disk or in memory: its name in messages, its size, and its bytes."""

    file: str
    size: int
    place: Path | bytes

    @classmethod
    def of_path(cls, path: Path) -> Source:
        """Return a file on disk."""
        return cls(path.name, path.stat().st_size, path)

    @classmethod
    def of_bytes(cls, data: bytes, file: str) -> Source:
        """Return a file in memory."""
        return cls(file, len(data), data)

    def open(self) -> BinaryIO:
        """Return the bytes as a stream from their beginning."""
        return io.BytesIO(self.place) if isinstance(self.place, bytes) else self.place.open("rb")

    def head(self, size: int) -> bytes:
        """Return the first bytes."""
        with self.open() as stream:
            return stream.read(size)


@dataclass
class Part:
    """The records of some bytes: a column each cell, and what is odd about rows, by their position.

    ``rows`` counts blank lines too; ``kept`` are the positions that are records, None for all.
    """

    rows: int
    columns: list[Any]
    kept: npt.NDArray[np.intp] | None = None
    odd: dict[int, int] = field(default_factory=dict)
    surplus: dict[int, int] = field(default_factory=dict)
    longest: tuple[int, tuple[str, ...]] | None = None


def read_delimited(
    source: Source,
    layout: Layout,
    *,
    progress: Progress = silent,
    longest_line: int = LONGEST_LINE,
    block_bytes: int = BLOCK_BYTES,
) -> tuple[TextTable, str]:
    """Return the columns of a file, and the SHA-256 of its bytes under its name (``read.files_hash``).

    Raises
    ------
    Irregular
        If the reader of rows has to be asked.
    InputError
        If a record is longer than ``longest_line`` bytes.
    """
    digest = hashlib.sha256(source.file.encode() + b"\0" + str(source.size).encode() + b"\0")
    table = _Columns(source.file, layout)
    workers = min(4, os.cpu_count() or 1)
    waiting: deque[Future[list[Part]]] = deque()
    read = layout.start
    with source.open() as stream, ThreadPoolExecutor(workers) as pool:
        for block in whole_records(stream, layout, digest, block_bytes, longest_line):
            if block is None:
                while waiting:
                    table.add(waiting.popleft().result())
                _refuse_line(table, longest_line)
            kinds = table.kinds
            if kinds is None:  # the first block tells which columns repeat
                table.add(_parts(block, layout, None))
            else:
                waiting.append(pool.submit(_parts, block, layout, kinds))
            read += len(block)
            progress(READING, min(read, source.size), source.size)
            while len(waiting) > workers:
                table.add(waiting.popleft().result())
        while waiting:
            table.add(waiting.popleft().result())
            progress(READING, source.size, source.size)
    return table.finished(), digest.hexdigest()


# -- bytes to blocks of whole records ------------------------------------------------------------


def whole_records(
    stream: BinaryIO, layout: Layout, digest: Any, size: int, longest: int
) -> Iterator[bytes | None]:
    """Yield blocks of whole records; None, and no more, where a record is too long.

    Parameters
    ----------
    digest
        Is updated with every byte of the stream, those before the first record too.
    size, longest
        Bytes of a block at least, and of a record at most.

    Raises
    ------
    Irregular
        Where it is not proved that every reader would cut a block alike.
    """
    head = stream.read(layout.start)
    digest.update(head)
    carry = b""
    while chunk := stream.read(size):
        digest.update(chunk)
        data = carry + chunk
        end = _last_record_end(data, layout)
        if end:
            _require_regular(data[:end], layout)
            yield data[:end]
        elif len(data) > longest:
            if b"\r" in data:
                raise Irregular("lines end with a carriage return alone")
            yield None
            return
        carry = data[end:]
    if carry:
        _require_regular(carry, layout)
        yield carry


def _quotes(data: bytes) -> npt.NDArray[np.intp]:
    return np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _QUOTE)


def _last_record_end(data: bytes, layout: Layout) -> int:
    """Return how many bytes are whole records: up to a line end that stands in no quotes."""
    at = data.rfind(b"\n")
    if not layout.is_quoted or at < 0:
        return at + 1
    quotes = _quotes(data)
    while at >= 0 and np.searchsorted(quotes, at) % 2:
        at = data.rfind(b"\n", 0, at)
    return at + 1


def _require_regular(data: bytes, layout: Layout) -> None:
    """Demand that both readers cut the block alike."""
    if b"\0" in data:
        raise Irregular("it holds zero bytes")
    if not layout.is_quoted:
        if data.count(b"\r") != data.count(b"\r\n"):
            raise Irregular("some lines end in a way of their own")
        return
    quotes = _quotes(data)
    if not quotes.size:
        return
    cells = np.frombuffer(data, dtype=np.uint8)
    edge = np.zeros(256, dtype=bool)
    edge[[ord(layout.delimiter), ord("\n"), ord("\r"), _QUOTE]] = True
    first, last = quotes[0::2], quotes[1::2]
    is_even = len(first) == len(last)
    starts = edge[cells[first[first > 0] - 1]].all()
    ends = edge[cells[last[last + 1 < len(cells)] + 1]].all()
    if not (is_even and starts and ends):
        raise Irregular("quotation marks stand inside of cells that are not quoted as a whole")


def _refuse_line(table: _Columns, longest: int) -> NoReturn:
    raise InputError(
        f"line {table.next_row} is longer than {longest / 1e6:,.0f} MB",
        file=table.file,
        row=table.next_row,
        remedy="A record ends with the line; look for a quotation mark that is not closed before it",
    )


# -- a block to columns --------------------------------------------------------------------------


def _parts(data: bytes, layout: Layout, kinds: list[Any] | None) -> list[Part]:
    """Return the records of a block, cut smaller where some have another width than the header."""
    names = [str(at) for at in range(layout.width)]
    types = dict(zip(names, kinds or [_REPEATING] * layout.width, strict=True))
    try:
        found = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(
                column_names=names, use_threads=False, block_size=max(len(data) + 1, 1024)
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter,
                quote_char='"' if layout.is_quoted else False,
                newlines_in_values=layout.is_quoted,
                ignore_empty_lines=False,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=types, null_values=[], strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return _halved(data, layout, kinds)
    columns = [_one_array(column) for column in found.columns]
    _require_short_cells(columns)
    return [_without_blanks(Part(found.num_rows, columns))]


def _one_array(column: Any) -> Any:
    if column.num_chunks == 1:
        return column.chunk(0)
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks()


def _halved(data: bytes, layout: Layout, kinds: list[Any] | None) -> list[Part]:
    middle = _last_record_end(data[: len(data) // 2], layout) if len(data) > _FEW_BYTES else 0
    if not middle:
        return [_by_rows(data, layout, kinds)]
    return [*_parts(data[:middle], layout, kinds), *_parts(data[middle:], layout, kinds)]


def _by_rows(data: bytes, layout: Layout, kinds: list[Any] | None) -> Part:
    """Return the records of a few bytes as the reader of rows has them."""
    try:
        text = data.decode("utf-8")
        records = [tuple(cell.strip() for cell in cells) for cells in _cut(text, layout)]
    except UnicodeDecodeError as error:
        raise Irregular("it is not UTF-8") from error
    except csv.Error as error:
        raise Irregular(f"a row breaks: {error}") from error
    width, named = layout.width, len(layout.header)
    kept = [at for at, cells in enumerate(records) if any(cells)]
    part = Part(len(records), [], np.array(kept, dtype=np.intp))
    part.odd = {at: len(records[at]) for at in kept if len(records[at]) != width}
    part.surplus = {at: len(records[at]) for at in kept if any(records[at][named:])}
    longer = next((at for at in kept if len(records[at]) > width), None)
    part.longest = None if longer is None else (longer, records[longer])
    for at, kind in enumerate(kinds or [_REPEATING] * width):
        cells = [records[row][at] if at < len(records[row]) else "" for row in kept]
        is_repeating = pa.types.is_dictionary(kind)
        made = pa.array(cells, pa.string() if is_repeating else kind)
        part.columns.append(made.dictionary_encode() if is_repeating else made)
    return part


def _cut(text: str, layout: Layout) -> Iterator[list[str]]:
    if layout.is_quoted:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
        return
    for line in text.removesuffix("\n").split("\n"):
        yield line.rstrip("\r").split(layout.delimiter)


def _require_short_cells(columns: list[Any]) -> None:
    """Demand cells that the standard reader takes: it has a limit, and says which line breaks it."""
    limit = csv.field_size_limit()
    for column in columns:
        values = column.dictionary if pa.types.is_dictionary(column.type) else column
        if (pc.max(pc.binary_length(values)).as_py() or 0) > limit and (
            pc.max(pc.utf8_length(values)).as_py() > limit
        ):
            raise Irregular(f"a cell has more than {limit:,} letters")


def _without_blanks(part: Part) -> Part:
    """Take out lines without any cell: they have a number, and are no records."""
    at = np.arange(part.rows, dtype=np.intp)
    for column in part.columns:
        at = at[_is_blank(column)[at]]
        if not at.size:
            return part
    kept = np.setdiff1d(np.arange(part.rows, dtype=np.intp), at)
    return Part(part.rows, [column.take(pa.array(kept)) for column in part.columns], kept)


def _is_blank(column: Any) -> Mask:
    repeats = pa.types.is_dictionary(column.type)
    values = column.dictionary if repeats else column
    short = pc.equal(pc.binary_length(pc.utf8_trim_whitespace(values)), 0)
    mask = np.asarray(short).astype(bool, copy=False)
    return mask[np.asarray(column.indices)] if repeats else mask


# -- blocks to one table -------------------------------------------------------------------------


class _Columns:
    """The columns so far."""

    def __init__(self, file: str, layout: Layout) -> None:
        self.file, self.layout, self.next_row = file, layout, layout.first_row
        self.kinds: list[Any] | None = None
        self._chunks: list[list[Any]] = [[] for _ in range(layout.width)]
        self._numbers: list[npt.NDArray[np.int64]] = []
        self._odd: dict[int, int] = {}
        self._surplus: dict[int, int] = {}
        self._longest: tuple[int, tuple[str, ...]] | None = None

    def add(self, parts: list[Part]) -> None:
        """Add the records of the next block."""
        if self.kinds is None:
            self.kinds = _kinds(parts, self.layout.width)
        for part in parts:
            first = self.next_row
            kept = np.arange(part.rows) if part.kept is None else part.kept
            self._numbers.append(kept.astype(np.int64) + first)
            self._odd |= {first + at: count for at, count in part.odd.items()}
            self._surplus |= {first + at: count for at, count in part.surplus.items()}
            if part.longest and not self._longest:
                self._longest = (first + part.longest[0], part.longest[1])
            for chunks, column, kind in zip(self._chunks, part.columns, self.kinds, strict=True):
                chunks.append(column if column.type == kind else column.cast(kind))
            self._note_surplus(part, kept, first)
            self.next_row += part.rows

    def _note_surplus(self, part: Part, kept: npt.NDArray[np.intp], first: int) -> None:
        """Note cells below a header that has no name for them."""
        for column in part.columns[len(self.layout.header) :]:
            for at in kept[~_is_blank(column)].tolist():
                self._surplus.setdefault(first + at, self.layout.width)

    def finished(self) -> TextTable:
        """Return the table; the blocks are given up, column by column."""
        columns = []
        for at in range(len(self.layout.header)):
            chunks, self._chunks[at] = self._chunks[at], []
            kind = (self.kinds or [_REPEATING] * self.layout.width)[at]
            whole = pa.chunked_array(chunks, kind)
            columns.append(Texts.of_dictionary(whole) if pa.types.is_dictionary(kind) else Texts(whole))
        empty = np.empty(0, dtype=np.int64)
        return TextTable(
            self.file,
            self.layout.header,
            np.concatenate([empty, *self._numbers]),
            tuple(columns),
            self.layout.header_row,
            (),
            self.layout.width,
            self._odd,
            dict(sorted(self._surplus.items())),
            self._longest,
        )


def _kinds(parts: list[Part], width: int) -> list[Any]:
    """Return the Arrow type of each column: a dictionary where cells repeat in the first block."""
    rows = sum(part.rows for part in parts)
    kinds = []
    for at in range(width):
        distinct = sum(len(part.columns[at].dictionary) for part in parts)
        kinds.append(pa.large_string() if rows > _FEW_ROWS and distinct * 2 > rows else _REPEATING)
    return kinds
