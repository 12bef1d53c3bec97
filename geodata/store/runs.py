"""A run: what comes of one piece of a file, joined, dated, counted and in the order of a store.

A run is a folder under a name that follows from the bytes of the piece and all that decides on the
result (:func:`geodata.store.pieces.piece_key`): where it exists, it is done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geodata import schema
from geodata.cases import Case, NoEventError, load_case
from geodata.cases.head import meta_text
from geodata.cases.imports import part_of, read_columns
from geodata.cases.read import provider_case, table_rows
from geodata.errors import GeodataError, InputError
from geodata.readers.delimited import Irregular, Source, read_delimited
from geodata.readers.rows import read_rows
from geodata.readers.table_file import TableOptions, check_size
from geodata.readers.text_table import TextTable
from geodata.record import build_record
from geodata.report import RejectedRow, Report, RowWarning
from geodata.store.disk import hash_ids
from geodata.store.files import read_json, whole_folder, write_json, write_parquet
from geodata.store.pieces import Piece
from geodata.store.tables import AGE, ROW, record_tables, renamed, schema_of, to_arrow

SUMMARY = "run.json"
HASHES = "hashes.npy"
REJECTED = ("file", "table", "row", "column", "value", "reason", "cells")
_SHOWN = 20
# ACLED's time of the last change, by which the newest of a repeated id is told.
_AGE = r'"timestamp": ?"?(?P<age>[0-9]+(?:\.[0-9]+)?)'
Cells = Callable[[str, int], dict[str, str]]


@dataclass(frozen=True)
class RunTask:
    """A piece, how it is read, and the folder of the run that is to be made."""

    piece: Piece
    options: TableOptions
    folder: str


def make_run(task: RunTask) -> dict[str, Any]:
    """Make a run and return its summary; one that is there already is kept.

    Returns
    -------
    dict
        The summary; ``{"irregular": why}`` where the piece shows that its file must be read whole.

    Raises
    ------
    InputError
        If the file cannot be read, or has changed since it was cut.
    """
    target, piece = Path(task.folder), task.piece
    if not (target / SUMMARY).is_file():
        try:
            made = _read_piece(piece, task.options)
        except Irregular as irregular:
            check_size(Path(piece.path).stat().st_size, piece.label, why=str(irregular))
            return {"irregular": str(irregular)}
        except InputError as error:
            if not error.file:
                error.file = piece.label
            raise
        with whole_folder(target) as draft:
            _write(made, draft)
    found: dict[str, Any] = read_json(target / SUMMARY)
    return found


@dataclass
class _Made:
    """A piece read: the case, None where no event was accepted, and what became of its rows."""

    report: Report
    case: Case | None
    rejected: list[dict[str, Any]]
    summary: dict[str, Any]


def _read_piece(piece: Piece, options: TableOptions) -> _Made:
    return _read_whole(piece, options) if piece.layout is None else _read_text(piece, options)


def _read_text(piece: Piece, options: TableOptions) -> _Made:
    assert piece.layout is not None
    data = piece.data()
    if hashlib.sha256(data).hexdigest() != piece.digest:
        raise _changed(piece)
    table, _ = read_delimited(Source.of_bytes(data, piece.label), piece.layout)
    del data
    table = replace(table, date_order=piece.date_order or options.date_order)
    imported = read_columns(table, piece.layout.provider)
    part = part_of(imported)
    said = {
        "provider": imported.provider,
        "licence": imported.licence,
        "work": imported.citation,
        "first": part.first,
        "last": part.last,
        "countries": sorted(part.countries),
    }
    sources = imported.sources
    try:
        case = provider_case(piece.label, imported, piece.digest, options.accessed)
        report: Report = case.report
        sources = case.sources
    except NoEventError as error:
        case, report = None, error.report
    del imported

    def cells(_: str, row: int) -> dict[str, str]:
        return _cells_of(table, row)

    return _Made(report, case, _rejects(report, piece.label, cells), {**said, "sources": len(sources)})


def _cells_of(table: TextTable, row: int) -> dict[str, str]:
    at = int(np.searchsorted(table.numbers, row))
    pairs = ((name, cells.at(at)) for name, cells in zip(table.header, table.columns, strict=True))
    return {name: cell for name, cell in pairs if cell}


def _read_whole(piece: Piece, options: TableOptions) -> _Made:
    path = Path(piece.path)
    case: Case | None = None
    try:
        case = load_case(path, options=options)
        report = case.report
    except NoEventError as error:
        report = error.report
    cells = _whole_cells(path, report, options) if report.rejected else lambda _, __: {}
    rejected = _rejects(report, piece.label, cells)
    return _Made(report, case, rejected, {"mapping": case.mapping} if case and case.mapping else {})


def _whole_cells(path: Path, report: Report, options: TableOptions) -> Cells:
    """Return how to find the cells of a row of a file that was read whole; {} where they are not at hand."""
    found: dict[str, dict[int, dict[str, str]]] = {}
    tables = {"events": report.events, **report.tables}
    for name, table in tables.items():
        wanted = {row.row for row in table.rejected_rows}
        if not wanted:
            continue
        try:
            if path.is_dir():
                rows = read_rows((path / f"{name}.csv").read_bytes(), name)
            elif name == "events":
                rows = table_rows(path, options)
            else:
                continue
        except GeodataError:  # a case in one file, whose report names table and row
            continue
        found[name] = {
            number: {key: cell for key, cell in zip(rows.header, cells, strict=False) if cell}
            for number, cells in rows.records
            if number in wanted
        }
    return lambda table, row: found.get(table, {}).get(row, {})


def _rejects(report: Report, label: str, cells: Cells) -> list[dict[str, Any]]:
    found = []
    for name, table in {"events": report.events, **report.tables}.items():
        file = label if name == "events" and report.format != "case" else f"{label}, {name}"
        found += [rejected_entry(file, name, row, cells(name, row.row)) for row in table.rejected_rows]
    return found


def rejected_entry(file: str, table: str, row: RejectedRow, cells: Mapping[str, str]) -> dict[str, Any]:
    """Return a rejected row as it is kept."""
    reason = f"{row.reason}. {row.remedy}" if row.remedy else row.reason
    text = json.dumps(dict(cells), ensure_ascii=False)
    kept = (file, table, row.row, row.column, row.value, reason, text)
    return dict(zip(REJECTED, kept, strict=True))


def _changed(piece: Piece) -> InputError:
    return InputError(
        "has changed while it was read",
        file=piece.label,
        remedy="Let nobody write to it, and start the same command again",
    )


# -- what is written -------------------------------------------------------------------------


def _write(made: _Made, folder: Path) -> None:
    report = made.report
    summary = {
        **made.summary,
        "format": report.format,
        "rows_read": report.events.rows_read,
        "events": report.events.accepted,
        "rejected": len(report.events.rejected_rows),
        "rejected_elsewhere": sum(len(table.rejected_rows) for table in report.tables.values()),
        "rejected_first": made.rejected[:_SHOWN],
    }
    warnings = [*report.events.warnings, *(w for table in report.tables.values() for w in table.warnings)]
    write_parquet(folder / "rejected.parquet", rejected_table(made.rejected), level=1)
    if made.case is None:
        tables = {
            name: schema_of(name, ()).empty_table() for name in ("events", "claims", "attacks", "sources")
        }
    else:
        case, more = _named(made.case)
        warnings += more
        rows = pd.Series(case.event_rows, index=case.events["event_id"].to_numpy(), dtype="int64")
        record = build_record(case)
        made.case = None
        summary["head"] = meta_text(case.meta)
        summary["is_stated"] = case.meta.information_stated
        numbers = record.events["event_id"].map(rows).to_numpy()
        aged = record.events.assign(**{ROW: numbers, AGE: _ages(record.events["extra"], report.format)})
        tables = record_tables(replace(record, events=aged))
        sources = case.sources.sort_values("source_id", kind="stable")
        tables["sources"] = to_arrow("sources", sources)
    for name, table in tables.items():
        write_parquet(folder / f"{name}.parquet", table, level=1)
        summary[f"{name}_columns"] = table.column_names
    hashes = hash_ids(tables["events"].column("event_id").to_pandas())
    order = np.argsort(hashes, kind="stable")
    np.save(folder / HASHES, hashes[order])
    np.save(folder / "order.npy", order.astype(np.int32))
    summary["claims"], summary["attacks"] = len(tables["claims"]), len(tables["attacks"])
    summary["warnings"] = [_warning(warning) for warning in warnings]
    write_json(folder / SUMMARY, summary)


def _named(case: Case) -> tuple[Case, list[RowWarning]]:
    """Return a case of whose own columns none has a name that a store needs."""
    frames: dict[str, Any] = {}
    said = []
    for name in schema.TABLES:
        frames[name], taken = renamed(getattr(case, name), name, list(schema.TABLES[name].columns))
        said += [
            RowWarning("column_renamed", f"the column {column} of {name} is kept as {column}_stated")
            for column in taken
        ]
    return replace(case, **frames), said


def _ages(extra: pd.Series, kind: str) -> Any:
    """Return how new each row says it is; NaN where it does not."""
    if kind != "acled":
        return np.full(len(extra), np.nan)
    found = pc.extract_regex(pa.array(extra, pa.large_string(), from_pandas=True), _AGE)
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    return pc.cast(pc.struct_field(found, "age"), pa.float64()).to_numpy(zero_copy_only=False)


def rejected_table(rows: list[dict[str, Any]]) -> Any:
    """Return rejected rows as a table."""
    kinds = {name: pa.int64() if name == "row" else pa.string() for name in REJECTED}
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})


def _warning(warning: RowWarning) -> dict[str, Any]:
    return {
        "code": warning.code,
        "message": warning.message,
        "count": len(warning.rows),
        "rows": list(warning.rows[:_SHOWN]),
    }
