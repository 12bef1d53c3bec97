"""Origins that cannot be as they are stated, one fault an attack and column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.direction.solve import Solved, solve
from geodata.direction.stated import Areas, Mask, chain, stated_rows
from geodata.direction.words import kilometres, range_text
from geodata.vectors import geodesics

_SAME_PLACE_KM = 0.001


class OriginFault(NamedTuple):
    """One thing wrong with an attack: its label in the table's index, and what and where."""

    label: int
    column: str
    reason: str
    remedy: str


def origin_faults(
    attacks: pd.DataFrame, events: pd.DataFrame, *, inferred_rule: str = ""
) -> list[OriginFault]:
    """Return the attacks whose stated origin contradicts their target or their weapon.

    A launch point on the very coordinates of the target, a stated area that holds the target, and
    an origin that lies wholly beyond the stated range of the weapon.

    Parameters
    ----------
    attacks, events, inferred_rule
        As in :func:`attack_directions`; every basis has its data and every area exists. Targets
        that only the join will place are not judged.

    Returns
    -------
    list of OriginFault
        In the order of the table.
    """
    if attacks.empty:
        return []
    rows, codes = stated_rows(attacks, events, inferred_rule=inferred_rule)
    areas = Areas()
    found = [*_on_target(rows), *_around_target(rows, areas), *_beyond_range(rows, areas)]
    by_row: dict[int, list[tuple[str, str, str]]] = {}
    for row, *fault in found:
        by_row.setdefault(row, []).append((fault[0], fault[1], fault[2]))
    return [
        OriginFault(int(label), *fault)
        for label, code in zip(attacks.index, codes, strict=True)
        for fault in by_row.get(int(code), ())
    ]


Found = Iterator[tuple[int, str, str, str]]


def _on_target(rows: pd.DataFrame) -> Found:
    points = _both(rows, "stated_point", "point")
    part = rows.iloc[points]
    km = geodesics(
        part[["target_longitude", "target_latitude"]].to_numpy(),
        part[["origin_longitude", "origin_latitude"]].to_numpy(),
    )[1]
    for row in points[km < _SAME_PLACE_KM]:
        yield (
            int(row),
            "origin_latitude",
            "and origin_longitude are the coordinates of the target",
            "Give the launch point, or use origin_basis unknown.",
        )


def _around_target(rows: pd.DataFrame, areas: Areas) -> Found:
    reason = "holds the target, so that no direction follows from it"
    remedy = (
        "Name the smaller area that was stated, or use origin_basis unknown "
        "and keep the statement as a claim of subject origin."
    )
    points = _both(rows, "stated_area", "point")
    for area, part in rows.iloc[points].groupby("origin_area", sort=False):
        inside = shapely.intersects_xy(
            areas.extent(str(area)).geometry, part["target_longitude"], part["target_latitude"]
        )
        for row in part.index[inside]:
            yield int(row), "origin_area", reason, remedy
    for row in _both(rows, "stated_area", "area"):
        if rows["origin_area"].iat[row] in chain(str(rows["target_area"].iat[row])):
            yield int(row), "origin_area", reason, remedy


def _beyond_range(rows: pd.DataFrame, areas: Areas) -> Found:
    ranged = rows["weapon_range_km"].notna().to_numpy()
    chosen = np.flatnonzero(ranged & rows["basis"].ne("unknown").to_numpy())
    if not len(chosen):
        return
    part = rows.iloc[chosen].reset_index(drop=True)
    solved: Solved = solve(part, areas)
    reaches = part["weapon_range_km"].to_numpy()
    for at in np.flatnonzero(solved.beyond):
        away = kilometres(float(solved.distance_min_km[at]), float(solved.distance_max_km[at]))
        reach = range_text(float(reaches[at]))
        yield (
            int(chosen[at]),
            "weapon_range_km",
            f"does not reach: the stated origin lies {away} from the target, the range is {reach}",
            "Correct the range or the origin; where two claimants contradict each other, "
            "leave weapon_range_km empty and keep the range as a claim of subject weapon.",
        )


def _both(rows: pd.DataFrame, basis: str, kind: str) -> npt.NDArray[np.intp]:
    mask: Mask = (rows["basis"].eq(basis) & rows["target_kind"].eq(kind)).to_numpy()
    return np.flatnonzero(mask)
