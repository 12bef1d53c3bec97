"""A case to the files that a person can edit, and that read back as the same case.

There is one way to write a case: UTF-8, LF, commas, quotes where a cell needs them, the
schema's columns in its order, optional ones only where they are used, and then the unknown
ones. Cells are data and stay as they are, also those that a spreadsheet would run as a
formula: ``docs/decisions/editing.md`` says why.
"""

from __future__ import annotations

import csv
import io
import math
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from geodata import schema
from geodata.cases.head import meta_text
from geodata.cases.meta import FILE, CaseMeta
from geodata.cases.read import FILES, MAPPING_FILE, Case, case_of_files
from geodata.errors import InputError, UsageError
from geodata.readers.cells import neutralised

Cells = Mapping[str, str]
"""One row as text, by column."""

# The oldest day that a zip can state: a member's date would make two zips of one case differ.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_NEEDS_QUOTES = frozenset(',"\r\n')


def number_text(value: float) -> str:
    """Return a number as the shortest text that reads as the same number; NaN is empty.

    Examples
    --------
    >>> number_text(4.0), number_text(26.964), number_text(float("nan"))
    ('4', '26.964', '')
    """
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def table_cells(frame: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of a table of a case as text, one mapping a row, in the frame's order."""
    columns = [
        [number_text(float(value)) for value in frame[name]]
        if pd.api.types.is_float_dtype(frame[name])
        else [str(value).strip() for value in frame[name]]
        for name in frame.columns
    ]
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def rows_of(case: Case) -> dict[str, list[dict[str, str]]]:
    """Return the rows of every table of a case as text."""
    return {name: table_cells(getattr(case, name)) for name in schema.TABLES}


def table_columns(name: str, found: Iterable[object]) -> tuple[str, ...]:
    """Return the columns of a file: those of the schema, then the unknown ones of ``found``."""
    known = tuple(schema.TABLES[name].columns)
    return known + tuple(str(column) for column in found if column not in known)


def case_files(case: Case) -> dict[str, bytes]:
    """Return the files of a case by name, and make sure that they read back whole.

    All four tables are written, also empty ones. What a case does not hold is lost: rejected
    rows, the comments and unknown keys of a ``case.toml``, space around a cell.

    Raises
    ------
    InputError
        If a row of it would be rejected in a case, as where a bare table cites sources that
        it does not list; or if a cell or the head cannot be written.
    """
    columns = {name: table_columns(name, getattr(case, name).columns) for name in schema.TABLES}
    files = files_of(case.meta, rows_of(case), columns)
    if case.mapping:
        files[MAPPING_FILE] = case.mapping.encode("utf-8")
    report = case_of_files(files, origin=case.meta.id).report
    for table in (report.events, *report.tables.values()):
        for row in table.rejected_rows:
            raise InputError(
                f"the row cannot stand in a case: {row.reason}",
                file=table.file,
                row=row.row,
                column=row.column,
                value=row.value or None,
                remedy=row.remedy,
            )
    return files


def files_of(
    meta: CaseMeta, rows: Mapping[str, Sequence[Cells]], columns: Mapping[str, Sequence[str]]
) -> dict[str, bytes]:
    """Return the files of a case from its head and the text of its rows, by table."""
    files = {FILE: meta_text(meta).encode("utf-8")}
    for name in schema.TABLES:
        files[f"{name}.csv"] = _table_bytes(
            f"{name}.csv", written_columns(name, columns[name], rows[name]), rows[name]
        )
    return files


def written_columns(name: str, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Return the columns of a file, without optional ones where no row fills any of them."""
    optional = schema.OPTIONAL.get(name, ())
    is_used = any(row.get(column) not in ("", None) for row in rows for column in optional)
    return [column for column in columns if is_used or column not in optional]


def case_zip(case: Case) -> bytes:
    """Return a case as a zip: fixed dates, order and rights, so one case gives the same bytes."""
    return zip_of(case_files(case))


def zip_of(files: Mapping[str, bytes], *, beside: Mapping[str, bytes] | None = None) -> bytes:
    """Return the files of a case as a reproducible zip, in their order; ``beside`` is no part of the case."""
    return packed({**{name: files[name] for name in FILES if name in files}, **(beside or {})})


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip in the order given, with fixed dates and rights."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # else it names the system it was made on
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def write_case(case: Case, folder: str | Path, *, replace: bool = False) -> Path:
    """Write a case as a folder, whole or not at all, and return the folder.

    A new folder appears at once. In one that exists only the files of the case are replaced;
    all others stay. If that fails half-way the old files are put back.

    Parameters
    ----------
    replace
        Whether the files of a case that is there already may be replaced.

    Raises
    ------
    UsageError
        If there is a case already and ``replace`` is False, or the folder cannot be written.
    InputError
        As :func:`case_files`.
    """
    target = Path(os.path.realpath(folder))
    files = case_files(case)
    if not replace and any((target / name).exists() for name in FILES):
        raise UsageError("holds a case already", file=str(folder), remedy="Choose an empty folder")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name[:80]}.", dir=target.parent))
        try:
            for name, data in files.items():
                (draft / name).write_bytes(data)
            if target.exists():
                _replace_files(draft, target)
            else:
                draft.chmod(0o755)  # a temporary folder is for its owner alone
                draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror or error}",
            file=str(folder),
            remedy="Choose a folder you may write to",
        ) from error
    return target


def _replace_files(draft: Path, target: Path) -> None:
    """Move the files of ``draft`` into ``target``; put back what was there if one cannot be."""
    old = {name: (target / name).read_bytes() if (target / name).is_file() else None for name in FILES}
    done: list[str] = []
    try:
        for name in FILES:
            if (draft / name).exists():
                (draft / name).replace(target / name)
            else:  # the mapping of an older case is not this one's
                (target / name).unlink(missing_ok=True)
            done.append(name)
    except OSError:
        for name in done:
            before = old[name]
            if before is None:
                (target / name).unlink(missing_ok=True)
            else:
                (target / name).write_bytes(before)
        raise


def formula_cells(rows: Mapping[str, Sequence[Cells]]) -> list[tuple[str, int, str]]:
    """Return the cells that a spreadsheet would run: file, row as it numbers rows, column."""
    numbers = {name: frozenset(schema.number_columns(name)) for name in rows}
    return [
        (f"{name}.csv", number, column)
        for name, table in rows.items()
        for number, cells in enumerate(table, start=2)
        for column, cell in cells.items()
        if column not in numbers[name] and neutralised(cell) != cell
    ]


# -- a table ---------------------------------------------------------------------------------


def _table_bytes(file: str, columns: Sequence[str], rows: Sequence[Cells]) -> bytes:
    lines = [",".join(map(_quoted, columns))]
    for number, row in enumerate(rows, start=2):
        cells = [row.get(column, "") for column in columns]
        filled = [cell for cell in cells if cell]
        if number == 2 and filled and all(cell.startswith("#") for cell in filled):
            raise InputError(
                "the first row would be read as a row of HXL tags, since every cell of it begins with #",
                file=file,
                row=number,
                column=columns[0],
                value=cells[0],
                remedy="Begin the id with a letter",
            )
        for column, cell in zip(columns, cells, strict=True):
            if len(cell) > csv.field_size_limit():
                raise InputError(
                    f"holds more than {csv.field_size_limit():,} characters",
                    file=file,
                    row=number,
                    column=column,
                    remedy="Shorten the text",
                )
        lines.append(",".join(map(_quoted, cells)))
    text = "\n".join([*lines, ""])
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"holds half a character, {text[error.start]!a}, which is no text",
            file=file,
            remedy="Delete that character",
        ) from error


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES & set(cell) else cell
