"""Records to a validated frame: parse first, then the schema, then the rules of a row.

A faulty row is rejected with all its reasons and never mended; the others stand.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from geodata import schema
from geodata.errors import InputError
from geodata.readers.distinct import distinct_rows
from geodata.readers.rows import Rows
from geodata.report import Fault, RejectedRow, RowWarning, TableReport

RowRule = Callable[[dict[str, object]], Iterable[tuple[str, str, str]]]
"""Takes a row, yields ``(column, reason, remedy)`` for each fault."""

_READS = "reads_columns"


def reads(*columns: str) -> Callable[[RowRule], RowRule]:
    """Say which columns alone a rule looks at: rows that are alike in them are judged once."""

    def mark(rule: RowRule) -> RowRule:
        setattr(rule, _READS, columns)
        return rule

    return mark


@dataclass
class Draft:
    """A table under validation: accepted rows so far, and the faults of the others.

    ``frame`` has the spreadsheet row number as its index. ``faulty`` holds rejected rows
    that rules are still run over, so that a rejection names all faults of its row;
    ``unparsed`` their cells that are no value at all, which no rule may judge by.
    """

    name: str
    file: str
    frame: pd.DataFrame
    rows_read: int
    faults: dict[int, list[Fault]] = field(default_factory=dict)
    warnings: list[RowWarning] = field(default_factory=list)
    raw: dict[int, dict[str, str]] = field(default_factory=dict)
    faulty: dict[int, dict[str, object]] = field(default_factory=dict)
    unparsed: dict[int, set[str]] = field(default_factory=dict)

    def reject(self, row: int, column: str, reason: str, remedy: str = "") -> None:
        """Note a fault of a row."""
        value = self.raw.get(row, {}).get(column, "")
        self.faults.setdefault(row, []).append(Fault(row, column, value, reason, remedy))

    def drop_faulty(self) -> None:
        """Take rows with faults out of the frame."""
        is_faulty = self.frame.index.isin(list(self.faults))
        if not is_faulty.any():
            return
        gone = self.frame[is_faulty]
        self.frame = self.frame[~is_faulty]
        for row, record in zip(gone.index, gone.to_dict("records"), strict=True):
            if all(fault.column for fault in self.faults[int(row)]):  # a shifted row has no cells to judge
                self.faulty[int(row)] = {str(key): value for key, value in record.items()}

    def apply(self, rule: RowRule) -> None:
        """Run a rule over the rows that stand, and over rejected ones for what else is wrong with them."""
        for row, cells in self.faulty.items():
            known = {fault.column for fault in self.faults[row]}
            watched = _Watched(cells)
            for column, reason, remedy in rule(watched):
                if column not in known and not watched.read & self.unparsed.get(row, set()):
                    self.reject(row, column, reason, remedy)
        columns = getattr(rule, _READS, None)
        if columns is None:
            for row, record in zip(self.frame.index, records_of(self.frame), strict=True):
                for column, reason, remedy in rule(record):
                    self.reject(int(row), column, reason, remedy)
        elif len(self.frame):
            self._apply_once(rule, columns)
        self.drop_faulty()

    def _apply_once(self, rule: RowRule, columns: tuple[str, ...]) -> None:
        """Judge each distinct combination of the cells that the rule reads."""
        first, which = distinct_rows([self.frame[name] for name in columns])
        cells = self.frame[list(columns)].iloc[first]
        for number, record in enumerate(records_of(cells)):
            found = list(rule(record))
            for row in self.frame.index[which == number] if found else ():
                for column, reason, remedy in found:
                    self.reject(int(row), column, reason, remedy)

    def report(self) -> TableReport:
        """Return the balance of the table."""
        rejected = tuple(RejectedRow.from_faults(self.faults[row]) for row in sorted(self.faults))
        return TableReport(self.file, self.rows_read, len(self.frame), rejected, tuple(self.warnings))

    def table(self) -> pd.DataFrame:
        """Return the accepted rows with a fresh index."""
        return self.frame.reset_index(drop=True)


def records_of(frame: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Yield the rows of a table as new dictionaries; ``to_dict`` takes a text column cell by cell."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].to_numpy(dtype=object) for name in frame.columns]
    for cells in zip(*columns, strict=True):
        yield dict(zip(names, cells, strict=True))


class _Watched(dict[str, object]):
    """A row that notes which of its cells a rule has read."""

    def __init__(self, cells: dict[str, object]) -> None:
        super().__init__(cells)
        self.read: set[str] = set()

    def __getitem__(self, column: str) -> object:
        self.read.add(column)
        return super().__getitem__(column)


def draft_table(name: str, rows: Rows, *, keep_newest: bool = False) -> Draft:
    """Parse and validate the records of one table against its schema.

    Parameters
    ----------
    name
        A key of ``schema.TABLES``.
    keep_newest
        Of rows that share an id, keep the last as an import does; else all are rejected.

    Raises
    ------
    InputError
        If a required column is missing.
    """
    table = schema.TABLES[name]
    known = list(table.columns)
    _require_columns(name, rows)
    draft = Draft(name, rows.file, pd.DataFrame(), len(rows.records))
    numbers = schema.number_columns(name)
    parsed = [_record(draft, name, rows.header, numbers, record) for record in rows.records]
    frame = pd.DataFrame(
        parsed, index=[number for number, _ in rows.records], columns=_columns(known, rows.header)
    )
    for column in frame.columns:
        frame[column] = frame[column].astype(float if column in numbers else "str")
    draft.frame = frame
    _warn_unknown_columns(draft, rows.header, known)
    if keep_newest:
        _supersede(draft, known[0])
    _check_schema(draft, table)
    draft.drop_faulty()
    return draft


def _supersede(draft: Draft, id_column: str) -> None:
    """Reject the rows whose id comes again further down, and take them out."""
    newest = {cells[id_column]: row for row, cells in draft.raw.items()}
    old = []
    for row, cells in draft.raw.items():
        last = newest[cells[id_column]]
        if cells[id_column] and last != row:
            draft.reject(row, id_column, f"is superseded by row {last}", "Give each event an id of its own.")
            old.append(row)
    draft.frame = draft.frame.drop(index=old)


def _columns(known: list[str], header: tuple[str, ...]) -> list[str]:
    return known + [name for name in header if name and name not in known]


def _require_columns(name: str, rows: Rows) -> None:
    for column in schema.REQUIRED[name]:
        if column in rows.header:
            continue
        others = [other for other in rows.header if other not in schema.TABLES[name].columns]
        near = difflib.get_close_matches(column, others, n=1)
        hint = f"Is {near[0]!r} meant? " if near else ""
        raise InputError(
            f"the required column {column!r} is missing",
            file=rows.file,
            row=rows.header_row,
            column=column,
            remedy=f"{hint}The {name} table needs {', '.join(schema.REQUIRED[name])}; "
            f"the header has {', '.join(rows.header)[:300]}",
        )


def _record(
    draft: Draft,
    name: str,
    header: tuple[str, ...],
    numbers: tuple[str, ...],
    record: tuple[int, tuple[str, ...]],
) -> dict[str, object]:
    row, cells = record
    if len(cells) > len(header) and any(cells[len(header) :]):
        draft.raw[row] = dict(zip(header, cells, strict=False))
        draft.reject(
            row,
            "",
            f"the row has {len(cells)} cells, the header {len(header)}",
            "Quote cells that hold the separator; a shifted row cannot be read",
        )
    text = dict.fromkeys(schema.TABLES[name].columns, "")
    text.update({column: cell for column, cell in zip(header, cells, strict=False) if column})
    draft.raw[row] = dict(text)
    for column, default in schema.DEFAULTS[name].items():
        text[column] = text[column] or default
    parsed: dict[str, object] = dict(text)
    for column in numbers:
        parsed[column] = _number(draft, row, column, text[column])
    return parsed


def _number(draft: Draft, row: int, column: str, cell: str) -> float:
    value = _value(cell)
    if cell and math.isnan(value):
        _reject_number(draft, row, column)
    return value


def _value(cell: str) -> float:
    try:
        value = float(cell) if cell and "_" not in cell else math.nan
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _reject_number(draft: Draft, row: int, column: str) -> None:
    remedy = "Write digits with a decimal point, nothing else, or leave the cell empty."
    draft.reject(row, column, "is not a number", remedy)
    draft.unparsed.setdefault(row, set()).add(column)


def _warn_unknown_columns(draft: Draft, header: tuple[str, ...], known: list[str]) -> None:
    if "" in header:
        draft.warnings.append(RowWarning("unnamed_column", "a column without a name is left out"))
    missing = [name for name in known if name not in header]
    for column in header:
        if column and column not in known:
            near = difflib.get_close_matches(column, missing, n=1)
            hint = f"; is {near[0]!r} meant?" if near else ""
            draft.warnings.append(RowWarning("unknown_column", f"column {column!r} is kept as it is{hint}"))


def _check_schema(draft: Draft, table: schema.Table) -> None:
    if table.holds(draft.frame):
        return
    from pandera.errors import SchemaErrors  # noqa: PLC0415 - only where there is a fault

    try:
        table.pandera.validate(draft.frame, lazy=True)
    except SchemaErrors as errors:
        for case in errors.failure_cases.to_dict("records"):
            if case["index"] is None or pd.isna(case["index"]):
                raise InputError(str(case["check"]), file=draft.file, column=str(case["column"])) from errors
            _reject_case(draft, int(case["index"]), str(case["column"]), str(case["check"]))


def _reject_case(draft: Draft, row: int, column: str, check: str) -> None:
    if check == "field_uniqueness":
        value = draft.raw[row].get(column, "")
        twins = [other for other, cells in draft.raw.items() if cells.get(column) == value and other != row]
        where = ", ".join(map(str, twins[:5]))
        draft.reject(row, column, f"is used in row {where} too", "Give each row an id of its own.")
    elif check == "is empty":
        draft.reject(row, column, check, f"Fill in {column}.")
    else:
        draft.reject(row, column, check, _allowed_remedy(column, check, draft.raw[row].get(column, "")))


_NUMBER_REMEDIES = {
    "origin_azimuth_deg": "Give the azimuth at the target towards the origin, "
    "0 to 360 degrees clockwise from true north.",
    "origin_azimuth_tolerance_deg": "Give the degrees to either side of the azimuth, 0 to 180.",
    "weapon_range_km": "Give kilometres above 0, or leave the cell empty.",
    "location_uncertainty_km": "Give kilometres, 0 or more, or leave the cell empty.",
    "munitions": "Give a number, 0 or more, or leave the cell empty.",
}


def _allowed_remedy(column: str, check: str, value: str) -> str:
    if check.startswith("is not one of"):
        allowed = check.removeprefix("is not one of ").split(", ")
        near = difflib.get_close_matches(value.casefold(), allowed, n=1)
        return f"Did you mean {near[0]!r}?" if near else ""
    if column in _NUMBER_REMEDIES:
        return _NUMBER_REMEDIES[column]
    if column.endswith("latitude") or column.endswith("longitude"):
        return "Coordinates are decimal degrees, latitude -90 to 90, longitude -180 to 180; are they swapped?"
    return ""
