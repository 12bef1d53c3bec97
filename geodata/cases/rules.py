"""The rules of a case that go beyond one cell; each yields (column, reason, remedy)."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from geodata import boundaries
from geodata.days import event_time
from geodata.errors import BoundaryError
from geodata.readers.validate import Draft, RowRule
from geodata.report import RowWarning
from geodata.schema import POINT_PRECISIONS, split

Row = dict[str, object]
Faults = Iterator[tuple[str, str, str]]

_AREA_PRECISIONS = ("admin2", "admin1", "country", "region", "sea_or_air")


def _has(row: Row, column: str) -> bool:
    value = row[column]
    return not math.isnan(value) if isinstance(value, float) else bool(value)


def time_rule(default_zone: str) -> RowRule:
    """Return the rule that start, end, zone and precision make a time."""

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


def claim_rule(row: Row) -> Faults:
    """Demand that a figure's least is not above its most, and that a most has a least."""
    low, high = float(str(row["value_min"])), float(str(row["value_max"]))
    if low > high:
        yield "value_min", f"is above value_max {high:g}", "Swap them; leave value_max empty for 'at least'."
    if math.isnan(low) and not math.isnan(high):
        yield "value_min", "is empty, value_max is not", "Give both, or only value_min for 'at least'."


def supersedes_rule(events_of: dict[str, str]) -> RowRule:
    """Return the rule that a claim supersedes another claim on the same event."""

    def rule(row: Row) -> Faults:
        for value in split(str(row["supersedes"])):
            if value == row["claim_id"]:
                yield "supersedes", "names its own claim", "Name the older claim, or leave it empty."
            elif value not in events_of:
                yield "supersedes", f"names claim {value!r}, which does not exist", "Correct the id."
            elif events_of[value] != row["event_id"]:
                yield "supersedes", f"names claim {value!r} of another event", "Correct the id."

    return rule


def cycle_rule(supersedes: Mapping[str, Sequence[str]]) -> RowRule:
    """Return the rule that no claim supersedes itself by way of others: all of them would be lost."""

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
        way = way_round(str(row["claim_id"]))
        if way:
            yield (
                "supersedes",
                f"goes round in a circle: {' → '.join(way)}",
                "Each claim names the older one; the oldest names none.",
            )

    return rule


def warn_where(draft: Draft, code: str, message: str, test: Callable[[Row], bool]) -> None:
    """Add one warning with the rows for which ``test`` holds."""
    records = draft.frame.to_dict("records")
    rows = tuple(
        int(number)
        for number, row in zip(draft.frame.index, records, strict=True)
        if test({str(k): v for k, v in row.items()})
    )
    if rows:
        draft.warnings.append(RowWarning(code, message, rows))
