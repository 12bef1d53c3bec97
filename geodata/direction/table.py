"""The direction columns of every attack: what is computed, and what may be said of it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from geodata.direction.solve import Solved, solve
from geodata.direction.stated import Areas, stated_rows
from geodata.direction.words import arc_text, degrees, kilometres, origin_name, range_text, stated_by
from geodata.intervals import compass_points, wind_words
from geodata.schema import DIRECTION_COLUMNS

COMPASS_MAX_DEG = 45.0
DEGREES_MAX_DEG = 90.0
DETERMINABLE_MAX_DEG = 180.0
# Name of an origin that a generalised case leaves out; "not reported" would be false.
DIRECTION_LEFT_OUT = "direction stated, left out at this level of detail"
# 45° computed as 45.000000000000007° is 45°.
WIDTH_EPSILON_DEG = 1e-9

_TEXTS = ("from_compass", "from_text", "direction_status")
_RULE = "inferred_rule"


def attack_directions(
    attacks: pd.DataFrame, events: pd.DataFrame, *, inferred_rule: str = ""
) -> pd.DataFrame:
    """Return the direction of every attack, as far as somebody stated its origin.

    Parameters
    ----------
    attacks
        Attack table of a case.
    events
        Its events, with ``event_id``, position, ``location_precision`` and ``area``;
        with the joined ids where there are any. A ``place`` without
        ``location_uncertainty_km`` gets a ring of 5 km, an ``exact`` position none.
    inferred_rule
        The case's rule for rows of basis ``inferred``. Without one they are unknown.

    Returns
    -------
    pandas.DataFrame
        One row an attack, same index; columns ``schema.DIRECTION_COLUMNS``. Degrees
        clockwise from true north, kilometres along the geodesic, NaN and ``""`` where
        nothing is stated. ``inferred_rule`` repeats the rule in the rows that follow it.

    Raises
    ------
    InputError
        If an attack names no event of the table, or its basis lacks its data.
    BoundaryError
        If an area is in no boundary pack.

    Notes
    -----
    Attacks that state the same are computed once, areas are prepared once, and points are
    taken in arrays: ``benchmarks/direction.py`` has the figures.
    """
    rows, codes = stated_rows(attacks, events, inferred_rule=inferred_rule)
    solved = solve(rows, Areas())
    told = _told(rows, solved, inferred_rule)
    # Where no direction can be told, the azimuth of the middle would tell one.
    untold = told["direction_status"].eq("not_determinable") & rows["basis"].eq("stated_point")
    computed = [name for name in DIRECTION_COLUMNS if name not in (*_TEXTS, _RULE)]
    numbers = pd.DataFrame({name: getattr(solved, name) for name in computed})
    numbers.loc[untold, ["from_deg", "bearing_deg", "arrival_bearing_deg"]] = np.nan
    left_out = rows["basis"].eq("unknown") & rows["origin_name"].eq(DIRECTION_LEFT_OUT)
    told.loc[left_out, "from_text"] = DIRECTION_LEFT_OUT
    # Whoever reads a row alone must see that nobody stated its direction, and who decided on it.
    told[_RULE] = np.where(rows["origin_basis"].eq("inferred"), inferred_rule, "")
    told = told.astype("str")
    table = pd.concat([numbers, told], axis=1)[list(DIRECTION_COLUMNS)]
    return table.iloc[codes].set_axis(attacks.index)


class _Values(NamedTuple):
    """What the words of one row are made of."""

    basis: str
    target_kind: str
    origin_basis: str
    claimant: str
    status: str
    name: str
    area: str
    range_km: float
    from_deg: float
    first_deg: float
    last_deg: float
    width_deg: float
    least_km: float
    greatest_km: float
    is_beyond: bool
    winds: tuple[str, str, str]


def _told(rows: pd.DataFrame, solved: Solved, inferred_rule: str) -> pd.DataFrame:
    """Return wind, words and status of each row, by the widths of the product page."""
    width = solved.width_deg
    # An azimuth without a tolerance is the claimant's word as it stands: no arc is invented.
    alone = np.isnan(width) & ~np.isnan(solved.from_deg)
    one_wind = np.where(
        width <= COMPASS_MAX_DEG + WIDTH_EPSILON_DEG, solved.from_min_deg + width / 2.0, np.nan
    )
    winds = zip(
        compass_points(np.where(alone, solved.from_deg, one_wind)),
        compass_points(solved.from_min_deg),
        compass_points(solved.from_max_deg),
        strict=True,
    )
    numbers = [
        solved.from_deg,
        solved.from_min_deg,
        solved.from_max_deg,
        width,
        solved.distance_min_km,
        solved.distance_max_km,
        solved.beyond,
    ]
    columns = [
        *(rows[name].to_numpy(dtype=object) for name in _WORDED),
        *(values.tolist() for values in numbers),
        winds,
    ]
    told = [_row_words(_Values(*values), inferred_rule) for values in zip(*columns, strict=True)]
    return pd.DataFrame(told, columns=list(_TEXTS), index=rows.index).astype("str")


_WORDED = (
    "basis",
    "target_kind",
    "origin_basis",
    "origin_claimant",
    "origin_status",
    "origin_name",
    "origin_area",
    "weapon_range_km",
)


def _row_words(row: _Values, inferred_rule: str) -> tuple[str, str, str]:
    """Return wind, words and status of one row."""
    if row.basis == "unknown":
        return "", "direction not reported", "unknown"
    if row.basis == "attacker_territory":
        wind, text, status = "", _territory_text(row), "side_only"
    else:
        wind, text, status = _circle_words(row)
    by = stated_by(
        row.basis,
        origin_basis=row.origin_basis,
        claimant=row.claimant,
        status=row.status,
        inferred_rule=inferred_rule,
    )
    return wind, text + by, status


def _territory_text(row: _Values) -> str:
    text = f"from {origin_name(row.basis, row.name, row.area)}"
    if row.is_beyond:
        text += f", all of it {_beyond(row)}"
    elif row.greatest_km == row.range_km:  # the range bounds the distance
        text += f", within the stated weapon range of {range_text(row.range_km)}"
    return f"{text}; launch and crossing points not reported"


def _circle_words(row: _Values) -> tuple[str, str, str]:
    name = origin_name(row.basis, row.name, row.area)
    if row.basis != "stated_direction" and not row.target_kind:
        text = f"from {name}; direction not determinable, the target's position is not known"
        return "", text, "not_determinable"
    if math.isnan(row.width_deg):
        wind = row.winds[0]
        return wind, f"from the {wind_words(wind)} ({degrees(row.from_deg)})", "determined"
    if row.width_deg > DETERMINABLE_MAX_DEG + WIDTH_EPSILON_DEG:
        return "", f"from {name}; direction not determinable", "not_determinable"
    with_degrees = row.width_deg <= DEGREES_MAX_DEG + WIDTH_EPSILON_DEG
    text = arc_text(row.first_deg, row.last_deg, row.winds, with_degrees=with_degrees)
    if not math.isnan(row.least_km):
        text += f", {kilometres(row.least_km, row.greatest_km)}"
        if row.is_beyond:
            text += f", {_beyond(row)}"
        elif row.greatest_km == row.range_km:
            text += " (within the stated weapon range)"
    is_determined = bool(row.winds[0]) and not math.isnan(row.from_deg)
    return row.winds[0], text, "determined" if is_determined else "range"


def _beyond(row: _Values) -> str:
    return f"beyond the stated weapon range of {range_text(row.range_km)}"
