"""The rules of a case that go beyond one cell; each yields (column, reason, remedy)."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import pandas as pd

from geodata import boundaries
from geodata.days import event_time
from geodata.direction import origin_faults
from geodata.errors import BoundaryError
from geodata.readers.validate import Draft, RowRule, reads
from geodata.report import RowWarning
from geodata.schema import POINT_PRECISIONS, POSITION_COLUMNS, POSITION_SUBJECTS, PROVIDERS, split

Row = dict[str, object]
Faults = Iterator[tuple[str, str, str]]

_AREA_PRECISIONS = ("admin2", "admin1", "country", "region", "sea_or_air")


def _has(row: Row, column: str) -> bool:
    value = row[column]
    return not math.isnan(value) if isinstance(value, float) else bool(value)


def time_rule(default_zone: str) -> RowRule:
    """Return the rule that start, end, zone and precision make a time."""

    @reads("start", "end", "time_zone", "time_precision")
    def rule(row: Row) -> Faults:
        zone_name = str(row["time_zone"]) or default_zone
        start, end, precision = str(row["start"]), str(row["end"]), str(row["time_precision"])
        for column, first, last, known in (
            ("start", start, "", ""),
            ("end", end or start, "", ""),
            ("start", start, end, precision),
        ):
            try:
                event_time(first, last, precision=known, zone_name=zone_name)
            except ValueError as error:
                reason = str(error)
                if "time zone" in reason:
                    yield "time_zone", "is not an IANA time zone", "Write a name like Asia/Karachi."
                else:
                    yield column, reason, _time_remedy(reason)
                return

    return rule


def _time_remedy(reason: str) -> str:
    if reason.startswith("is after end"):
        return "Swap start and end, or leave end empty."
    if "time of day" in reason:
        return "Use time_precision day, or give the time."
    return "Write 2024-01-16 or 2024-01-16T18:00, in local time."


@reads("latitude", "longitude", "area", "location_precision")
def place_rule(row: Row) -> Faults:
    """Demand that coordinates come in pairs, and that an event known to an area has none."""
    yield from area_rule(row, "area")
    precision = str(row["location_precision"])
    has_lat, has_lon = _has(row, "latitude"), _has(row, "longitude")
    if has_lat != has_lon:
        missing = "longitude" if has_lat else "latitude"
        yield missing, "is empty, the other coordinate is not", "Give both coordinates or neither."
    elif precision in POINT_PRECISIONS and not has_lat:
        yield (
            "location_precision",
            "needs coordinates, which are empty",
            "Give latitude and longitude, or name the area with precision admin2, admin1 or country.",
        )
    elif _has(row, "area") and has_lat and precision in _AREA_PRECISIONS:
        yield (
            "area",
            f"stands beside coordinates, but location_precision is {precision!r}",
            "An event known to an area has no coordinates: clear them, or use precision exact or place.",
        )


def area_rule(row: Row, column: str) -> Faults:
    """Demand that a boundary id exists in the packs."""
    unit_id = str(row[column])
    if unit_id:
        try:
            boundaries.unit(unit_id)
        except BoundaryError as error:
            if error.value is None:  # a pack is missing, the id may be right
                raise
            yield column, "is not a known boundary id", _stopped(error.remedy)


def _stopped(sentence: str) -> str:
    ended = sentence if not sentence or sentence.endswith((".", "?", "!")) else f"{sentence}."
    return ended[:1].upper() + ended[1:]


def references(column: str, known: Collection[str], what: str, *, rejected: Collection[str] = ()) -> RowRule:
    """Return the rule that every id in ``column`` exists."""

    @reads(column)
    def rule(row: Row) -> Faults:
        missing = [value for value in split(str(row[column])) if value not in known]
        lost = [value for value in missing if value in rejected]
        unknown = [value for value in missing if value not in rejected]
        if lost:
            yield column, f"names {what} {_quoted(lost)}, which was rejected", f"Mend that {what} first."
        if unknown:
            yield (
                column,
                f"names {what} {_quoted(unknown)}, which does not exist",
                "Correct the id, or add the row.",
            )

    return rule


def _quoted(values: list[str]) -> str:
    return ", ".join(map(repr, values[:5])) + (f" and {len(values) - 5} more" if len(values) > 5 else "")


_BASIS_NEEDS = {
    "stated_point": ("origin_latitude", "origin_longitude"),
    "stated_area": ("origin_area",),
    "stated_direction": ("origin_azimuth_deg", "origin_azimuth_tolerance_deg"),
    "attacker_territory": ("origin_area",),
}


_ORIGIN_DATA = ("origin_latitude", "origin_area", "origin_azimuth_deg")


def origin_rule(inferred_rule: str) -> RowRule:
    """Return the rule that a basis has its data, its source and, if inferred, its decision."""

    def rule(row: Row) -> Faults:
        yield from area_rule(row, "origin_area")
        basis = str(row["origin_basis"])
        for column in _BASIS_NEEDS.get(basis, ()):
            if not _has(row, column):
                yield (
                    column,
                    f"is empty, but origin_basis is {basis!r}",
                    "Fill it in, or use origin_basis unknown.",
                )
        if basis == "inferred" and not any(_has(row, column) for column in _ORIGIN_DATA):
            yield (
                "origin_basis",
                "is 'inferred', but there is no point, area or azimuth",
                "Give what the rule leads to, or use origin_basis unknown.",
            )
        if _has(row, "weapon_range_km") and row["weapon_range_km"] == 0.0:
            yield "weapon_range_km", "is 0", "Give the kilometres that were stated, or leave it empty."
        if _has(row, "origin_latitude") != _has(row, "origin_longitude"):
            yield "origin_latitude", "and origin_longitude come together", "Give both or neither."
        if basis != "unknown" and not _has(row, "source_ids"):
            yield "source_ids", f"is empty, but origin_basis is {basis!r}", "Cite who says so."
        if basis == "inferred" and not inferred_rule:
            yield (
                "origin_basis",
                "is 'inferred', but the case has no rule for it",
                "State the rule as inferred_rule under [direction] in case.toml.",
            )

    return rule


def check_origins(attacks: Draft, events: Draft, *, inferred_rule: str) -> None:
    """Reject attacks whose origin contradicts its target or weapon, all rows at once.

    Rejected rows are not judged again: their origin or event may be what is wrong.
    """
    for fault in origin_faults(attacks.frame, events.frame, inferred_rule=inferred_rule):
        attacks.reject(fault.label, fault.column, fault.reason, fault.remedy)
    attacks.drop_faulty()


@reads("value_min", "value_max", "value_best", "claimed_at")
def claim_rule(row: Row) -> Faults:
    """Demand that a figure's least is not above its most, that no figure lacks its least, and a real day."""
    low, high, best = (float(str(row[name])) for name in ("value_min", "value_max", "value_best"))
    if low > high:
        yield "value_min", f"is above value_max {high:g}", "Swap them; leave value_max empty for 'at least'."
    if math.isnan(low) and not math.isnan(high):
        yield "value_min", "is empty, value_max is not", "Give both, or only value_min for 'at least'."
    elif math.isnan(low) and not math.isnan(best):
        yield (
            "value_min",
            "is empty, value_best is not",
            "Give value_min, and value_max unless it is 'at least'.",
        )
    claimed_at = str(row["claimed_at"])
    if claimed_at and not _is_local_time(claimed_at):
        yield (
            "claimed_at",
            "is neither a day nor a local time",
            "Write 2024-01-18 or 2024-01-18T16:30, without a zone, or leave it empty.",
        )


@reads("subject", *POSITION_COLUMNS)
def claim_position_rule(row: Row) -> Faults:
    """Demand that a claimed position is a point or an area, and of a claim that can have one."""
    yield from area_rule(row, "area")
    given = [column for column in POSITION_COLUMNS if _has(row, column)]
    if given and row["subject"] not in POSITION_SUBJECTS:
        yield (
            given[0],
            f"stands on a claim on {row['subject'] or 'nothing'}",
            f"Only claims on {', '.join(POSITION_SUBJECTS)} have one: clear it, or correct the subject.",
        )
        return
    has_lat, has_lon = _has(row, "latitude"), _has(row, "longitude")
    if has_lat != has_lon:
        missing = "longitude" if has_lat else "latitude"
        yield missing, "is empty, the other coordinate is not", "Give both coordinates or neither."
    elif has_lat and _has(row, "area"):
        yield "area", "stands beside coordinates", "A claim names a point or an area: clear one of them."
    elif _has(row, "location_uncertainty_km") and not has_lat:
        yield (
            "location_uncertainty_km",
            "stands without coordinates",
            "Give latitude and longitude, or clear it.",
        )


def _is_local_time(text: str) -> bool:
    """Return whether a text sorts as a time: figures of one claimant are ordered by it."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?", text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


class ClaimKey(NamedTuple):
    """What a claim must share with one that it supersedes."""

    event_id: str
    subject: str
    claimant: str


def supersedes_rule(claims_of: Mapping[str, ClaimKey], *, rejected: Collection[str] = ()) -> RowRule:
    """Return the rule that a claim supersedes another one of the same event and subject.

    Parameters
    ----------
    claims_of
        Claims that stand so far, by id.
    rejected
        Ids of claims that were rejected. To name one is no fault of this row.
    """

    def rule(row: Row) -> Faults:
        for value in split(str(row["supersedes"])):
            older = claims_of.get(value)
            if value == row["claim_id"]:
                yield "supersedes", "names its own claim", "Name the older claim, or leave it empty."
            elif older is None:
                if value not in rejected:
                    yield "supersedes", f"names claim {value!r}, which does not exist", "Correct the id."
            elif older.event_id != row["event_id"]:
                yield "supersedes", f"names claim {value!r} of another event", "Correct the id."
            elif older.subject != row["subject"]:
                yield (
                    "supersedes",
                    f"names claim {value!r} on {older.subject}, this one is on {row['subject']}",
                    "A claim supersedes one on its own subject: correct the id or the subject.",
                )
            elif (older.claimant in PROVIDERS) != (row["claimant"] in PROVIDERS):
                yield (
                    "supersedes",
                    f"names claim {value!r} of {older.claimant}, this one is of {row['claimant']}",
                    "A data provider's coding and a claim do not replace each other: leave it empty.",
                )

    return rule


def cycle_rule(supersedes: Mapping[str, Sequence[str]]) -> RowRule:
    """Return the rule that no claim supersedes itself by way of others: all of them would be lost."""
    knotted = _knotted(supersedes)

    def way_round(start: str) -> tuple[str, ...]:
        ways: list[tuple[str, ...]] = [(start,)]
        seen = {start}
        while ways:
            way = ways.pop()
            for older in supersedes.get(way[-1], ()):
                if older == start:
                    return (*way, start)
                if older not in seen:
                    seen.add(older)
                    ways.append((*way, older))
        return ()

    def rule(row: Row) -> Faults:
        claim_id = str(row["claim_id"])
        way = way_round(claim_id) if claim_id in knotted else ()
        if way:
            yield (
                "supersedes",
                f"goes round in a circle: {_shortened(way)}",
                "Each claim names the older one; the oldest names none.",
            )

    return rule


def _knotted(supersedes: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the claims that lead into a circle: a long chain is looked through once, not once a claim."""
    waiting = {claim: len(set(older)) for claim, older in supersedes.items()}
    newer: dict[str, set[str]] = {}
    for claim, names in supersedes.items():
        for name in names:
            newer.setdefault(name, set()).add(claim)
    ends = [claim for claim, left in waiting.items() if not left]
    ends += [name for name in newer if name not in waiting]
    while ends:
        for claim in newer.get(ends.pop(), ()):
            waiting[claim] -= 1
            if not waiting[claim]:
                ends.append(claim)
    return {claim for claim, left in waiting.items() if left}


def _shortened(way: tuple[str, ...]) -> str:
    shown = way if len(way) <= 9 else (*way[:4], "…", *way[-4:])
    return " → ".join(shown)


def warn_where(draft: Draft, code: str, message: str, which: pd.Series) -> None:
    """Add one warning with the rows of the table that ``which`` marks, if any."""
    rows = tuple(int(row) for row in draft.frame.index[which.to_numpy(dtype=bool)])
    if rows:
        draft.warnings.append(RowWarning(code, message, rows))
