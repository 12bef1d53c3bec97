"""What the readers of providers' files share: text columns with faults and warnings, and the way out.

A reader maps whole columns, each distinct value once. What is wrong with a row is noted under the
provider's own column name and value; rows without faults leave under our names (:mod:`geodata.schema`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geodata import schema
from geodata.errors import InputError
from geodata.progress import CHECKING, Progress, silent
from geodata.readers.extra import composed_extra
from geodata.readers.provider_days import read_days
from geodata.readers.text_table import Numbers, TextTable
from geodata.readers.texts import Floats, Mask, Texts, pairs
from geodata.report import Fault, RowWarning

# What spreadsheets and statistics programs write for "no value".
BLANKS = ("NA", "N/A", "NaN", "nan", "NULL", "None", "<NA>")
_SHOWN = 5
Column = Texts | Floats | str


@dataclass(frozen=True)
class Imported:
    """A provider's file under our column names: numbers as such, all else text.

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

    ``columns`` has one text column each column of the file, under the provider's current name of
    it; ``numbers`` the row number of each record. ``is_good`` marks the rows that have no fault.
    """

    file: str
    numbers: Numbers
    columns: dict[str, Texts]
    progress: Progress = silent
    date_order: str = ""
    faults: dict[int, list[Fault]] = field(default_factory=dict)
    warnings: list[RowWarning] = field(default_factory=list)
    is_good: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.is_good = np.ones(len(self.numbers), dtype=bool)

    def column(self, name: str) -> Texts:
        """Return a column, empty where the file has none of that name."""
        if name not in self.columns:
            return Texts.constant("", len(self.numbers))
        return self.columns[name]

    def reject(self, where: Mask, column: str, reason: str, remedy: str) -> None:
        """Note a fault of every row that ``where`` marks."""
        at = np.flatnonzero(where)
        if not at.size:
            return
        values = self.column(column)
        for position in at.tolist():
            self.note(position, column, values.at(position), reason, remedy)

    def note(self, position: int, column: str, value: str, reason: str, remedy: str) -> None:
        """Note a fault of a row by its position."""
        row = int(self.numbers[position])
        self.faults.setdefault(row, []).append(Fault(row, column, value, reason, remedy))
        self.is_good[position] = False

    def warn(self, code: str, message: str, where: Mask) -> None:
        """Add one warning with the rows that ``where`` marks, if any."""
        rows = tuple(self.numbers[where].tolist())
        if rows:
            self.warnings.append(RowWarning(code, f"{_rows(len(rows))}: {message}", rows))

    def told(self, part: float) -> None:
        """Tell which part of the columns is checked."""
        self.progress(CHECKING, round(part * len(self.numbers)), len(self.numbers))


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def provider_table(
    rows: TextTable,
    named: Callable[[str], str],
    *,
    blanks: Iterable[str] = BLANKS,
    progress: Progress = silent,
) -> ProviderTable:
    """Return the records as text columns under the provider's names.

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
    _require_width(rows)
    names: list[str] = []
    for name in rows.header:
        current = named(name) if name else ""
        names.append(name if current in names else current)
    empty = frozenset(blanks)
    # The row numbers of a data frame have no name.
    columns = {name: cells.cleaned(empty) for name, cells in zip(names, rows.columns, strict=True) if name}
    table = ProviderTable(rows.file, rows.numbers, columns, progress, rows.date_order)
    for number, count in rows.surplus.items():
        reason = f"the row has {count} cells, the header {len(rows.header)}"
        remedy = "Quote cells that hold the separator; a shifted row cannot be read"
        table.note(int(np.searchsorted(rows.numbers, number)), "", "", reason, remedy)
    return table


def _require_width(rows: TextTable) -> None:
    written = max(len(rows.header), rows.header_width)
    longer = sum(count > written for count in rows.odd.values())
    if longer * 2 <= len(rows.numbers) or rows.longest is None:
        return
    number, cells = rows.longest
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
) -> Floats:
    """Return a column as numbers, NaN where empty; what is no number in the range is a fault.

    A decimal comma is read where no cell of the column has a point.
    """
    cells = table.column(name)
    values = cells.numbers(_read_numbers)
    unread = ~cells.is_empty & ~np.isfinite(values)
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
    return np.where(unread, np.nan, values)


def _read_numbers(text: pd.Series) -> Floats:
    if not text.str.contains(".", regex=False).any():
        text = text.str.replace(r"^([+-]?\d+),(\d+)$", r"\1.\2", regex=True)
    return pd.to_numeric(text.mask(text == ""), errors="coerce").to_numpy(dtype=np.float64)


@dataclass(frozen=True)
class Spots:
    """Coordinates under our names, NaN where there are none; ``has`` marks rows that have any."""

    latitude: Floats
    longitude: Floats
    has: Mask

    def without(self, where: Mask) -> Spots:
        """Return them with those of some rows taken out."""
        has = self.has & ~where
        return Spots(np.where(has, self.latitude, np.nan), np.where(has, self.longitude, np.nan), has)


def spots_of(table: ProviderTable, latitude: str, longitude: str) -> Spots:
    """Return the coordinates; one without the other is a fault, 0,0 is none, with a warning.

    0,0 lies in the Gulf of Guinea, and is what programs write for a missing position.
    """
    lat, lon = numbers_of(table, latitude, low=-90, high=90), numbers_of(table, longitude, low=-180, high=180)
    for name, one, other in ((latitude, lat, lon), (longitude, lon, lat)):
        is_alone = table.column(name).is_empty & np.isnan(one) & ~np.isnan(other)
        reason = "is empty, the other coordinate is not"
        table.reject(is_alone, name, reason, "Give both coordinates or neither.")
    is_zero = (lat == 0) & (lon == 0)
    table.warn("zero_coordinates", "coordinates 0,0 are taken for none; kept in extra", is_zero)
    has = ~np.isnan(lat) & ~np.isnan(lon) & ~is_zero
    return Spots(lat, lon, has).without(~has)


def codes_of(table: ProviderTable, name: str) -> Texts:
    """Return a column of whole-number codes as text, ``"1"`` for ``1.0``."""
    return table.column(name).changed_at_once(
        lambda values: values.str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
    )


def mapped(table: ProviderTable, name: str, codes: Mapping[str, str], *, unknown: str, code: str) -> Texts:
    """Return our value of each code; others get ``unknown`` and a warning that names them."""
    given = codes_of(table, name)
    is_strange = ~given.tested(codes.__contains__)
    strange = sorted(set(given.taken(np.flatnonzero(is_strange)).distinct)) if is_strange.any() else []
    shown = ", ".join(repr(value) for value in strange[:_SHOWN]) + (" …" if len(strange) > _SHOWN else "")
    message = f"{name} {shown} is not among the codes {', '.join(codes)}; read as {unknown}, the code is kept"
    table.warn(code, message, is_strange & table.is_good)
    return looked_up(given, codes, unknown)


def looked_up(cells: Texts, values: Mapping[str, str], otherwise: str = "") -> Texts:
    """Return the value of each cell."""
    return cells.changed(lambda text: values.get(text, otherwise))


def rings_of(table: ProviderTable, name: str, rings_km: Mapping[str, float]) -> Floats:
    """Return the radius in kilometres that a code of place means, NaN for none."""
    return codes_of(table, name).numbers(
        lambda codes: np.array([rings_km.get(code, np.nan) for code in codes], dtype=float)
    )


def days_of(table: ProviderTable, name: str, *, day_first: bool, beside: tuple[str, ...] = ()) -> Texts:
    """Return a column of days as ``2024-01-16``; a cell that is no date is a fault."""
    cells = table.column(name)
    days = read_days(
        cells,
        day_first=day_first,
        beside=[table.column(other) for other in beside],
        stated=table.date_order,
    )
    order = "day first" if days.day_first else "month first"
    unread = ~cells.is_empty & days.iso.is_empty
    table.reject(unread, name, f"is not a date (numbers are read {order})", "Write the day as 2024-01-16.")
    why = "some cells are day first, others month first" if days.is_mixed else "no cell decides"
    message = f"{name} can be read day first or month first, and {why}; read {order}"
    table.warn("ambiguous_dates", message, days.undecided)
    message = f"the time of day in {name} is not taken over: its zone is not stated; kept in extra"
    table.warn("time_of_day", message, days.timed)
    return days.iso


def require(table: ProviderTable, name: str) -> None:
    """Note a fault of every row that has nothing in a column."""
    table.reject(table.column(name).is_empty, name, "is empty", f"Fill in {name}.")


def supersede(table: ProviderTable, name: str, age: Floats | None = None) -> None:
    """Reject rows whose id comes again in a newer row.

    Parameters
    ----------
    age
        Numbers that grow with newness; without them, and among equals, the row further
        down is the newer one.
    """
    ids = table.column(name).coded
    codes = ids.codes
    assert codes is not None
    # A row that is cut off or shifted replaces none.
    at = np.flatnonzero(~ids.is_empty & table.is_good)
    if age is not None:
        known = np.where(np.isnan(age[at]), -np.inf, age[at])
        at = at[np.lexsort((at, known))]
    newest = np.full(len(ids.values), -1, dtype=np.intp)
    newest[codes[at]] = at  # of several, the last one stays
    last = newest[codes]
    is_old = (last >= 0) & (last != np.arange(len(ids)))
    for position in np.flatnonzero(is_old).tolist():
        reason = f"is superseded by row {int(table.numbers[last[position]])}"
        remedy = "Nothing to do: the newest row of an id is kept."
        table.note(position, name, ids.at(position), reason, remedy)
    table.warn("superseded", "an id comes again in a newer row, which is kept", is_old)


def extra_of(table: ProviderTable, taken: Iterable[str], *, keep: Mapping[str, Texts] | None = None) -> Texts:
    """Return what has no column of ours, as JSON under the provider's own names.

    Rows that have faults so far are left out: it is asked for when all columns have been judged.

    Parameters
    ----------
    taken
        Columns that are somewhere else word for word.
    keep
        Rows of a taken column that are kept all the same, and columns of our making.
    """
    columns = {name: cells for name, cells in table.columns.items() if name not in set(taken)}
    return composed_extra({**columns, **(keep or {})}, table.is_good, told=table.told)


def joined_names(one: Texts, other: Texts) -> Texts:
    """Return names as a ``;``-separated cell, each once, in no order that means anything."""
    first, second, which = pairs(one, other)
    texts = [
        schema.SEPARATOR.join(dict.fromkeys([*schema.split(left), *schema.split(right)]))
        for left, right in zip(first.to_pylist(), second.to_pylist(), strict=True)
    ]
    return Texts(pa.array(texts, pa.large_string()), which)


def labelled(one: Texts, other: Texts) -> Texts:
    """Return the filled cells of each row with ``", "`` between them."""
    first, second, which = pairs(one, other)
    is_one = pc.or_(pc.equal(second, ""), pc.equal(first, second))
    both = pc.binary_join_element_wise(first, second, pa.scalar(", ", first.type))
    return Texts(pc.if_else(pc.equal(first, ""), second, pc.if_else(is_one, first, both)), which)


def finish(
    table: ProviderTable,
    provider: str,
    events: Mapping[str, Column],
    spots: Spots,
    *,
    claims: Mapping[str, Column] | None = None,
    sources: list[dict[str, str]],
    licence: str,
    citation: str,
    unused: Mask | None = None,
) -> Imported:
    """Fold columns into tables, without the rows that have faults.

    Parameters
    ----------
    claims
        Columns of claims, one a row; a row whose ``value_min`` is NaN has none.
    unused
        Rows whose coordinates stand for something else and were taken out on purpose.
    """
    made: dict[str, Column] = {"latitude": spots.latitude, "longitude": spots.longitude, **events}
    precision, ring = made["location_precision"], made["location_uncertainty_km"]
    assert isinstance(precision, Texts) and isinstance(ring, np.ndarray)
    is_point = precision.tested(schema.POINT_PRECISIONS.__contains__)
    # A place that has no position is a name alone.
    made["location_precision"] = precision.where(~(is_point & ~spots.has), "unknown")
    made["location_uncertainty_km"] = np.where(is_point & spots.has, ring, np.nan)
    lacking = table.is_good & ~spots.has
    if unused is not None:
        lacking &= ~unused
    message = (
        "the event has no coordinates; it is drawn as the unit that its names or codes resolve to, "
        "else listed only"
    )
    table.warn("no_coordinates", message, lacking)
    return Imported(
        provider,
        table.file,
        len(table.numbers),
        _frame(table, made, table.is_good),
        _claims(table, claims),
        pd.DataFrame(sources).fillna("").astype("str"),
        table.faults,
        tuple(table.warnings),
        licence,
        citation,
    )


def _claims(table: ProviderTable, claims: Mapping[str, Column] | None) -> pd.DataFrame:
    if claims is None:
        return pd.DataFrame(columns=list(schema.REQUIRED["claims"]), dtype="str")
    least = claims["value_min"]
    assert isinstance(least, np.ndarray)
    return _frame(table, claims, table.is_good & ~np.isnan(least))


def _frame(table: ProviderTable, columns: Mapping[str, Column], keep: Mask) -> pd.DataFrame:
    """Return columns as a frame of the rows to keep."""
    at = np.flatnonzero(keep)
    index = pd.Index(table.numbers[at], dtype="int64")
    made: dict[str, pd.Series] = {}
    for name, column in columns.items():
        if isinstance(column, np.ndarray):
            made[name] = pd.Series(column[at], index=index)
        elif isinstance(column, str):
            made[name] = Texts.constant(column, len(at)).series(index)
        else:
            # Extra has the wanted rows alone already.
            made[name] = (column if len(at) == len(column) else column.taken(at)).series(index)
    return pd.DataFrame(made, index=index, copy=False)


def killed_claims(
    ids: Texts, claimant: str, low: Floats, high: Floats, best: Floats, *, text: Texts
) -> dict[str, Column]:
    """Return one claim of the provider for every row that has a figure."""
    small = claimant.casefold()
    suffix = pa.scalar(f"-{small}-killed", pa.large_string())
    return {
        "claim_id": Texts(pc.binary_join_element_wise(ids.plain, suffix, pa.scalar("", pa.large_string()))),
        "event_id": ids,
        "claimant": claimant,
        "subject": "killed",
        "value_min": low,
        "value_max": high,
        "value_best": best,
        "text": text,
        "source_id": small,
    }
