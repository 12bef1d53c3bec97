"""What every view reads of very many events: plain arrays, one value an event, in the order of a map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata import schema
from geodata.store.morton import NOWHERE, keys_of

LOOSE, AREA, OTHER = 0, 1, 2
NO_FIGURE = -1

# Type of each array. Days count from 1970-01-01, local to the event; coordinates are degrees.
TYPES: dict[str, str] = {
    "key": "int64",
    "lon": "float64",
    "lat": "float64",
    "first_day": "int32",
    "last_day": "int32",
    "kind": "uint8",
    "precision": "uint8",
    "low": "int64",
    "high": "int64",
    "claimants": "int32",
    "adm0": "int32",
    "adm1": "int32",
    "adm2": "int32",
    "area": "int32",
    "actors": "int32",
    "aimed": "uint8",
    "drawn": "uint8",
}
# Which column of a record is coded by which vocabulary.
UNIT_COLUMNS = {"adm0": "adm0_id", "adm1": "adm1_id", "adm2": "adm2_id", "area": "drawn_area"}
# What the arrays are made of.
NEEDED = (
    "event_id",
    "longitude",
    "latitude",
    "first_day",
    "last_day",
    "event_type",
    "drawn_as",
    "location_precision",
    "killed_low",
    "killed_high",
    "claimants_count",
    "actors",
    *UNIT_COLUMNS.values(),
)


@dataclass(frozen=True, eq=False)
class Columns:
    """Arrays of one length, in memory or mapped from files; rows stand in three sections.

    Rows before ``loose`` are points without an attack, by ``key`` (:mod:`geodata.store.morton`); from
    there to ``areas`` are events known to a unit; the others follow. ``kind`` and ``precision``
    count in ``schema.EVENT_TYPES`` and ``schema.LOCATION_PRECISIONS``; ``low`` and ``high`` are the
    killed, :data:`NO_FIGURE` where there is none; ``adm0`` to ``area`` count in ``units``, ``actors``
    in ``names``, whose entries are whole cells; 0 is the empty text in both. ``aimed`` is 1 for an event
    with an attack, ``drawn`` 1 for a point that is drawn.
    """

    loose: int
    areas: int
    units: tuple[str, ...]
    names: tuple[str, ...]
    key: npt.NDArray[np.int64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    first_day: npt.NDArray[np.int32]
    last_day: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint8]
    precision: npt.NDArray[np.uint8]
    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    claimants: npt.NDArray[np.int32]
    adm0: npt.NDArray[np.int32]
    adm1: npt.NDArray[np.int32]
    adm2: npt.NDArray[np.int32]
    area: npt.NDArray[np.int32]
    actors: npt.NDArray[np.int32]
    aimed: npt.NDArray[np.uint8]
    drawn: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.first_day)

    @property
    def most(self) -> npt.NDArray[np.int64]:
        """The highest figure of killed of each event, its lowest where it has no other."""
        return np.maximum(self.low, self.high)


ARRAYS = tuple(field.name for field in fields(Columns) if field.name in TYPES)


def sections(events: pd.DataFrame, attacks: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the section of each event: loose point, known to an area, other."""
    drawn = events["drawn_as"].to_numpy()
    found = np.where(drawn == "point", LOOSE, np.where(drawn == "area", AREA, OTHER)).astype(np.int64)
    if len(attacks):
        found[events["event_id"].isin(attacks["event_id"]).to_numpy()] = OTHER
    return found


def order_of(events: pd.DataFrame, section: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Return the order of a store: by section; then key, area or nothing; then first day and id."""
    keys = keys_of(events["longitude"], events["latitude"])
    keys[section != LOOSE] = NOWHERE
    areas = pd.factorize(events["drawn_area"].where(section == AREA, ""), sort=True)[0]
    ids = pd.factorize(events["event_id"], sort=True)[0]
    return np.lexsort((ids, events["first_day"].to_numpy(), areas, keys, section))


def arrays_of(
    events: pd.DataFrame,
    attacks: pd.DataFrame,
    *,
    section: npt.NDArray[np.int64],
    units: Mapping[str, int],
    names: Mapping[str, int],
) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of some rows, in their order.

    Parameters
    ----------
    events, attacks
        Of a record; ``events`` already in the order of the store.
    section
        Of each event, as :func:`sections` gives it.
    units, names
        Number of each boundary id, and of each cell that :func:`name_cells` gives.
    """
    key = keys_of(events["longitude"], events["latitude"])
    key[section != LOOSE] = NOWHERE
    kinds = {kind: number for number, kind in enumerate(schema.EVENT_TYPES)}
    precisions = {name: number for number, name in enumerate(schema.LOCATION_PRECISIONS)}
    found: dict[str, Any] = {
        "key": key,
        "lon": events["longitude"],
        "lat": events["latitude"],
        "first_day": events["first_day"],
        "last_day": events["last_day"],
        "kind": _coded(events["event_type"], kinds),
        "precision": _coded(events["location_precision"], precisions),
        "low": _figures(events["killed_low"]),
        "high": _figures(events["killed_high"]),
        "claimants": events["claimants_count"],
        "actors": _coded(name_cells(events, attacks), names),
        "drawn": events["drawn_as"] == "point",
        "aimed": events["event_id"].isin(attacks["event_id"]),
        **{name: _coded(events[column], units) for name, column in UNIT_COLUMNS.items()},
    }
    return {name: np.asarray(found[name]).astype(TYPES[name]) for name in ARRAYS}


def name_cells(events: pd.DataFrame, attacks: pd.DataFrame) -> pd.Series[str]:
    """Return, for each event, all names that a filter by actor finds, ``;``-separated."""
    cells = events["actors"]
    if not len(attacks):
        return cells
    named = attacks["attacker"] + schema.SEPARATOR + attacks["target_actor"]
    by_event = named.groupby(attacks["event_id"]).agg(schema.SEPARATOR.join)
    more = events["event_id"].map(by_event)
    return cells.where(more.isna(), cells + schema.SEPARATOR + more.fillna("")).astype("str")


def vocabulary(cells: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return the distinct cells in order, the empty text first."""
    found: set[str] = set()
    for some in cells:
        found.update(some)
    return ("", *sorted(found - {""}))


def unit_cells(events: pd.DataFrame) -> Iterable[Iterable[str]]:
    """Return the boundary ids of some rows, a column at a time."""
    return (events[column].unique() for column in UNIT_COLUMNS.values())


def columns_of(events: pd.DataFrame, attacks: pd.DataFrame) -> tuple[Columns, npt.NDArray[np.intp]]:
    """Return the columns of a record's tables, in memory, and which of its rows each row is."""
    section = sections(events, attacks)
    order = order_of(events, section)
    events, section = events[[*NEEDED]].iloc[order].reset_index(drop=True), section[order]
    units = vocabulary(unit_cells(events))
    names = vocabulary([name_cells(events, attacks).unique()])
    arrays = arrays_of(
        events,
        attacks,
        section=section,
        units={text: number for number, text in enumerate(units)},
        names={text: number for number, text in enumerate(names)},
    )
    loose, areas = (int(np.searchsorted(section, value, side="right")) for value in (LOOSE, AREA))
    return Columns(loose=loose, areas=areas, units=units, names=names, **arrays), order


def _coded(cells: pd.Series[Any], codes: Mapping[str, int]) -> npt.NDArray[np.int64]:
    numbers, distinct = pd.factorize(cells)
    return np.array([codes[text] for text in distinct], dtype=np.int64)[numbers]


def _figures(numbers: pd.Series[Any]) -> npt.NDArray[np.int64]:
    return numbers.fillna(NO_FIGURE).to_numpy(dtype=float).round().astype(np.int64)
