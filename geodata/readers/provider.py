"""What the readers of providers' files share: text columns with faults and warnings, and the way out.

A reader maps whole columns. What is wrong with a row is noted under the provider's own
column name and value; rows without faults leave under our names (:mod:`geodata.schema`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geodata import schema
from geodata.errors import InputError
from geodata.readers.columns import FrameRecords, Line
from geodata.readers.distinct import texts_by_distinct
from geodata.readers.provider_days import read_days
from geodata.readers.rows import Rows
from geodata.report import Fault, RowWarning

# What spreadsheets and statistics programs write for "no value".
BLANKS = ("NA", "N/A", "NaN", "nan", "NULL", "None", "<NA>")
_SHOWN = 5


@dataclass(frozen=True)
class Imported:
    """A provider's file under our column names; all cells are text.

    ``events`` and ``claims`` have the row number of the file as their index. There is no
    table of attacks: no provider states who fired from where.
    """

    provider: str
    file: str
    rows_read: int
    events: pd.DataFrame
    claims: pd.DataFrame
    sources: pd.DataFrame
    faults: Mapping[int, list[Fault]]
    warnings: tuple[RowWarning, ...]
    licence: str
    citation: str


@dataclass
class ProviderTable:
    """The records of a provider's file, with what was found wrong or doubtful so far.

    ``cells`` has one text column each column of the file, under the provider's current
    name of it, and the row number as its index; empty cells are ``""``.
    """

    file: str
    cells: pd.DataFrame
    faults: dict[int, list[Fault]] = field(default_factory=dict)
    warnings: list[RowWarning] = field(default_factory=list)

    def column(self, name: str) -> pd.Series:
        """Return a column, empty where the file has none of that name."""
        if name in self.cells:
            return self.cells[name]
        return pd.Series("", index=self.cells.index, dtype="str")

    def reject(self, where: pd.Series, column: str, reason: str, remedy: str) -> None:
        """Note a fault of every row that ``where`` marks."""
        values = self.column(column)
        for row in where.index[where]:
            fault = Fault(int(row), column, str(values[row]), reason, remedy)
            self.faults.setdefault(int(row), []).append(fault)

    def warn(self, code: str, message: str, where: pd.Series) -> None:
        """Add one warning with the rows that ``where`` marks, if any."""
        rows = tuple(int(row) for row in where.index[where])
        if rows:
            self.warnings.append(RowWarning(code, f"{_rows(len(rows))}: {message}", rows))

    @property
    def is_good(self) -> pd.Series:
        """Which rows have no fault."""
        return pd.Series(~self.cells.index.isin(list(self.faults)), index=self.cells.index)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def provider_table(
    rows: Rows, named: Callable[[str], str], *, blanks: Iterable[str] = BLANKS
) -> ProviderTable:
    """Return the records as text columns.

    Parameters
    ----------
    named
        Gives the provider's current name of a column; of two columns that would get one
        name, the second keeps its own.
    blanks
        Cells that mean "no value".

    Raises
    ------
    InputError
        If most rows are longer than the header: which cell belongs to which name is then a guess.
    """
    width = len(rows.header)
    _require_width(rows, width)
    names: list[str] = []
    for name in rows.header:
        current = named(name) if name else ""
        names.append(name if current in names else current)
    frame, longer = _frame(rows, width)
    frame.columns = pd.Index(names)
    frame = frame.loc[:, [bool(name) for name in names]]  # the row numbers of a data frame have no name
    empty = list(blanks)
    for name in frame.columns:
        is_blank = frame[name].isin(empty)
        if is_blank.any():
            frame[name] = frame[name].mask(is_blank, "").astype("str")
    table = ProviderTable(rows.file, frame)
    for number, cells in longer:
        if any(cells[width:]):
            reason = f"the row has {len(cells)} cells, the header {width}"
            remedy = "Quote cells that hold the separator; a shifted row cannot be read"
            table.faults.setdefault(number, []).append(Fault(number, "", "", reason, remedy))
    return table


def _frame(rows: Rows, width: int) -> tuple[pd.DataFrame, Sequence[Line]]:
    """Return the cells under the header, shorter rows filled up, and the rows that may be longer."""
    if isinstance(rows.records, FrameRecords):
        frame = rows.records.frame
        is_wider = len(frame.columns) > width and bool((frame.iloc[:, width:] != "").any(axis=None))
        return frame.iloc[:, :width].copy(deep=False), rows.records if is_wider else ()
    padded = [(*cells[:width], *("",) * (width - len(cells))) for _, cells in rows.records]
    numbers = pd.Index([number for number, _ in rows.records], dtype="int64")
    return pd.DataFrame(padded, index=numbers, dtype="str"), rows.records


def _require_width(rows: Rows, width: int) -> None:
    written = max(width, rows.header_width)
    if isinstance(rows.records, FrameRecords) and len(rows.records.frame.columns) <= written:
        return
    longer = [(number, cells) for number, cells in rows.records if len(cells) > written]
    if len(longer) * 2 <= len(rows.records):
        return
    number, cells = longer[0]
    lowered = [name.casefold() for name in rows.header]
    at = lowered.index("country") if "country" in lowered else 0
    raise InputError(
        f"the rows have {len(cells)} cells, the header {written}: read by a program that takes the "
        f"first cell "
        f"for a row name, every column shifts by one, and {rows.header[at]!r} becomes {cells[at + 1]!r}",
        file=rows.file,
        row=number,
        remedy="Take the needless comma off the end of each row, or give the header the name that it lacks",
    )


def numbers_of(
    table: ProviderTable, name: str, *, low: float | None = None, high: float | None = None
) -> pd.Series:
    """Return a column as numbers, NaN where empty; what is no number in the range is a fault.

    A decimal comma is read where no cell of the column has a point.
    """
    text = table.column(name)
    if not text.str.contains(".", regex=False).any():
        text = text.str.replace(r"^([+-]?\d+),(\d+)$", r"\1.\2", regex=True)
    values = _floats(text)
    unread = (text != "") & ~np.isfinite(values)
    table.reject(
        unread, name, "is not a number", "Write digits with a decimal point, or leave the cell empty."
    )
    if low is not None and high is not None:
        outside = (values < low) | (values > high)
        remedy = (
            "Coordinates are decimal degrees, latitude -90 to 90, longitude -180 to 180; are they swapped?"
        )
        table.reject(outside & ~unread, name, f"is not between {low:g} and {high:g}", remedy)
    elif low is not None:
        table.reject(
            (values < low) & ~unread, name, f"is below {low:g}", "Correct the number, or leave it empty."
        )
    return values.mask(unread)


def _floats(text: pd.Series) -> pd.Series:
    """Return texts as numbers, NaN where they are none; each distinct text is read once."""
    codes, distinct = pd.factorize(text)
    read = pd.to_numeric(pd.Series(distinct, dtype="object").mask(distinct == "", None), errors="coerce")
    return pd.Series(read.to_numpy(dtype=float)[codes], index=text.index)


@dataclass(frozen=True)
class Spots:
    """Coordinates as text under our names; ``has`` marks rows that have any."""

    latitude: pd.Series
    longitude: pd.Series
    has: pd.Series

    def without(self, where: pd.Series) -> Spots:
        """Return them with those of some rows taken out."""
        return Spots(self.latitude.mask(where, ""), self.longitude.mask(where, ""), self.has & ~where)


def spots_of(table: ProviderTable, latitude: str, longitude: str) -> Spots:
    """Return the coordinates; one without the other is a fault, 0,0 is none, with a warning.

    0,0 lies in the Gulf of Guinea, and is what programs write for a missing position.
    """
    lat, lon = numbers_of(table, latitude, low=-90, high=90), numbers_of(table, longitude, low=-180, high=180)
    for name, one, other in ((latitude, lat, lon), (longitude, lon, lat)):
        is_alone = (table.column(name) == "") & one.isna() & other.notna()
        reason = "is empty, the other coordinate is not"
        table.reject(is_alone, name, reason, "Give both coordinates or neither.")
    is_zero = (lat == 0) & (lon == 0)
    table.warn("zero_coordinates", "coordinates 0,0 are taken for none; kept in extra", is_zero)
    has = lat.notna() & lon.notna() & ~is_zero
    return Spots(_digits(lat).where(has, ""), _digits(lon).where(has, ""), has)


def _digits(values: pd.Series) -> pd.Series:
    """Return numbers as the shortest text that gives them back."""
    return texts_by_distinct(lambda value: "" if np.isnan(value) else repr(float(value)), values)


def codes_of(table: ProviderTable, name: str) -> pd.Series:
    """Return a column of whole-number codes as text, ``"1"`` for ``1.0``."""
    return table.column(name).str.replace(r"^(\d+)\.0+$", r"\1", regex=True)


def mapped(
    table: ProviderTable, name: str, codes: Mapping[str, str], *, unknown: str, code: str
) -> pd.Series:
    """Return our value of each code; others get ``unknown`` and a warning that names them."""
    given = codes_of(table, name)
    is_known = given.isin(list(codes))
    strange = sorted(set(given[~is_known]))
    shown = ", ".join(repr(value) for value in strange[:_SHOWN]) + (" …" if len(strange) > _SHOWN else "")
    message = f"{name} {shown} is not among the codes {', '.join(codes)}; read as {unknown}, the code is kept"
    table.warn(code, message, ~is_known & table.is_good)
    return looked_up(given, codes, unknown)


def looked_up(cells: pd.Series, values: Mapping[str, str], otherwise: str = "") -> pd.Series:
    """Return the value of each cell."""
    return texts_by_distinct(lambda text: values.get(text, otherwise), cells)


def days_of(table: ProviderTable, name: str, *, day_first: bool, beside: tuple[str, ...] = ()) -> pd.Series:
    """Return a column of days as ``2024-01-16``; a cell that is no date is a fault."""
    cells = table.column(name)
    days = read_days(cells, day_first=day_first, beside=[table.column(other) for other in beside])
    order = "day first" if days.day_first else "month first"
    unread = (cells != "") & (days.iso == "")
    table.reject(unread, name, f"is not a date (numbers are read {order})", "Write the day as 2024-01-16.")
    why = "some cells are day first, others month first" if days.is_mixed else "no cell decides"
    message = f"{name} can be read day first or month first, and {why}; read {order}"
    table.warn("ambiguous_dates", message, days.undecided)
    message = f"the time of day in {name} is not taken over: its zone is not stated; kept in extra"
    table.warn("time_of_day", message, days.timed)
    return days.iso


def require(table: ProviderTable, name: str) -> None:
    """Note a fault of every row that has nothing in a column."""
    table.reject(table.column(name) == "", name, "is empty", f"Fill in {name}.")


def supersede(table: ProviderTable, name: str, age: pd.Series | None = None) -> None:
    """Reject rows whose id comes again in a newer row.

    Parameters
    ----------
    age
        Numbers that grow with newness; without them, and among equals, the row further
        down is the newer one.
    """
    ids = table.column(name)
    order = pd.DataFrame({"id": ids, "age": 0.0 if age is None else age, "row": ids.index})
    # A row that is cut off or shifted replaces none.
    order = order[(order["id"] != "") & table.is_good].sort_values(
        ["age", "row"], na_position="first", kind="stable"
    )
    newest = order.groupby("id", sort=False)["row"].last()
    last = ids.map(newest)
    is_old = last.notna() & (last != pd.Series(ids.index, index=ids.index))
    for row in ids.index[is_old]:
        reason = f"is superseded by row {int(last[row])}"
        fault = Fault(
            int(row), name, str(ids[row]), reason, "Nothing to do: the newest row of an id is kept."
        )
        table.faults.setdefault(int(row), []).append(fault)
    table.warn("superseded", "an id comes again in a newer row, which is kept", is_old)


def extra_of(
    table: ProviderTable, taken: Iterable[str], *, keep: Mapping[str, pd.Series] | None = None
) -> pd.Series:
    """Return what has no column of ours, as JSON under the provider's own names.

    Parameters
    ----------
    taken
        Columns that are somewhere else word for word.
    keep
        Rows of a taken column that are kept all the same, and columns of our making.
    """
    left_out = set(taken)
    columns = {str(name): table.cells[name] for name in table.cells if name not in left_out}
    columns |= keep or {}
    parts = [part for name, cells in columns.items() if (part := _json_parts(name, cells)) is not None]
    if not parts:
        return pd.Series("", index=table.cells.index, dtype="str")
    comma, opened, closed, empty = (pa.scalar(text, pa.large_string()) for text in (", ", "{", "}", ""))
    joined = pc.binary_join_element_wise(*parts, comma, null_handling="skip")
    whole = pc.binary_join_element_wise(opened, joined, closed, empty)
    texts = pc.if_else(pc.equal(joined, empty), empty, whole)
    return pd.Series(pd.array(texts, dtype="str"), index=table.cells.index)


def _json_parts(name: str, cells: pd.Series) -> pa.Array | None:
    """Return ``"name": "cell"`` of filled cells as JSON, null of others; None if all are empty."""
    codes, distinct = pd.factorize(cells)
    head = f"{encode_basestring(name)}: "
    parts = [head + encode_basestring(cell) if cell else None for cell in map(str, distinct)]
    if not any(parts):
        return None
    return pa.array(parts, type=pa.large_string()).take(pa.array(codes))


def joined_names(*columns: pd.Series) -> pd.Series:
    """Return names as a ``;``-separated cell, each once, in no order that means anything."""

    def joined(*cells: str) -> str:
        return schema.SEPARATOR.join(dict.fromkeys(part for cell in cells for part in schema.split(cell)))

    return texts_by_distinct(joined, *columns)


def labelled(*columns: pd.Series) -> pd.Series:
    """Return the filled cells of each row with ``", "`` between them."""

    def joined(*cells: str) -> str:
        return ", ".join(dict.fromkeys(cell for cell in cells if cell))

    return texts_by_distinct(joined, *columns)


def finish(
    table: ProviderTable,
    provider: str,
    events: Mapping[str, pd.Series | str],
    spots: Spots,
    *,
    claims: pd.DataFrame | None = None,
    sources: list[dict[str, str]],
    licence: str,
    citation: str,
    unused: pd.Series | None = None,
) -> Imported:
    """Fold columns into tables, without the rows that have faults.

    Parameters
    ----------
    unused
        Rows whose coordinates stand for something else and were taken out on purpose.
    """
    frame = pd.DataFrame({"latitude": spots.latitude, "longitude": spots.longitude}).assign(**events)
    is_point = frame["location_precision"].isin(schema.POINT_PRECISIONS)
    # A place that has no position is a name alone.
    frame["location_precision"] = frame["location_precision"].mask(is_point & ~spots.has, "unknown")
    frame["location_uncertainty_km"] = frame["location_uncertainty_km"].where(is_point & spots.has, "")
    good = table.is_good
    lacking = good & ~spots.has if unused is None else good & ~spots.has & ~unused
    message = (
        "the event has no coordinates; it is drawn as the unit that its names or codes resolve to, "
        "else listed only"
    )
    table.warn("no_coordinates", message, lacking)
    made = pd.DataFrame(columns=list(schema.REQUIRED["claims"])) if claims is None else claims
    return Imported(
        provider,
        table.file,
        len(table.cells),
        frame[good].astype("str"),
        made[made.index.isin(good.index[good])].astype("str"),
        pd.DataFrame(sources).fillna("").astype("str"),
        table.faults,
        tuple(table.warnings),
        licence,
        citation,
    )


def killed_claims(
    ids: pd.Series,
    claimant: str,
    low: pd.Series,
    high: pd.Series,
    best: pd.Series,
    *,
    text: pd.Series,
) -> pd.DataFrame:
    """Return one claim of the provider for every row that has a figure."""
    frame = pd.DataFrame(
        {
            "claim_id": ids + f"-{claimant.casefold()}-killed",
            "event_id": ids,
            "claimant": claimant,
            "subject": "killed",
            "value_min": _digits(low),
            "value_max": _digits(high),
            "value_best": _digits(best),
            "text": text,
            "source_id": claimant.casefold(),
        }
    )
    return frame[low.notna()]
