"""Where attacks of a store came from, as far as a line may be drawn: plain arrays, one value an attack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata import boundaries
from geodata.record import unit_words

# What the arrays are made of, of the attack table of a record.
NEEDED = (
    "event_id",
    "attacker",
    "origin_basis",
    "origin_name",
    "origin_latitude",
    "origin_longitude",
    "origin_area",
    "alternative_group",
    "direction_status",
)
TYPES: dict[str, str] = {
    "row": "int64",
    "lon": "float64",
    "lat": "float64",
    "attacker": "int32",
    "place": "int32",
    "act": "int64",
}
# With these a direction is told by an interval of 180° at most: only then a line is drawn.
_WITH_LINE = ("determined", "range")


@dataclass(frozen=True, eq=False)
class Attacks:
    """The attacks that state a point or an area of launch from which a line is drawn.

    Parameters
    ----------
    attackers, places
        Cells that ``attacker`` and ``place`` count in; a place is in words ("near Zabol").
    row
        Of each attack, the row of its event in the store.
    lon, lat
        The stated point, or the point of the stated area's name; degrees.
    act
        The same for rows that exclude each other, else a number of its own: one act is counted once.
    """

    attackers: tuple[str, ...]
    places: tuple[str, ...]
    row: npt.NDArray[np.int64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    attacker: npt.NDArray[np.int32]
    place: npt.NDArray[np.int32]
    act: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.row)


def no_attacks() -> Attacks:
    """Return the attacks of a store that has none with a line."""
    return Attacks((), (), **{name: np.zeros(0, dtype=kind) for name, kind in TYPES.items()})


def attacks_of(attacks: pd.DataFrame, event_ids: pd.Series[Any]) -> Attacks:
    """Return the attacks of a table; ``event_ids`` are its events in the order of the store."""
    stated = stated_attacks(attacks, event_ids)
    attackers, places = (tuple(sorted(set(stated[name]))) for name in ("attacker", "place"))
    return Attacks(attackers, places, **attack_arrays(stated, attackers, places))


def stated_attacks(attacks: pd.DataFrame, event_ids: pd.Series[Any], *, first: int = 0) -> pd.DataFrame:
    """Return the attacks of a table of which a line is drawn: the columns of :data:`TYPES`, in words.

    Parameters
    ----------
    event_ids
        The events of the table in the order of the store.
    first
        The row in the store of the first of these.
    """
    is_stated = attacks["origin_basis"].isin(("stated_point", "stated_area"))
    table = attacks.loc[is_stated & attacks["direction_status"].isin(_WITH_LINE), [*NEEDED]]
    table = table.reset_index(drop=True)
    has = np.flatnonzero(event_ids.isin(table["event_id"]))
    row_of = pd.Series(has + first, index=event_ids.iloc[has])
    row = row_of.loc[table["event_id"]].to_numpy()
    area = table["origin_area"].where(table["origin_basis"] == "stated_area", "")
    place = "near " + table["origin_name"]
    place = place.where(table["origin_name"] != "", "a stated point")
    lon, lat = (
        table[f"origin_{name}"].to_numpy(dtype=float, copy=True) for name in ("longitude", "latitude")
    )
    for unit_id in area.unique():
        if unit_id:
            here, unit = (area == unit_id).to_numpy(), boundaries.unit(unit_id)
            place[here] = f"somewhere in {unit_words(unit_id, with_parents=True)}"
            lon[here], lat[here] = unit.label_lon, unit.label_lat
    group = pd.Series(row).astype(str) + " " + table["alternative_group"]
    group = group.where(table["alternative_group"] != "", "#" + pd.Series(table.index, dtype=str))
    made = {"row": row, "lon": lon, "lat": lat, "attacker": table["attacker"], "place": place, "act": group}
    return pd.DataFrame(made)


def attack_arrays(
    stated: pd.DataFrame, attackers: Sequence[str], places: Sequence[str]
) -> dict[str, npt.NDArray[Any]]:
    """Return :data:`TYPES` of :func:`stated_attacks`; acts are numbered from 0 in their order."""
    made: dict[str, Any] = {name: stated[name] for name in TYPES}
    for name, words in (("attacker", attackers), ("place", places)):
        codes = {text: number for number, text in enumerate(words)}
        made[name] = [codes[text] for text in stated[name]]
    made["act"] = pd.factorize(stated["act"])[0]
    return {name: np.asarray(made[name]).astype(kind) for name, kind in TYPES.items()}
