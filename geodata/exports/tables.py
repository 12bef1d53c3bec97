"""What is exported, before it has a format: events, attacks, and the terms they travel under.

A value is text (``""`` for none), a number (``None`` for none), a truth value, or a list
of records (claims, sources).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from geodata import __version__, boundaries, schema
from geodata.cases import CaseMeta
from geodata.claims import provider_lines
from geodata.detail import generalised_words
from geodata.filters import EventFilter, query_words
from geodata.marginalia import DISCLAIMER_LINE
from geodata.positions import stated_positions
from geodata.readers.own_export import NOT_STATED, TERMS_COLUMNS
from geodata.record import Record

Value = str | float | int | bool | None | list[dict[str, object]]
Row = dict[str, Value]

EVENT_COLUMNS = tuple(schema.EVENTS.columns)
# Columns that a record carries for filter and drawing; they are nobody's data.
_INTERNAL = ("first_day", "last_day", "start_utc", "drawn_as", "drawn_area")
# Computed from positions that are known to metres at best: more digits would pretend.
_DIGITS = 3
_COMPUTED = ("join_distance_km", *schema.DIRECTION_COLUMNS)


@dataclass(frozen=True)
class Tables:
    """Events and attacks to be written, and the record they come from.

    ``events`` and ``attacks`` hold ``(row, record's row)`` apart: a writer takes geometry
    from the record and every cell from the row. ``claimed`` holds, by event, the claims that
    state a position, each with what it counts for (``status``) and whether it stands.
    """

    record: Record
    wanted: EventFilter
    events: tuple[Row, ...]
    attacks: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    has_attacks: bool = True
    claimed: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def terms(self, event: Row) -> Row:
        """Return what each row says of its licence, citation and credits."""
        meta = self.record.meta
        credits = _credit_text(str(event["adm0_id"]), str(event["adm1_id"]), str(event["adm2_id"]))
        values = (
            meta.id,
            meta.version,
            generalised_words(meta.generalised),
            _as_of(meta),
            meta.licence or NOT_STATED,
            meta.citation,
            credits,
            DISCLAIMER_LINE,
        )
        # A row that states its own licence keeps it.
        return {name: event.get(name) or value for name, value in zip(TERMS_COLUMNS, values, strict=True)}


def event_tables(record: Record, wanted: EventFilter) -> Tables:
    """Return the wanted events with ranges, claims, sources and attacks, by UTC start."""
    selected = record.select(wanted)
    cited = _Cited(selected)
    providers = provider_lines(record.case.claims, list(selected.events["event_id"]))
    attacks: dict[str, list[Row]] = {}
    for attack in _records(selected.attacks):
        attacks.setdefault(str(attack["event_id"]), []).append(attack)
    events = []
    for event in _events(selected):
        event_id = str(event["event_id"])
        event |= {
            "provider_text": str(providers[event_id]),
            "claims": cited.claims(event_id),
            "sources": cited.sources(event, attacks.get(event_id, [])),
        }
        events.append(event)
    return Tables(
        selected,
        wanted,
        tuple(events),
        {key: tuple(rows) for key, rows in attacks.items()},
        claimed=_claimed(selected),
    )


def _claimed(record: Record) -> dict[str, tuple[Row, ...]]:
    """Return the claims that state a position, as rows with their status, by event."""
    stated = {position.claim_id: position for position in stated_positions(record)}
    found: dict[str, list[Row]] = {}
    claims = record.case.claims
    known = set(claims["claim_id"])
    for row in _records(claims[claims["claim_id"].isin(list(stated))]):
        position = stated[str(row["claim_id"])]
        more: Row = {
            "status": position.status,
            "is_current": position.is_current,
            "words": position.words,
            "rival": position.rival,
        }
        row["supersedes"] = _known_only(str(row["supersedes"]), known)
        found.setdefault(position.event_id, []).append({**row, **more})
    return {event_id: tuple(rows) for event_id, rows in found.items()}


def joined_tables(record: Record) -> Tables:
    """Return every event with its units alone, in the order in which it was read."""
    place_of = {event_id: place for place, event_id in enumerate(record.case.events["event_id"])}
    dropped = set(schema.RANGE_COLUMNS)
    rows = [{name: value for name, value in row.items() if name not in dropped} for row in _events(record)]
    rows.sort(key=lambda row: place_of[str(row["event_id"])])
    return Tables(record, EventFilter(), tuple(rows), has_attacks=False)


def _events(record: Record) -> list[Row]:
    rows = _records(record.events.drop(columns=list(_INTERNAL)))
    for row in rows:
        # A row leaves its case, and with it the case's time zone: it takes its own along.
        row["time_zone"] = row["time_zone"] or record.meta.time_zone
    return rows


def _records(frame: pd.DataFrame) -> list[Row]:
    return [
        {str(name): _value(str(name), value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _value(name: str, value: object) -> Value:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value
    number = float(str(value))
    if math.isnan(number):
        return None
    if name in _COMPUTED:
        number = round(number, _DIGITS)
    # 0.0 for -0.0; whole numbers without a fraction.
    return int(number) if number.is_integer() else number


class _Cited:
    """Claims and sources by event, as records without empty cells."""

    def __init__(self, record: Record) -> None:
        case = record.case
        self._claims: dict[str, list[dict[str, object]]] = {}
        wanted = set(record.events["event_id"])
        known = set(case.claims["claim_id"])
        for claim in _records(case.claims[case.claims["event_id"].isin(wanted)]):
            event_id = str(claim.pop("event_id"))
            claim["supersedes"] = _known_only(str(claim["supersedes"]), known)
            self._claims.setdefault(event_id, []).append(_filled(claim))
        self._sources = {str(row["source_id"]): _filled(row) for row in _records(case.sources)}

    def claims(self, event_id: str) -> list[dict[str, object]]:
        """Return the claims on an event, in the case's order."""
        return self._claims.get(event_id, [])

    def sources(self, event: Row, attacks: Iterable[Row]) -> list[dict[str, object]]:
        """Return the sources of an event, its attacks and claims, each once, and whom they relay."""
        cells = [str(event["source_ids"]), *(str(attack["source_ids"]) for attack in attacks)]
        cells += [str(claim.get("source_id", "")) for claim in self.claims(str(event["event_id"]))]
        found: dict[str, dict[str, object]] = {}
        queue = [source_id for cell in cells for source_id in schema.split(cell)]
        for source_id in queue:
            if source_id in found or source_id not in self._sources:
                continue
            found[source_id] = self._sources[source_id]
            queue.extend(schema.split(str(found[source_id].get("relays", ""))))
        return list(found.values())


def _known_only(cell: str, known: Collection[str]) -> str:
    """Return a cell without names of rejected rows: what those said is not exported, nor what leads to it."""
    return schema.SEPARATOR.join(name for name in schema.split(cell) if name in known)


def _filled(row: Row) -> dict[str, object]:
    return {name: value for name, value in row.items() if value not in ("", None)}


def credits_of(unit_ids: Iterable[str]) -> list[boundaries.Credit]:
    """Return what must be credited for naming or drawing these units."""
    named = [unit_id for unit_id in dict.fromkeys(unit_ids) if boundaries.is_unit(unit_id)]
    layers = {layer.key: layer for layer in map(boundaries.layer_of, named) if layer}
    bundled = {boundaries.unit(unit_id).licence for unit_id in named if not boundaries.layer_of(unit_id)}
    return [
        *(credit for credit in boundaries.credits() if credit.licence in bundled),
        *(layer.credit for layer in layers.values()),
    ]


@lru_cache(maxsize=4096)
def _credit_text(*unit_ids: str) -> str:
    return "; ".join(credit.text for credit in credits_of(unit_ids))


def metadata(tables: Tables, drawn_areas: Iterable[str]) -> dict[str, object]:
    """Return what a file says of itself: terms, filters, credits, what is not known.

    Parameters
    ----------
    drawn_areas
        Units whose polygons the file holds; theirs is the notice of the database licence.
    """
    meta, wanted = tables.record.meta, tables.wanted
    areas = set(drawn_areas)
    named = {str(row[f"adm{level}_id"]) for row in tables.events for level in (0, 1, 2)}
    credits = credits_of(named | areas)
    shared = sorted({credit.source for credit in credits_of(areas) if credit.licence.startswith("ODbL")})
    parts: dict[str, object] = {
        "generator": f"Strikemap {__version__}",
        "case_id": meta.id,
        "title": meta.title,
        "case_version": meta.version,
        "generalised": generalised_words(meta.generalised),
        "excerpt": meta.excerpt,
        "information_as_of": _as_of(meta),
        "licence": meta.licence or NOT_STATED,
        "citation": meta.citation,
        "filters": wanted.words(with_period=True),
        "query": query_words(wanted, EventFilter(), meta.generalised),
        "bbox": list(wanted.bbox) if wanted.bbox else None,
        "data_hash": tables.record.case.data_hash,
        "crs_note": "Longitude and latitude, WGS 84. An event known to an area has that area's polygon.",
        "claim_note": "A feature of a claim has the position that its claimant states; it is not the event's."
        if tables.claimed
        else "",
        "line_note": "A line is the geodesic between two stated positions, not a flight path."
        if tables.has_attacks
        else "",
        "unknowns": list(meta.unknowns),
        "completeness": "Not exhaustive; as reported.",
        "disclaimer": boundaries.DISCLAIMER,
        "credits": [vars(credit) for credit in credits],
        "database_notice": f"Polygons of areas are from {', '.join(shared)}, made available under the Open "
        "Database License 1.0: https://opendatacommons.org/licenses/odbl/1-0/"
        if shared
        else "",
    }
    return {name: value for name, value in parts.items() if value not in ("", None)}


def _as_of(meta: CaseMeta) -> str:
    return meta.information_as_of.isoformat() if meta.information_stated else NOT_STATED
