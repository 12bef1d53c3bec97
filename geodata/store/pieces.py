"""Files cut into pieces: so many records that a few of them fit into memory, each a unit of work.

Delimited text of a provider is cut at record boundaries; anything else is one piece, read as it
always is. Where it is not proved that every reader would cut the text alike, it is one piece too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from geodata.cases.read import FILES, files_hash
from geodata.readers.delimited import LONGEST_LINE, Irregular, Source, whole_records
from geodata.readers.layout import HEAD_BYTES, Layout, layout_of
from geodata.readers.provider_days import decided_order
from geodata.readers.table_file import TableOptions

PIECE_ROWS = 100_000
BLOCK_BYTES = 4 << 20
# Date columns of the providers whose order of day and month all cells of a file decide.
_DATES = ("event_date", "date_start", "date_end")


@dataclass(frozen=True)
class Piece:
    """A part of a file, or all of it.

    Parameters
    ----------
    label
        Name of the file in messages; no other file of the input has it.
    path
        Where it is.
    start, stop
        The bytes of its records.
    first_row
        Row number of its first record.
    rows
        Records and blank lines in it; 0 where that is not known before it is read.
    digest
        SHA-256 of its bytes.
    layout
        How its records are read; None for a whole file that is read as any other.
    date_order
        What the dates of the whole file say of day and month; empty where each piece says the same.
    """

    label: str
    path: str
    start: int
    stop: int
    first_row: int
    rows: int
    digest: str
    layout: Layout | None = None
    date_order: str = ""

    def data(self) -> bytes:
        """Return the bytes of its records."""
        with Path(self.path).open("rb") as stream:
            stream.seek(self.start)
            return stream.read(self.stop - self.start)


@dataclass(frozen=True)
class CutFile:
    """A file with its pieces; ``size`` and ``changed_ns`` tell whether it is still the same.

    ``sha256`` is that of its bytes; of the folder of a case, of its files with their names.
    """

    label: str
    path: str
    size: int
    changed_ns: int
    sha256: str
    pieces: tuple[Piece, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    @classmethod
    def of_dict(cls, found: dict[str, Any]) -> CutFile:
        """Return it from what :meth:`as_dict` gave."""
        pieces = tuple(Piece(**{**piece, "layout": _layout(piece["layout"])}) for piece in found["pieces"])
        return cls(**{**found, "pieces": pieces})


def _layout(found: dict[str, Any] | None) -> Layout | None:
    return None if found is None else Layout(**{**found, "header": tuple(found["header"])})


def cut_file(
    path: Path,
    label: str,
    options: TableOptions,
    *,
    piece_rows: int = PIECE_ROWS,
    block_bytes: int = BLOCK_BYTES,
) -> CutFile:
    """Return a file with its pieces, each of about ``piece_rows`` records.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    if path.is_dir():
        return whole_file(path, label)
    source = Source(label, path.stat().st_size, path)
    head = source.head(HEAD_BYTES)
    layout = layout_of(head, label, options, is_whole=source.size <= len(head)) if head else None
    if layout is None:
        return whole_file(path, label)
    changed_ns = path.stat().st_mtime_ns
    digest = hashlib.sha256()
    try:
        pieces = tuple(_pieces(source, layout, digest, piece_rows, block_bytes))
        order = "" if options.date_order else _order_of_days(source, layout, block_bytes)
    except Irregular:
        return whole_file(path, label)
    if not pieces:  # a header alone: the reader of rows says so
        return whole_file(path, label)
    pieces = tuple(replace(piece, date_order=order) for piece in pieces)
    return CutFile(label, str(path), source.size, changed_ns, digest.hexdigest(), pieces)


def whole_file(path: Path, label: str) -> CutFile:
    """Return a file, or the folder of a case, as one piece."""
    if path.is_dir():
        names = [name for name in FILES if (path / name).is_file()]
        size = sum((path / name).stat().st_size for name in names)
        changed_ns = max(((path / name).stat().st_mtime_ns for name in names), default=0)
        digest = files_hash({name: (path / name).read_bytes() for name in names})
    else:
        size, changed_ns = path.stat().st_size, path.stat().st_mtime_ns
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    piece = Piece(label, str(path), 0, size, 1, 0, digest)
    return CutFile(label, str(path), size, changed_ns, digest, (piece,))


def is_same(cut: CutFile, path: Path) -> bool:
    """Tell whether a file is as it was when it was cut, by its size and when it was changed."""
    names = [path / name for name in FILES if (path / name).is_file()] if path.is_dir() else [path]
    found = [place.stat() for place in names]
    return cut.size == sum(entry.st_size for entry in found) and cut.changed_ns == max(
        (entry.st_mtime_ns for entry in found), default=0
    )


def piece_key(piece: Piece, said: str) -> str:
    """Return a name for what comes of a piece: other bytes, place or options have another.

    Parameters
    ----------
    said
        Whatever else decides on the result, as text.
    """
    parts = {**asdict(piece), "path": "", "start": 0, "stop": 0, "said": said}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def labels_of(paths: Sequence[Path]) -> dict[Path, str]:
    """Return a name for each file: its own, with as many folders before it as tell it from others."""
    found: dict[Path, str] = {}
    for path in paths:
        depth = 1
        while any(
            other != path and other.parts[-depth:] == path.parts[-depth:] for other in paths
        ) and depth < len(path.parts):
            depth += 1
        found[path] = "/".join(path.parts[-depth:])
    return found


# -- records ---------------------------------------------------------------------------------


def _pieces(source: Source, layout: Layout, whole: Any, piece_rows: int, block_bytes: int) -> Iterator[Piece]:
    start, first_row, rows, size = layout.start, layout.first_row, 0, 0
    digest = hashlib.sha256()

    def piece() -> Piece:
        return Piece(
            source.file,
            str(source.place),
            start,
            start + size,
            first_row,
            rows,
            digest.hexdigest(),
            replace(layout, start=0, first_row=first_row),
        )

    with source.open() as stream:
        for block in whole_records(stream, layout, whole, block_bytes, LONGEST_LINE):
            if block is None:
                raise Irregular("a record is too long")
            digest.update(block)
            rows += records_in(block, layout)
            size += len(block)
            if rows >= piece_rows:
                yield piece()
                start, first_row, rows, size = start + size, first_row + rows, 0, 0
                digest = hashlib.sha256()
    if rows:
        yield piece()


def records_in(block: bytes, layout: Layout) -> int:
    """Return how many records, and blank lines, whole records are."""
    is_open = int(not block.endswith((b"\n", b"\r")))
    if not layout.is_quoted:
        return block.count(b"\n") + is_open
    cells = np.frombuffer(block, dtype=np.uint8)
    is_end = cells == ord("\n")
    if block.count(b"\r") != block.count(b"\r\n"):
        lone = cells == ord("\r")
        lone[:-1] &= ~is_end[1:]
        is_end |= lone
    quotes = np.flatnonzero(cells == ord('"'))
    ends = np.flatnonzero(is_end)
    if not quotes.size:
        return int(ends.size) + is_open
    return int(np.count_nonzero(np.searchsorted(quotes, ends) % 2 == 0)) + is_open


def _order_of_days(source: Source, layout: Layout, block_bytes: int) -> str:
    """Return dmy or mdy where only the whole file tells how its dates are read; else ``""``.

    Asked only where the first records write dates as three numbers.
    """
    at = [number for number, name in enumerate(layout.header) if name.casefold() in _DATES]
    if not at:
        return ""
    found: set[str] = set()
    with source.open() as stream:
        for number, block in enumerate(
            whole_records(stream, layout, hashlib.sha256(), block_bytes, LONGEST_LINE)
        ):
            found |= _distinct(block or b"", layout, at)
            if number == 0 and not decided_order(found).is_asked:
                return ""
    return decided_order(found).order


def _distinct(block: bytes, layout: Layout, at: list[int]) -> set[str]:
    names = [str(number) for number in range(layout.width)]
    wanted = [str(number) for number in at]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=max(len(block) + 1, 1024)),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter,
                newlines_in_values=True,
                invalid_row_handler=lambda _: "skip",
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string())
            ),
        )
    except pa.ArrowInvalid as error:
        raise Irregular(str(error)) from error
    return {
        str(cell).strip()
        for name in wanted
        for cell in pc.unique(table.column(name)).to_pylist()
        if cell is not None
    }
