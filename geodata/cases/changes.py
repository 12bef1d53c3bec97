"""What an edit changed, and the line that a reader of the published case is owed for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Literal

from geodata import boundaries, schema
from geodata.errors import BoundaryError

if TYPE_CHECKING:
    from geodata.cases.edit import CaseDraft
    from geodata.cases.meta import CaseMeta

Kind = Literal["added", "changed", "removed"]

# Claims on these carry the figures of a case.
FIGURE_SUBJECTS = (*schema.CASUALTY_SUBJECTS, "sites")
_FIGURES = {
    "value_min": "lowest figure",
    "value_max": "highest figure",
    "value_best": "best figure",
    "category": "who is counted",
    "excluded_reason": "reason for exclusion",
    "supersedes": "superseded claim",
    "subject": "subject of the claim",
    "claimant": "claimant",
}
_TIMES = {
    "start": "start",
    "end": "end",
    "time_zone": "time zone",
    "time_precision": "precision of the time",
}
_PLACES = {
    "place_name": "place name",
    "latitude": "latitude",
    "longitude": "longitude",
    "location_precision": "precision of the place",
    "location_uncertainty_km": "uncertainty of the place in km",
    "area": "area",
}
_ORIGINS = {
    "munitions": "number of munitions",
    "origin_basis": "basis of the origin",
    "origin_name": "origin",
    "origin_latitude": "latitude of the origin",
    "origin_longitude": "longitude of the origin",
    "origin_area": "area of the origin",
    "origin_azimuth_deg": "azimuth towards the origin",
    "origin_azimuth_tolerance_deg": "tolerance of that azimuth",
}
# What a reader may have quoted, by table; what else changes needs no line in the log.
QUOTED: dict[str, dict[str, str]] = {
    "events": {**_TIMES, **_PLACES},
    "attacks": _ORIGINS,
    "claims": {**_FIGURES, **{column: f"claimed {_PLACES[column]}" for column in schema.POSITION_COLUMNS}},
}


@dataclass(frozen=True)
class Change:
    """One cell, row or key of the head that differs between two drafts.

    Parameters
    ----------
    kind
        "changed" is one cell; "added" and "removed" are one whole row, ``column`` then empty.
    table
        A table of the schema, or "case" for the head.
    id
        Of the row; the key for the head.
    column, old, new
        The cell, as text; for an added row ``new`` sums it up, for a removed one ``old`` does.
    event_id, event_title
        The event that the row is or belongs to; empty for sources and the head.
    about
        What the row is, for claims and attacks: "killed, says the police".
    published
        Whether the event stood in the older draft: readers may have its figures already.
    is_figure
        Whether the row is, or was, a claim on the killed, the injured or the sites.
    """

    kind: Kind
    table: str
    id: str
    column: str
    old: str
    new: str
    event_id: str = ""
    event_title: str = ""
    about: str = ""
    published: bool = False
    is_figure: bool = False

    @property
    def is_correction(self) -> bool:
        """Whether a figure, place, time or origin of a published event changed."""
        is_quoted = self.kind != "changed" or self.column in QUOTED.get(self.table, {})
        is_quotable = self.table in QUOTED and (
            self.table != "claims" or self.is_figure or self.column in schema.POSITION_COLUMNS
        )
        return self.published and is_quotable and is_quoted

    @property
    def head(self) -> str:
        """What the change is about: event and claim, for a reader who has never seen a column name."""
        place = "The case" if self.table == "case" else f"{self.table[:-1].capitalize()} {self.id}"
        return f"{self.event_title or place}{': ' + self.about if self.about else ''}"

    @property
    def what(self) -> str:
        """What changed: "area was Panjgur, is now Kech"."""
        if self.kind != "changed":
            sum_up = f" ({self.new})" if self.new else f" (was {self.old})" if self.old else ""
            return f"{self.table[:-1]} {self.kind}{sum_up}"
        name = QUOTED.get(self.table, {}).get(self.column, self.column.replace("_", " "))
        old, new = (_value(self.column, value) for value in (self.old, self.new))
        return f"{name} was {old}, is now {new}"

    def words(self) -> str:
        """Return the change as one line."""
        return f"{self.head}: {self.what}"


def changes(old: CaseDraft, new: CaseDraft) -> tuple[Change, ...]:
    """Return what differs between two drafts of a case: the head first, then table by table."""
    found = [*_head_changes(old.meta, new.meta)]
    for table in schema.TABLES:
        before, after = old.tables[table], new.tables[table]
        for row_id in [*before, *(key for key in after if key not in before)]:
            found += _row_changes(table, row_id, old, new)
    return tuple(found)


def _head_changes(old: CaseMeta, new: CaseMeta) -> Iterable[Change]:
    for item in fields(old):
        one, other = getattr(old, item.name), getattr(new, item.name)
        if one != other and item.name not in ("information_stated", "party_zones"):
            yield Change("changed", "case", item.name, item.name, _head_text(one), _head_text(other))


def _head_text(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(_head_text(item) for item in value)
    date, text = getattr(value, "date", None), getattr(value, "text", None)
    if date is not None and text is not None:
        return f"{date}: {text}"
    return "" if value is None else str(value)


def _row_changes(table: str, row_id: str, old: CaseDraft, new: CaseDraft) -> Iterable[Change]:
    before, after = old.tables[table].get(row_id), new.tables[table].get(row_id)
    row = after or before or {}
    event_id = row.get("event_id", "")
    event = new.tables["events"].get(event_id) or old.tables["events"].get(event_id) or {}
    subjects = {item["subject"] for item in (before, after) if item and table == "claims"}
    same = Change(
        "changed",
        table,
        row_id,
        column="",
        old="",
        new="",
        event_id=event_id,
        event_title=event.get("title", ""),
        about=_about(table, before or row),
        published=event_id in old.tables["events"],
        is_figure=not subjects.isdisjoint(FIGURE_SUBJECTS),
    )
    if before is None:
        yield replace(same, kind="added", new=_summary(table, row))
    elif after is None:
        yield replace(same, kind="removed", old=_summary(table, row))
    else:
        for column in new.columns[table]:
            one, other = before.get(column, ""), after.get(column, "")
            if one != other:
                yield replace(same, column=column, old=one, new=other)


def _about(table: str, row: Mapping[str, str]) -> str:
    if table == "claims":
        return f"{row['subject'].replace('_', ' ')}, says {row['claimant']}"
    if table == "attacks":
        return f"attack by {row['attacker'] or 'an attacker who is not stated'}"
    return ""


def _summary(table: str, row: Mapping[str, str]) -> str:
    if table == "claims":
        low, high = row["value_min"], row["value_max"]
        if not low:
            return "no figure"
        return f"{low} or more" if not high else low if low == high else f"{low} to {high}"
    column = {"events": "start", "attacks": "weapon", "sources": "publisher"}[table]
    return row[column]


def _value(column: str, value: str) -> str:
    if not value:
        return "not stated"
    if column in ("area", "origin_area"):
        try:
            return boundaries.unit(value).name
        except BoundaryError:
            return value
    return value if re.fullmatch(r"[-\d.]+", value) else f'"{value}"'


def needs_correction(found: Iterable[Change]) -> bool:
    """Return whether a line in the corrections log is owed."""
    return any(change.is_correction for change in found)


def suggested_correction(found: Iterable[Change]) -> str:
    """Return a line for the corrections log, empty where none is owed.

    It says what changed of the events that were published. Why, only the editor can add.
    """
    said: dict[str, list[str]] = {}
    for change in found:
        if change.is_correction:
            said.setdefault(change.head, []).append(change.what)
    return " ".join(f"{head}: {'; '.join(what)}." for head, what in said.items())


def next_version(version: str) -> str:
    """Return a version with its last number raised; what is no row of numbers stays as it is.

    Examples
    --------
    >>> next_version("1.0"), next_version("2.9.9"), next_version("draft")
    ('1.1', '2.9.10', 'draft')
    """
    if not re.fullmatch(r"\d+(\.\d+)*", version):
        return version
    head, dot, last = version.rpartition(".")
    return f"{head}{dot}{int(last) + 1}"
