"""Which column of a foreign table is which of ours, and what its words mean: kept, changed, used again."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field, replace
from typing import Any

from geodata import schema
from geodata.boundaries.packs import suggest
from geodata.days import zone
from geodata.errors import InputError, UsageError

VERSION = 1
# What a column can be. Actors may stand in several columns, all others in one.
FIELDS = (
    "event_id",
    "title",
    "event_type",
    "start",
    "end",
    "time",
    "time_zone",
    "latitude",
    "longitude",
    "coordinates",
    "location_precision",
    "country",
    "admin1",
    "admin2",
    "pcode",
    "place_name",
    "actors",
    "killed",
    "injured",
    "source",
    "url",
    "summary",
)
SEVERAL = ("actors",)
_VALUES = {"event_types": schema.EVENT_TYPES, "precisions": schema.LOCATION_PRECISIONS}
_TEXTS = ("date_order", "time_zone", "claimant")
_ORDERS = ("", "dmy", "mdy", "ymd")


@dataclass(frozen=True)
class Mapping:
    """How a table of somebody else is read.

    Parameters
    ----------
    columns
        Their columns by our field, one of ``FIELDS``.
    event_types, precisions
        Our value by theirs. What is not listed is ``other``, and ``unknown``.
    date_order
        dmy, mdy or ymd; empty: decided from the column.
    time_zone
        IANA zone of all rows that name none.
    claimant
        Who says the figures of killed and injured; empty: the file.
    swap_coordinates
        Whether the two coordinates stand in each other's columns.
    """

    columns: AnyMapping[str, tuple[str, ...]]
    event_types: AnyMapping[str, str] = field(default_factory=dict)
    precisions: AnyMapping[str, str] = field(default_factory=dict)
    date_order: str = ""
    time_zone: str = ""
    claimant: str = ""
    swap_coordinates: bool = False

    def column(self, name: str) -> str:
        """Return the column of a field, ``""`` where it has none."""
        found = self.columns.get(name, ())
        return found[0] if found else ""

    def changed(self, **changes: Any) -> Mapping:
        """Return the mapping with other parts; empty ones change nothing."""
        return replace(self, **{name: value for name, value in changes.items() if value})

    def as_dict(self) -> dict[str, Any]:
        """Return the mapping as it is saved."""
        columns = {
            name: list(self.columns[name]) if name in SEVERAL else self.column(name)
            for name in FIELDS
            if self.columns.get(name)
        }
        return {
            "strikemap_mapping": VERSION,
            "columns": columns,
            "event_types": dict(self.event_types),
            "precisions": dict(self.precisions),
            "date_order": self.date_order,
            "time_zone": self.time_zone,
            "claimant": self.claimant,
            "swap_coordinates": self.swap_coordinates,
        }

    def to_json(self) -> str:
        """Return the mapping as JSON, one way to write it."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n"


def read_mapping(text: str, file: str = "mapping") -> Mapping:
    """Return a mapping saved as JSON, or written as TOML; ``guesses`` and other notes are passed over.

    Raises
    ------
    InputError
        Naming the key that is wrong, and the one that may be meant.
    """
    try:
        given = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"is no mapping: {error}", file=file, remedy="Save one with check FILE --save-mapping map.json"
        ) from error
    if not isinstance(given, dict) or not isinstance(given.get("columns"), dict):
        raise InputError(
            "has no table of columns",
            file=file,
            column="columns",
            remedy='Write for example {"strikemap_mapping": 1, "columns": {"start": "Date"}}',
        )
    if given.get("strikemap_mapping", VERSION) != VERSION:
        raise InputError(
            "is of another version",
            file=file,
            column="strikemap_mapping",
            value=given["strikemap_mapping"],
            remedy=f"This program reads version {VERSION}",
        )
    date_order, time_zone, claimant = (_text(given, name, file) for name in _TEXTS)
    if date_order not in _ORDERS:
        raise InputError(
            "is not a known order",
            file=file,
            column="date_order",
            value=date_order,
            remedy="Use dmy, mdy or ymd, or leave it empty",
        )
    _check_zone(time_zone, file)
    swap = given.get("swap_coordinates", False)
    if not isinstance(swap, bool):
        raise InputError(
            "is neither true nor false", file=file, column="swap_coordinates", value=swap, remedy="Use one"
        )
    return Mapping(
        _columns(given["columns"], file),
        event_types=_values(given, "event_types", file),
        precisions=_values(given, "precisions", file),
        date_order=date_order,
        time_zone=time_zone,
        claimant=claimant,
        swap_coordinates=swap,
    )


def _check_zone(name: str, file: str) -> None:
    if name:
        try:
            zone(name)
        except ValueError as error:
            raise InputError(
                "is not an IANA time zone",
                file=file,
                column="time_zone",
                value=name,
                remedy="Write a name like Asia/Karachi",
            ) from error


def _text(given: dict[str, Any], name: str, file: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise InputError("is not a text", file=file, column=name, value=value, remedy="Write it in quotes")
    return value.strip()


def _columns(given: dict[str, Any], file: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in given.items():
        if name not in FIELDS:
            raise InputError(
                "is no field that a column can be",
                file=file,
                column=f"columns.{name}",
                remedy=suggest(name, list(FIELDS)).capitalize() or f"Use {', '.join(FIELDS)}",
            )
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in listed) or (len(listed) > 1 and name not in SEVERAL):
            what = "a column, or a list of them" if name in SEVERAL else "one column"
            raise InputError(
                f"is not {what}", file=file, column=f"columns.{name}", value=value, remedy="Name it in quotes"
            )
        if kept := tuple(item.strip() for item in listed if item.strip()):
            found[name] = kept
    return found


def _values(given: dict[str, Any], name: str, file: str) -> dict[str, str]:
    table, allowed = given.get(name, {}), _VALUES[name]
    if not isinstance(table, dict):
        raise InputError(
            "is no table of values", file=file, column=name, value=table, remedy='Write {"theirs": "ours"}'
        )
    for theirs, ours in table.items():
        if ours not in allowed:
            raise InputError(
                "is not a value of ours",
                file=file,
                column=f"{name}.{theirs}",
                value=ours,
                remedy=f"Use {', '.join(allowed)}",
            )
    return dict(table)


def require_columns(mapping: Mapping, header: Iterable[str], file: str) -> None:
    """Refuse a mapping that names a column that the table has not.

    Raises
    ------
    UsageError
        With the column that may be meant.
    """
    known = list(header)
    for name in FIELDS:
        for column in mapping.columns.get(name, ()):
            if column not in known:
                raise UsageError(
                    f"the table has no such column, which the mapping takes for {name}",
                    file=file,
                    column="mapping",
                    value=column,
                    remedy=suggest(column, known) or f"It has: {', '.join(known[:30])}",
                )
