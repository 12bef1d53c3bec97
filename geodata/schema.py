"""The tables of a case: columns, units and allowed values.

Text columns hold ``""`` for an empty cell (an empty text is not a value), number
columns hold ``NaN``. Cells with several values separate them with ``;``.
Coordinates are decimal degrees, EPSG:4326.

A table says itself whether all is well; pandera is asked where something is not, for
the row and the reason, since to import it takes longer than to read a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

EVENT_TYPES = ("strike", "attack", "bombing", "clash", "diplomatic", "statement", "other")
DIPLOMATIC_TYPES = ("diplomatic", "statement")
ROLES = ("core", "context")
TIME_PRECISIONS = ("minute", "hour", "day", "week", "month", "year")
LOCATION_PRECISIONS = (
    "exact",
    "place",
    "admin2",
    "admin1",
    "country",
    "region",
    "sea_or_air",
    "unknown",
)
POINT_PRECISIONS = ("exact", "place")
ATTRIBUTIONS = ("acknowledged", "claimed", "attributed", "unattributed")
ORIGIN_BASES = (
    "stated_point",
    "stated_area",
    "stated_direction",
    "attacker_territory",
    "inferred",
    "unknown",
)
ORIGIN_STATUSES = ("claimed", "assessed")
CLAIM_SUBJECTS = (
    "killed",
    "injured",
    "target",
    "responsibility",
    "time",
    "place",
    "origin",
    "weapon",
    "sites",
    "status_of_dead",
)
CASUALTY_SUBJECTS = ("killed", "injured")
# Subjects whose figures count the same thing whoever gives them, so that they make a range.
COUNT_SUBJECTS = (*CASUALTY_SUBJECTS, "sites")
# Subjects of which a claimant may name a position, and the columns that hold it.
POSITION_SUBJECTS = ("place", "sites", "origin")
POSITION_COLUMNS = ("latitude", "longitude", "location_uncertainty_km", "area")
GRADES = ("acknowledged", "several_sources", "single_source", "disputed", "not_assessed")
# Coded by a data provider from many reports: shown beside the claims, never pooled with them.
PROVIDERS = ("ACLED", "UCDP")

# Reserved source: the record knows the claim, and not who printed it.
NOT_RECORDED = "not-recorded"

SEPARATOR = ";"


def split(cell: str) -> tuple[str, ...]:
    """Return the values of a ``;``-separated cell, stripped, without empty ones."""
    return tuple(part.strip() for part in cell.split(SEPARATOR) if part.strip())


@dataclass(frozen=True)
class Column:
    """What the cells of a column may hold.

    Parameters
    ----------
    is_number
        A float, where ``NaN`` is an empty cell; else text.
    is_required
        No cell is empty.
    is_unique
        No two cells are the same.
    allowed
        The only texts, the empty one among them where a cell may be empty; any if there are none.
    low, high
        Least and largest number.
    """

    is_number: bool = False
    is_required: bool = False
    is_unique: bool = False
    allowed: tuple[str, ...] = ()
    low: float = -np.inf
    high: float = np.inf

    def holds(self, cells: pd.Series) -> bool:
        """Return whether no cell has a fault."""
        if cells.dtype != (float if self.is_number else "str"):
            return False
        if self.is_number:
            numbers = cells.to_numpy()
            return bool((np.isnan(numbers) | ((numbers >= self.low) & (numbers <= self.high))).all())
        return not (
            cells.isna().any()
            or (self.is_required and (cells == "").any())
            or (self.allowed and not cells.isin(self.allowed).all())
            or (self.is_unique and not cells.is_unique)
        )

    def pandera(self) -> Any:
        """Return the column as pandera's, whose checks name their fault."""
        import pandera.pandas as pa  # noqa: PLC0415 - only where there is a fault

        checks = []
        if self.is_required:
            checks.append(pa.Check.str_length(min_value=1, error="is empty"))
        if self.allowed:
            words = ", ".join(value for value in self.allowed if value)
            checks.append(pa.Check.isin(self.allowed, error=f"is not one of {words}"))
        if self.high < np.inf:
            between = f"is not between {self.low:g} and {self.high:g}"
            checks.append(pa.Check.in_range(self.low, self.high, error=between))
        elif self.low > -np.inf:
            checks.append(pa.Check.ge(self.low, error=f"is below {self.low:g}"))
        # A duplicated id rejects every row that carries it: which one is right, nobody can know.
        return pa.Column(
            float if self.is_number else str,
            checks,
            nullable=self.is_number,
            unique=self.is_unique,
            report_duplicates="all",
        )


@dataclass(frozen=True)
class Table:
    """The columns of a table by name, in their order."""

    name: str
    columns: Mapping[str, Column]

    def holds(self, frame: pd.DataFrame) -> bool:
        """Return whether a frame has all columns and no cell with a fault: the quick answer of most."""
        return all(name in frame and column.holds(frame[name]) for name, column in self.columns.items())

    @cached_property
    def pandera(self) -> Any:
        """The table as pandera's schema, which names the row and the reason of each fault."""
        import pandera.pandas as pa  # noqa: PLC0415 - only where there is a fault

        columns = {name: column.pandera() for name, column in self.columns.items()}
        return pa.DataFrameSchema(columns, name=self.name)


def _text(*, required: bool = False) -> Column:
    return Column(is_required=required)


def _choice(values: tuple[str, ...], *, empty: bool = False) -> Column:
    return Column(allowed=(*values, "") if empty else values)


def _number(low: float = -np.inf, high: float = np.inf) -> Column:
    return Column(is_number=True, low=low, high=high)


def _unique_id() -> Column:
    return Column(is_required=True, is_unique=True)


EVENTS = Table(
    "events",
    {
        "event_id": _unique_id(),
        "title": _text(required=True),
        "event_type": _choice(EVENT_TYPES),
        "role": _choice(ROLES),
        "start": _text(required=True),
        "end": _text(),
        "time_zone": _text(),
        "time_precision": _choice(TIME_PRECISIONS, empty=True),
        "place_name": _text(),
        "latitude": _number(-90, 90),
        "longitude": _number(-180, 180),
        "location_precision": _choice(LOCATION_PRECISIONS),
        "location_uncertainty_km": _number(0),
        "area": _text(),
        "country_iso3": _text(),
        "admin1": _text(),
        "admin2": _text(),
        "actors": _text(),
        "summary": _text(),
        "source_ids": _text(),
        "extra": _text(),
    },
)

ATTACKS = Table(
    "attacks",
    {
        "attack_id": _unique_id(),
        "event_id": _text(required=True),
        "attacker": _text(),
        "target_actor": _text(),
        "attribution": _choice(ATTRIBUTIONS, empty=True),
        "weapon": _text(),
        "munitions": _number(0),
        "origin_basis": _choice(ORIGIN_BASES),
        "origin_claimant": _text(),
        "origin_status": _choice(ORIGIN_STATUSES, empty=True),
        "origin_name": _text(),
        "origin_latitude": _number(-90, 90),
        "origin_longitude": _number(-180, 180),
        "origin_area": _text(),
        "origin_azimuth_deg": _number(0, 360),
        "origin_azimuth_tolerance_deg": _number(0, 180),
        "weapon_range_km": _number(0),
        "alternative_group": _text(),
        "source_ids": _text(),
    },
)

CLAIMS = Table(
    "claims",
    {
        "claim_id": _unique_id(),
        "event_id": _text(required=True),
        "claimant": _text(required=True),
        "subject": _choice(CLAIM_SUBJECTS),
        "value_min": _number(0),
        "value_max": _number(0),
        "value_best": _number(0),
        "category": _text(),
        "claimed_at": _text(),
        "supersedes": _text(),
        "excluded_reason": _text(),
        "grade": _choice(GRADES),
        "text": _text(),
        "source_id": _text(),
        "latitude": _number(-90, 90),
        "longitude": _number(-180, 180),
        "location_uncertainty_km": _number(0),
        "area": _text(),
    },
)

SOURCES = Table(
    "sources",
    {
        "source_id": _unique_id(),
        "publisher": _text(required=True),
        "title": _text(),
        "url": _text(),
        "published": _text(),
        "accessed": _text(),
        "licence": _text(),
        "relays": _text(),
    },
)

TABLES: dict[str, Table] = {
    "events": EVENTS,
    "attacks": ATTACKS,
    "claims": CLAIMS,
    "sources": SOURCES,
}

REQUIRED: dict[str, tuple[str, ...]] = {
    "events": ("event_id", "title", "event_type", "start"),
    "attacks": ("attack_id", "event_id"),
    "claims": ("claim_id", "event_id", "claimant", "subject"),
    "sources": ("source_id", "publisher"),
}

# What an empty cell, or a missing optional column, means.
DEFAULTS: dict[str, dict[str, str]] = {
    "events": {"role": "core", "location_precision": "unknown"},
    "attacks": {"origin_basis": "unknown", "attribution": "unattributed"},
    "claims": {"grade": "not_assessed"},
    "sources": {},
}


# Written only where a row fills one of them: most cases have none.
OPTIONAL: dict[str, tuple[str, ...]] = {"claims": POSITION_COLUMNS}


def number_columns(table: str) -> tuple[str, ...]:
    """Return the names of the number columns of ``table``, in schema order."""
    return tuple(name for name, column in TABLES[table].columns.items() if column.is_number)


JOIN_COLUMNS = (
    "adm0_id",
    "adm0_name",
    "adm1_id",
    "adm1_name",
    "adm2_id",
    "adm2_name",
    "join_method",
    "join_distance_km",
    "join_flags",
)

DIRECTION_COLUMNS = (
    "bearing_deg",
    "arrival_bearing_deg",
    "from_deg",
    "from_min_deg",
    "from_max_deg",
    "from_compass",
    "from_text",
    "distance_min_km",
    "distance_max_km",
    "border_distance_min_km",
    "border_distance_max_km",
    "direction_status",
    "inferred_rule",
)

RANGE_COLUMNS = (
    "killed_low",
    "killed_high",
    "killed_open",
    "killed_text",
    "injured_low",
    "injured_high",
    "injured_open",
    "injured_text",
    "claims_count",
    "claimants_count",
)
