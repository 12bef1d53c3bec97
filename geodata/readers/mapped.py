"""A foreign table under our names: events with their claims and sources, and what could not be read.

Nothing is filled in that nobody stated, but an id by the row's number, a title from kind and
place, and a boundary where names or codes mean exactly one. What has no column of ours goes
to ``extra``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import shapely

from geodata import boundaries, schema
from geodata.errors import InputError
from geodata.readers import areas
from geodata.readers.dates import DateForm, When, clock_text, date_form, parse_date, require_order
from geodata.readers.figures import Figure, read_figure
from geodata.readers.mapping import Mapping, require_columns
from geodata.readers.points import PointError, read_point
from geodata.readers.rows import Rows
from geodata.report import Fault, RowWarning

_FIGURES = ("killed", "injured")
# Columns of ours that no other table has: taken where the name is exactly this.
_OURS = ("role", "time_precision", "location_uncertainty_km", "area")
_COLUMNS = {
    "events": tuple(schema.EVENTS.columns),
    "claims": (
        "claim_id",
        "event_id",
        "claimant",
        "subject",
        "value_min",
        "value_max",
        "value_best",
        "text",
        "source_id",
    ),
    "sources": ("source_id", "publisher", "url"),
}
# Ours by theirs, where it is not the same word: for messages about a column that they know.
_FIELD_OF = {"country_iso3": "country", "source_ids": "source"}
_INSIDE = 200  # rows looked at to tell whether points lie in the countries that they state
_WHEN_REMEDY = "Write the date as the rest of the column does."


@dataclass
class Mapped:
    """What came of a table: ours by name, faults by row, and warnings.

    ``names`` is their column by ours. Rows with a fault are in no table.
    """

    tables: dict[str, Rows]
    faults: dict[int, list[Fault]] = field(default_factory=dict)
    warnings: list[RowWarning] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


def map_rows(rows: Rows, mapping: Mapping) -> Mapped:
    """Return a table of somebody else as ours.

    Raises
    ------
    InputError
        If there is no column of dates, their order cannot be told, or most rows are longer
        than the header.
    UsageError
        If the mapping names a column that the table has not.
    """
    require_columns(mapping, rows.header, rows.file)
    refuse_shifted(rows)
    if not mapping.column("start"):
        raise InputError(
            "no column is known to hold dates",
            file=rows.file,
            row=rows.header_row or None,
            column="start",
            remedy="Save the guess with --save-mapping map.json, name the column there as start, and read "
            f"the file with --mapping map.json; the header has {', '.join(rows.header)[:200]}",
        )
    work = _Work(rows, mapping)
    return work.done()


def refuse_shifted(rows: Rows) -> None:
    """Refuse a table most of whose rows are longer than its header: nobody knows which cell is which.

    Raises
    ------
    InputError
        With the first such row.
    """
    width = len(rows.header)
    longer = [number for number, cells in rows.records if any(cells[width:])]
    if len(longer) > 1 and len(longer) * 2 > len(rows.records):
        cells = dict(rows.records)[longer[0]]
        raise InputError(
            f"{len(longer)} of {len(rows.records)} rows have more cells than the header has names "
            f"({len(cells)} and {width} here), so that every column may be shifted",
            file=rows.file,
            row=longer[0],
            remedy="Add the missing name to the header, or quote cells that hold the separator",
        )


class _Work:
    """One reading of one table."""

    def __init__(self, rows: Rows, mapping: Mapping) -> None:
        self.rows, self.mapping = rows, mapping
        self.cells = [(number, _named(rows.header, cells)) for number, cells in rows.records]
        self.faults: dict[int, list[Fault]] = {}
        self.noted: dict[str, list[int]] = {}
        self.types: Counter[tuple[str, str]] = Counter()
        self.forms = {name: self._form(name) for name in ("start", "end") if mapping.column(name)}
        self._share_order()
        self.sources: dict[tuple[str, str], str] = {}
        mapped = {column for columns in mapping.columns.values() for column in columns}
        self.extra = tuple(name for name in rows.header if name and name not in mapped and name not in _OURS)

    def done(self) -> Mapped:
        events, claims = [], []
        for (number, row), record in zip(self.cells, self.rows.records, strict=True):
            if any(record[1][len(self.rows.header) :]):
                self._fault(
                    number,
                    "",
                    f"the row has {len(record[1])} cells, the header {len(self.rows.header)}",
                    "Quote cells that hold the separator; a shifted row cannot be read",
                    row,
                )
                continue
            event = self._event(number, row)
            if number not in self.faults:
                events.append((number, event))
                claims += [(number, claim) for claim in self._claims(number, row, event)]
        swapped = self._warn_swapped(events)
        tables = {
            "events": self._table("events", events),
            "claims": self._table("claims", claims),
            "sources": self._table(
                "sources",
                [
                    (at, {"source_id": source_id, "publisher": publisher, "url": url})
                    for at, ((publisher, url), source_id) in enumerate(self.sources.items(), start=1)
                ],
            ),
        }
        names = {
            ours: self.mapping.column(_FIELD_OF.get(ours, ours)) or self.mapping.column("coordinates")
            if ours in ("latitude", "longitude")
            else self.mapping.column(_FIELD_OF.get(ours, ours))
            for ours in _COLUMNS["events"]
        }
        names = {ours: theirs for ours, theirs in names.items() if theirs and theirs != ours}
        return Mapped(tables, self.faults, [*swapped, *self._warnings()], names)

    def _table(self, name: str, records: Sequence[tuple[int, dict[str, str]]]) -> Rows:
        columns = _COLUMNS[name]
        lines = tuple((number, tuple(row.get(column, "") for column in columns)) for number, row in records)
        return Rows(self.rows.file, columns, lines, self.rows.header_row)

    def _fault(self, number: int, column: str, reason: str, remedy: str, row: dict[str, str]) -> None:
        fault = Fault(number, column, row.get(column, ""), reason, remedy)
        self.faults.setdefault(number, []).append(fault)

    def _note(self, code: str, number: int) -> None:
        self.noted.setdefault(code, []).append(number)

    def _cell(self, row: dict[str, str], name: str) -> str:
        return row.get(self.mapping.column(name), "")

    # -- an event --------------------------------------------------------------------------------

    def _event(self, number: int, row: dict[str, str]) -> dict[str, str]:
        event = {
            name: self._cell(row, name) for name in ("title", "place_name", "summary", "admin1", "admin2")
        }
        event["event_id"] = self._cell(row, "event_id") or f"row-{number}"
        event.update({name: row[name] for name in _OURS if row.get(name)})
        zone_name = self._cell(row, "time_zone") or self.mapping.time_zone
        event["time_zone"] = zone_name
        self._put_times(number, row, event, zone_name)
        stated = self._cell(row, "event_type")
        event["event_type"] = self.mapping.event_types.get(stated, "other") if stated else "other"
        self.types[stated, event["event_type"]] += 1
        actors = [row.get(column, "") for column in self.mapping.columns.get("actors", ())]
        event["actors"] = ";".join(dict.fromkeys(name for cell in actors for name in schema.split(cell)))
        self._put_place(number, row, event)
        if not event["title"]:
            event["title"] = self._title(stated, event, number)
        event["source_ids"] = ";".join(self._cited(row))
        extra = {name: row[name] for name in self.extra if row.get(name)}
        if stated and stated != event["event_type"]:
            extra[self.mapping.column("event_type")] = stated
        precision = self._cell(row, "location_precision")
        if precision and precision != event["location_precision"]:
            extra[self.mapping.column("location_precision")] = precision
        event["extra"] = json.dumps(extra, ensure_ascii=False) if extra else ""
        return event

    def _title(self, stated: str, event: dict[str, str], number: int) -> str:
        kind = (
            stated
            if stated and len(stated) <= 80
            else ("event" if event["event_type"] == "other" else event["event_type"])
        )
        places = (event["place_name"], event["admin2"], event["admin1"], event["country_iso3"])
        place = next((name for name in places if name), "")
        self._note("title_composed", number)
        return (
            f"{kind[:1].upper()}{kind[1:]}, {place}"
            if place
            else f"{kind[:1].upper()}{kind[1:]}, row {number}"
        )

    # -- time ------------------------------------------------------------------------------------

    def _form(self, name: str) -> DateForm:
        column = self.mapping.column(name)
        values = [(number, row[column]) for number, row in self.cells if row.get(column)]
        return date_form(values, order=self.mapping.date_order)

    def _share_order(self) -> None:
        """Take the order of one column for the other where it alone decides; refuse what stays open."""
        known = {form.order for form in self.forms.values() if form.order}
        for name, form in self.forms.items():
            if not form.order and len(known) == 1 and not any(form.conflict):
                column = self.mapping.column(name)
                values = [(number, row[column]) for number, row in self.cells if row.get(column)]
                self.forms[name] = date_form(values, order=next(iter(known)))
        for name, form in self.forms.items():
            column = self.mapping.column(name)
            values = [(number, row[column]) for number, row in self.cells if row.get(column)]
            require_order(form, file=self.rows.file, column=column, values=values)

    def _put_times(self, number: int, row: dict[str, str], event: dict[str, str], zone_name: str) -> None:
        for name, form in self.forms.items():
            column, text = self.mapping.column(name), self._cell(row, name)
            if not text:
                if name == "start":
                    self._fault(number, column, "is empty", f"Fill in {column}.", row)
                continue
            try:
                when = parse_date(text, form, zone_name=zone_name)
            except ValueError as error:
                self._fault(number, column, str(error), _WHEN_REMEDY, row)
                continue
            event[name] = when.text
            if name == "start":
                self._put_clock(number, row, event, when)
        if event.get("end") and "T" in event.get("start", "") and "T" not in event["end"]:
            # The day ends with its last minute, whatever the clock of the start.
            event["end"] = "" if event["end"] == event["start"][:10] else f"{event['end']}T23:59:59"

    def _put_clock(self, number: int, row: dict[str, str], event: dict[str, str], when: When) -> None:
        event["time_precision"] = when.precision or event.get("time_precision", "")
        event["time_zone"] = when.zone or event["time_zone"]
        clock = self._cell(row, "time")
        if clock and "T" not in when.text and not when.precision:
            try:
                event["start"] = f"{when.text}T{clock_text(clock)}"
            except ValueError:
                self._note("time_not_read", number)

    # -- place -----------------------------------------------------------------------------------

    def _put_place(self, number: int, row: dict[str, str], event: dict[str, str]) -> None:
        country = self._cell(row, "country")
        event["country_iso3"] = areas.country_code(country) or country if country else ""
        precision = self._cell(row, "location_precision")
        event["location_precision"] = (
            self.mapping.precisions.get(precision, "unknown") if precision else "unknown"
        )
        point = self._point(number, row)
        if point:
            event["latitude"], event["longitude"] = point
            return
        if event["location_precision"] in schema.POINT_PRECISIONS:
            event["location_precision"] = "unknown"
        pcode = self._cell(row, "pcode")
        names = (event["admin1"], event["admin2"], pcode)
        if not event.get("area") and (any(names) or event["country_iso3"]):
            area = areas.area_of(event["country_iso3"] if country else "", *names)
            if area:
                event["area"] = area
                level = min(boundaries.unit(area).level, 2)
                event["location_precision"] = areas.PRECISION_OF_LEVEL[level]
            else:
                self._note("area_not_found", number)

    def _point(self, number: int, row: dict[str, str]) -> tuple[str, str] | None:
        try:
            point = read_point(row, self.mapping)
        except PointError as error:
            self._fault(number, error.column, error.reason, error.remedy, row)
            return None
        if point and point.is_zero:
            self._note("zero_coordinates", number)
            return None
        return (point.latitude, point.longitude) if point else None

    def _warn_swapped(self, events: Sequence[tuple[int, dict[str, str]]]) -> list[RowWarning]:
        """Say so where no point lies in the country of its row, and nearly all would if exchanged."""
        checked = [
            (number, event["country_iso3"], float(event["longitude"]), float(event["latitude"]))
            for number, event in events
            if event.get("latitude") and boundaries.is_unit(event["country_iso3"])
        ][:_INSIDE]
        if not checked:
            return []
        outlines = {iso3: boundaries.unit_geometry(iso3) for iso3 in {item[1] for item in checked}}
        for outline in outlines.values():
            shapely.prepare(outline)
        is_inside = [outlines[iso3].intersects(shapely.Point(x, y)) for _, iso3, x, y in checked]
        would_be = [outlines[iso3].intersects(shapely.Point(y, x)) for _, iso3, x, y in checked]
        if any(is_inside) or sum(would_be) * 10 < 9 * len(checked):
            return []
        words = (
            "latitude and longitude look swapped: no point lies in the country of its row, and with the two "
            "exchanged they do; nothing was changed (--swap-coordinates exchanges them)"
        )
        return [RowWarning("coordinates_look_swapped", words, tuple(item[0] for item in checked))]

    # -- what is said and by whom ----------------------------------------------------------------

    def _cited(self, row: dict[str, str]) -> list[str]:
        publishers, urls = schema.split(self._cell(row, "source")), schema.split(self._cell(row, "url"))
        if len(urls) == len(publishers):
            pairs = list(zip(publishers, urls, strict=True))
        else:
            pairs = [(name, "") for name in publishers] + [("", url) for url in urls]
            if len(publishers) == 1:
                pairs = [(publishers[0], url) for url in urls] or [(publishers[0], "")]
        found = []
        for publisher, url in pairs:
            key = (publisher or _host(url), url)
            found.append(self.sources.setdefault(key, f"source-{len(self.sources) + 1}"))
        return list(dict.fromkeys(found))

    def _claims(self, number: int, row: dict[str, str], event: dict[str, str]) -> list[dict[str, str]]:
        claims = []
        cited = schema.split(event["source_ids"])
        for subject in _FIGURES:
            text = self._cell(row, subject)
            figure = read_figure(text)
            if figure is None:
                continue
            if figure.high and int(figure.high) < int(figure.low):
                figure = Figure()  # which of the two is wrong, nobody knows; the text keeps both
            if not figure.low:
                self._note("figure_in_words", number)
            claims.append(
                {
                    "claim_id": f"row-{number}-{subject}",
                    "event_id": event["event_id"],
                    "claimant": self.mapping.claimant or _claimant(self.rows.file),
                    "subject": subject,
                    "value_min": figure.low,
                    "value_max": figure.high,
                    "text": f"{self.mapping.column(subject)}: {text}",
                    # Of several sources nobody knows which one printed the figure.
                    "source_id": cited[0] if len(cited) == 1 else "",
                }
            )
        return claims

    # -- warnings --------------------------------------------------------------------------------

    def _warnings(self) -> list[RowWarning]:
        found = [RowWarning(code, _WORDS[code], tuple(numbers)) for code, numbers in self.noted.items()]
        for name, form in self.forms.items():
            column = self.mapping.column(name)
            if form.order and form.kind == "numeric":
                said = "as asked" if self.mapping.date_order else "decided from the whole column"
                found.append(
                    RowWarning("date_order", f"dates of {column!r} were read as {form.order}, {said}")
                )
            if form.two_digits:
                found.append(
                    RowWarning(
                        "two_digit_years",
                        f"years of {column!r} have two digits: 69 to 99 are 19.., others 20..",
                    )
                )
        if self.mapping.column("event_type"):
            told = "; ".join(
                f"{stated or '(empty)'} → {ours} ({count})"
                for (stated, ours), count in self.types.most_common(20)
            )
            found.append(RowWarning("event_types", f"kinds of event were read so: {told}"))
        elif self.cells:
            found.append(RowWarning("no_event_type", "no column says the kind of event; all are other"))
        if self.extra:
            listed = ", ".join(map(repr, self.extra[:20]))
            found.append(
                RowWarning(
                    "extra_columns", f"columns without a place of their own are kept in extra: {listed}"
                )
            )
        return found


_WORDS = {
    "title_composed": "a title was made from kind and place",
    "time_not_read": "the time of day is not understood and left out; the day stands",
    "zero_coordinates": "coordinates 0, 0 stand for none, and were taken so",
    "area_not_found": "its names and codes mean no unit, or several; it has no place on the map",
    "figure_in_words": "killed or injured are told in words, or as a range upside down: no figure",
}


def _named(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(header, cells, strict=False) if name}


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].removeprefix("www.") or url


def _claimant(file: str) -> str:
    return f"table {PurePath(file).stem}"
