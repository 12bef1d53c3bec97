"""A case shown by district, province or country: nothing finer is left in it.

Generalise first, then derive: this makes a case of a record, and whoever builds the record
of that case derives titles, directions, ranges, marks and exports from what is left. So no
surface has to know what must not be shown. ``docs/decisions/generalise.md`` says what is
kept, what is not, and why.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata import boundaries, schema
from geodata.cases import Case, CaseMeta
from geodata.cases.meta import View
from geodata.cases.read import case_of_files
from geodata.cases.write import Cells, files_of, table_cells
from geodata.days import event_time
from geodata.detail import DETAILS, detail_of_case
from geodata.direction import DIRECTION_LEFT_OUT
from geodata.errors import GeodataError, UsageError
from geodata.filters import EventFilter
from geodata.generalise_names import Names, without_links
from geodata.generalise_times import tells_a_part, told_in_utc
from geodata.join import assign_admin
from geodata.record import Record, build_record, unit_words
from geodata.style import EVENT_TYPE_WORDS, Party

UNKNOWNS_LEFT_OUT = "What the case lists as not known is left out here, since it can name finer places."
REASON_LEFT_OUT = "not counted; the reason is left out at this level of detail"
RULE_LEFT_OUT = "by the case's rule, which is left out at this level of detail"
EXCERPT_LEFT_OUT = "part of a case; which part is left out at this level of detail"
TITLE_LEFT_OUT = "Reported events"
ID_LEFT_OUT = "case"

_LEVELS = tuple(detail.level for detail in DETAILS.values())
_PRECISION_OF = {detail.level: detail.precision for detail in DETAILS.values()}
_VAGUE = ("region", "sea_or_air", "unknown")  # a precision that is no unit's
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?)?)?")
_VIEW_PIXELS = (1040, 620)

_Row = dict[str, Any]


def generalised_record(record: Record, level: int) -> Record:
    """Return the record of the case in which nothing finer than ``level`` is left.

    It has no boundaries beside the packs: a user's own units may be as small as a place.
    """
    return build_record(generalise_case(record, level))


def check_areas(wanted: EventFilter, level: int) -> None:
    """Refuse a filter by a unit finer than the level: it would find nothing, and names a finer place.

    Raises
    ------
    UsageError
        Naming the unit.
    """
    for area in finer_areas(wanted.areas, level):
        raise UsageError(
            "is finer than the level of detail",
            column="area",
            value=area,
            remedy="Filter by a unit of that level or a larger one, or show more detail",
        )


def finer_areas(areas: Iterable[str], level: int) -> tuple[str, ...]:
    """Return the units that are not of the packs, or finer than ``level``."""
    return tuple(area for area in areas if coarser_unit(area, level) != area)


def coarser_unit(unit_id: str, level: int) -> str:
    """Return a unit, or the nearest one above it, that the packs hold at ``level`` or above; "" for none."""
    if not boundaries.is_unit(unit_id):
        return ""
    for candidate in (unit_id, *boundaries.ancestors(unit_id)):
        if boundaries.unit(candidate).level <= level and not boundaries.layer_of(candidate):
            return candidate
    return ""


def generalise_case(record: Record, level: int) -> Case:
    """Return the case in which nothing finer than ``level`` is left.

    Parameters
    ----------
    record
        A case with its join. Not modified.
    level
        2 districts, 1 provinces, 0 countries. What is known more coarsely stays as
        coarse as it is; an event in no unit has no place any more.

    Returns
    -------
    Case
        The same number of events, attacks, claims and sources, under ids that count
        them. Two cases that differ in nothing but where inside a unit their events lie,
        and in what these places are called, give the same case, hash included.

    Raises
    ------
    UsageError
        If the level is none of these.
    """
    if level not in _LEVELS:
        raise UsageError("is not a level", column="level", value=level, remedy="Use 2, 1 or 0")
    before = detail_of_case(record.meta.generalised)
    return _Generaliser(record, min(level, before.level) if before else level).case()


@dataclass
class _Event:
    """One event on its way: its row, what hangs on it, and what it is sorted by."""

    row: _Row
    attacks: list[_Row]
    claims: list[_Row]
    key: tuple[object, ...] = ()


class _Generaliser:
    """One case at one level; every text that is kept passes through ``names``."""

    def __init__(self, record: Record, level: int) -> None:
        self.record, self.level = record, level
        self.zone = record.meta.time_zone
        self.joined = _rows(_joined(record))
        self.units = [self._unit(row) for row in self.joined]
        self.attacks = _rows(record.case.attacks)
        self.origins = self._origins()
        self.names = self._names()
        self.source_ids = self._source_ids()

    def case(self) -> Case:
        """Return the generalised case, read back from what it would be written as."""
        events = self._events()
        tables = self._numbered(events)
        columns = {name: tuple(schema.TABLES[name].columns) for name in schema.TABLES}
        meta = self._meta(tables["events"])
        case = case_of_files(files_of(meta, tables, columns), origin=meta.id)
        if case.report.rejected:
            raise GeodataError(
                f"a generalised case has a faulty row: {case.report.lines()[1]}",
                remedy="Please report this line, without the case",
            )
        return case

    # -- events -----------------------------------------------------------------------------

    def _unit(self, row: _Row) -> str:
        """Return the unit by which an event is shown, "" where it has no place on the map."""
        if row["drawn_as"] == "point":
            return self._joined_unit(row)
        return coarser_unit(row["drawn_area"], self.level) if row["drawn_as"] == "area" else ""

    def _joined_unit(self, row: Mapping[str, Any]) -> str:
        return next((row[f"adm{n}_id"] for n in range(self.level, -1, -1) if row[f"adm{n}_id"]), "")

    def _events(self) -> list[_Event]:
        """Return the events in order of time, those of one time in an order that tells no place."""
        of_attack: dict[str, list[_Row]] = {}
        for attack, origin in zip(self.attacks, self.origins, strict=True):
            of_attack.setdefault(attack["event_id"], []).append(self._attack(attack, origin))
        of_claim: dict[str, list[_Row]] = {}
        for claim in _rows(self.record.case.claims):
            of_claim.setdefault(claim["event_id"], []).append(self._claim(claim))
        events = []
        for row, unit in zip(self.joined, self.units, strict=True):
            event_id = row["event_id"]
            event = _Event(self._event(row, unit), of_attack.get(event_id, []), of_claim.get(event_id, []))
            event.key = (self._when(event.row).start_utc, self._content(event))
            events.append(event)
        return sorted(events, key=lambda event: event.key)

    def _event(self, row: _Row, unit: str) -> _Row:
        cells: _Row = dict.fromkeys(schema.EVENTS.columns, "")
        for name in ("event_id", "event_type", "role", "start", "end", "time_zone", "time_precision"):
            cells[name] = row[name]
        cells |= self._time(row)
        cells |= {"latitude": math.nan, "longitude": math.nan, "location_uncertainty_km": math.nan}
        precision = row["location_precision"]
        if precision not in _VAGUE:
            precision = _PRECISION_OF[boundaries.unit(unit).level] if unit else "unknown"
        cells |= {"location_precision": precision, "area": unit, **self._stated(row, unit)}
        cells["actors"] = row["actors"]
        cells["source_ids"] = self._cited(row["source_ids"])
        kind = EVENT_TYPE_WORDS[row["event_type"]][0]
        finest = unit or self._joined_unit(row)
        where = f" in {unit_words(finest, year=self._when(cells).start.year)}" if finest else ""
        cells["title"] = f"{kind[:1].upper()}{kind[1:]}{where}"
        return cells

    def _stated(self, row: _Row, unit: str) -> _Row:
        """Return country and names as the units of the level have them, not as they were written."""
        if unit:
            path = {
                boundaries.unit(name).level: name for name in (*reversed(boundaries.ancestors(unit)), unit)
            }
            found = {n: boundaries.unit(path[n]).name if n in path else "" for n in (1, 2)}
            country = boundaries.unit(unit).iso3
        else:
            found = {n: row[f"adm{n}_name"] if n <= self.level else "" for n in (1, 2)}
            country = row["adm0_id"] or row["country_iso3"]
        is_country = boundaries.is_unit(country) and boundaries.unit(country).level == 0
        return {"country_iso3": country if is_country else "", "admin1": found[1], "admin2": found[2]}

    def _time(self, row: _Row) -> _Row:
        zone_name = row["time_zone"] or self.zone
        if self.level == max(_LEVELS) or not tells_a_part(zone_name):
            return {}
        told = {
            name: told_in_utc(row[name], zone_name=zone_name, precision=row["time_precision"])
            for name in ("start", "end")
        }
        return {**told, "time_zone": "UTC"}

    def _when(self, cells: Mapping[str, Any]) -> Any:
        names = ("start", "end", "time_precision", "time_zone")
        start, end, precision, zone_name = (cells[name] for name in names)
        return event_time(start, end, precision=precision, zone_name=zone_name or self.zone)

    def _content(self, event: _Event) -> str:
        """Return what is left of an event as text, without ids and with no name that is left out."""
        ids = ("event_id", "attack_id", "claim_id", "supersedes", "alternative_group")
        masked = self.names.masked
        rows = [event.row, *event.attacks, *event.claims]
        parts = [
            [f"{name}={masked(str(value))}" for name, value in row.items() if name not in ids] for row in rows
        ]
        return json.dumps(parts, ensure_ascii=False)

    # -- attacks and claims -------------------------------------------------------------------

    def _origins(self) -> list[str]:
        """Return the unit of each attack's origin at the level, "" where none is left."""
        frame = self.record.case.attacks
        points = frame[["origin_longitude", "origin_latitude"]].to_numpy(dtype=float)
        columns = {"longitude": points[:, 0], "latitude": points[:, 1]}
        joined = _rows(assign_admin(pd.DataFrame(columns)))
        return [
            self._joined_unit(place)
            if not math.isnan(attack["origin_longitude"])
            else coarser_unit(attack["origin_area"], self.level)
            for attack, place in zip(self.attacks, joined, strict=True)
        ]

    def _attack(self, attack: _Row, origin: str) -> _Row:
        """Return an attack whose origin is a unit; a stated azimuth is left out, and said to be."""
        kept = ("attack_id", "event_id", "attacker", "target_actor", "attribution", "munitions")
        cells = {name: attack[name] if name in kept else "" for name in schema.ATTACKS.columns}
        cells |= {name: math.nan for name in schema.number_columns("attacks") if name != "munitions"}
        cells["weapon"] = self.names.kept(attack["weapon"])
        cells["alternative_group"] = attack["alternative_group"]
        cells["source_ids"] = self._cited(attack["source_ids"])
        basis = attack["origin_basis"]
        was_left_out = basis == "unknown" and attack["origin_name"] == DIRECTION_LEFT_OUT
        if basis == "unknown" or not origin:
            cells["origin_basis"] = "unknown"
            cells["origin_name"] = DIRECTION_LEFT_OUT if basis != "unknown" or was_left_out else ""
            return cells
        if basis == "stated_direction":  # an area beside it is no part of what was stated
            return {**cells, "origin_basis": "unknown", "origin_name": DIRECTION_LEFT_OUT}
        cells["origin_basis"] = "stated_area" if basis == "stated_point" else basis
        cells["origin_area"] = origin
        cells["origin_claimant"], cells["origin_status"] = attack["origin_claimant"], attack["origin_status"]
        return cells

    def _claim(self, claim: _Row) -> _Row:
        # A position that a claim states, and its words, give the place back.
        left_out = {"text": "", "latitude": math.nan, "longitude": math.nan}
        left_out |= {"location_uncertainty_km": math.nan, "area": ""}
        cells = {name: left_out.get(name, claim.get(name, "")) for name in schema.CLAIMS.columns}
        cells["claimed_at"] = _day(claim["claimed_at"])
        # Without a reason the figure would count.
        cells["excluded_reason"] = REASON_LEFT_OUT if claim["excluded_reason"] else ""
        cells["source_id"] = self._cited(claim["source_id"])
        return cells

    # -- sources ------------------------------------------------------------------------------

    def _source_ids(self) -> dict[str, str]:
        """Return the new id of each source, in an order that tells no place."""
        rows = _rows(self.record.case.sources)
        masked = self.names.masked
        rows.sort(key=lambda row: (masked(row["publisher"]), _day(row["published"]), _day(row["accessed"])))
        ids = [row["source_id"] for row in rows if row["source_id"] != schema.NOT_RECORDED]
        numbered = dict(zip(ids, _ids("s", len(ids)), strict=True))
        return {**numbered, schema.NOT_RECORDED: schema.NOT_RECORDED}

    def _cited(self, cell: str) -> str:
        known = set(self.record.case.sources["source_id"])
        return schema.SEPARATOR.join(self.source_ids[name] for name in schema.split(cell) if name in known)

    def _sources(self) -> list[_Row]:
        by_id = {row["source_id"]: row for row in _rows(self.record.case.sources)}
        rows = []
        for old, new in self.source_ids.items():
            if old in by_id:
                source = by_id[old]
                rows.append(
                    {
                        "source_id": new,
                        "publisher": self.names.neutral(source["publisher"]),
                        "published": _day(source["published"]),
                        "accessed": _day(source["accessed"]),
                        "licence": self.names.kept(without_links(source["licence"])),
                        "relays": self._cited(source["relays"]),
                    }
                )
        return rows

    # -- names, numbers, head -------------------------------------------------------------------

    def _names(self) -> Names:
        fine: set[str] = set()
        places: list[str] = []
        for row in self.joined:
            fine |= {row[f"adm{n}_id"] for n in range(3)} | {row["area"], row["drawn_area"]}
            places += [row["place_name"], row["admin2"] if self.level < 2 else ""]
            places.append(row["admin1"] if self.level < 1 else "")
        for attack in self.attacks:
            fine.add(attack["origin_area"])
            places.append("" if attack["origin_name"] == DIRECTION_LEFT_OUT else attack["origin_name"])
        fine |= set(self.record.focus)
        known = {unit for unit in fine if unit and boundaries.is_unit(unit)}
        known |= {above for unit in known for above in boundaries.ancestors(unit)}
        finer = {unit for unit in known if coarser_unit(unit, self.level) != unit}
        shown = {unit for unit in (*self.units, *self.origins) if unit} | (known - finer)
        return Names(finer, shown, filter(None, places))

    def _numbered(self, events: list[_Event]) -> dict[str, list[Cells]]:
        """Return the tables under ids that count their rows, names replaced in reading order."""
        neutral = self.names.neutral
        claims = [claim for event in events for claim in event.claims]
        attacks = [attack for event in events for attack in event.attacks]
        claim_ids = dict(zip((row["claim_id"] for row in claims), _ids("c", len(claims)), strict=True))
        groups: dict[str, str] = {}
        for number, event in zip(_ids("e", len(events)), events, strict=True):
            event.row["event_id"] = number
            event.row["actors"] = _each(event.row["actors"], neutral)
            for attack in event.attacks:
                attack["event_id"] = number
                for name in ("attacker", "target_actor"):
                    attack[name] = _each(attack[name], neutral)
                attack["origin_claimant"] = neutral(attack["origin_claimant"])
                if attack["alternative_group"]:
                    attack["alternative_group"] = groups.setdefault(
                        attack["alternative_group"], f"g{len(groups) + 1}"
                    )
            for claim in event.claims:
                claim |= {"event_id": number, "claim_id": claim_ids[claim["claim_id"]]}
                claim |= {name: neutral(claim[name]) for name in ("claimant", "category")}
                older = (claim_ids.get(name, "") for name in schema.split(claim["supersedes"]))
                claim["supersedes"] = schema.SEPARATOR.join(filter(None, older))
        for number, attack in zip(_ids("a", len(attacks)), attacks, strict=True):
            attack["attack_id"] = number
        tables = {
            "events": [event.row for event in events],
            "attacks": attacks,
            "claims": claims,
            "sources": self._sources(),
        }
        return {name: _cells(name, rows) for name, rows in tables.items()}

    def _meta(self, events: Iterable[Cells]) -> CaseMeta:
        meta, names = self.record.meta, self.names
        low, high = meta.date_from, meta.date_to
        if self.level < max(_LEVELS) and tells_a_part(self.zone):
            # Told in UTC, an event may lie on the day beside.
            low, high = low - timedelta(days=1), high + timedelta(days=1)
        focus = tuple(unit for unit in meta.focus if coarser_unit(unit, self.level) == unit)
        drawn = [cells["area"] for cells in events if cells["area"]]
        return replace(
            meta,
            id=meta.id if not names.gives_away(meta.id.replace("-", " ")) else ID_LEFT_OUT,
            title=names.kept(meta.title) or TITLE_LEFT_OUT,
            summary="",
            version=names.kept(meta.version),
            time_zone="UTC" if low != meta.date_from else meta.time_zone,
            date_from=low,
            date_to=high,
            focus=focus,
            licence=names.kept(without_links(meta.licence)),
            citation=names.kept(without_links(meta.citation)),
            unknowns=(UNKNOWNS_LEFT_OUT,) if meta.unknowns else (),
            view=_view(meta.view, focus or drawn),
            inferred_rule=RULE_LEFT_OUT if meta.inferred_rule else "",
            corrections=(),
            parties=tuple(self._party(party) for party in meta.parties),
            party_zones=tuple((names.neutral(name), zone) for name, zone in meta.party_zones),
            generalised=_PRECISION_OF[self.level],
            excerpt=EXCERPT_LEFT_OUT if meta.excerpt else "",
        )

    def _party(self, party: Party) -> Party:
        name = self.names.neutral(party.name)
        return replace(
            party,
            id=party.id if name == party.name and not self.names.gives_away(party.id) else name,
            name=name,
            members=tuple(self.names.neutral(member) for member in party.members),
        )


def _joined(record: Record) -> pd.DataFrame:
    """Return the events with the packs' units: a layer's may be as small as a place."""
    if not record.layers:
        return record.events
    events = record.events.assign(area=[coarser_unit(area, 3) for area in record.events["area"]])
    joined: pd.DataFrame = assign_admin(events)
    return joined


def _rows(frame: pd.DataFrame) -> list[_Row]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _ids(letter: str, count: int) -> list[str]:
    """Return ids that sort as they count: e01 … e12."""
    return [f"{letter}{number:0{len(str(count))}d}" for number in range(1, count + 1)]


def _each(cell: str, neutral: Any) -> str:
    return schema.SEPARATOR.join(dict.fromkeys(neutral(name) for name in schema.split(cell)))


def _day(text: str) -> str:
    """Return a day or time; a cell that holds other text is none."""
    return text if _DAY.fullmatch(text) else ""


def _cells(name: str, rows: list[_Row]) -> list[Cells]:
    numbers = set(schema.number_columns(name))
    columns = {
        column: pd.Series([row.get(column, "") for row in rows], dtype=float if column in numbers else "str")
        for column in schema.TABLES[name].columns
    }
    return list(table_cells(pd.DataFrame(columns)))


def _view(view: View | None, units: Iterable[str]) -> View | None:
    """Return an opening view around whole units: the centre that a case states may be a place."""
    shapes = [boundaries.unit_geometry(unit, resolution="screen") for unit in dict.fromkeys(units)]
    if view is None:
        return None
    if not shapes:
        return replace(view, latitude=25.0, longitude=20.0, zoom=2.0)
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
    y = np.arctanh(np.sin(np.radians(np.clip([south, north], -85, 85))))
    latitude = float(np.degrees(np.arcsin(np.tanh(y.mean()))))
    width, height = _VIEW_PIXELS
    fits = (width * 360 / (256 * (east - west)), height * 2 * np.pi / (256 * (y[1] - y[0])))
    zoom = float(np.clip(np.floor(2 * np.log2(min(fits))) / 2, 0, 9))
    return replace(view, latitude=round(latitude, 2), longitude=round(float(west + east) / 2, 2), zoom=zoom)
