"""What is known of one event, as text for popup and panel: place, time, direction, claims."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass

from geodata import boundaries, schema
from geodata.claims import Ledger, claimant_words, ledgers, provider_lines
from geodata.days import local_words, other_days_words, utc_words
from geodata.detail import generalised_words
from geodata.direction import DEFAULT_RING_KM
from geodata.errors import UsageError
from geodata.record import Record, unit_words
from geodata.style import EVENT_TYPE_WORDS

_PRECISION_WORDS = {
    "exact": "geolocated position",
    "place": "named place; true place within {ring:g} km of the point",
    "admin2": "to this unit only",
    "admin1": "to this unit only",
    "country": "to this country only",
    "region": "to a region only",
    "sea_or_air": "at sea or in the air",
    "unknown": "position not stated",
}
JOIN_FLAG_WORDS = {
    "stated_mismatch": "the point lies in another unit than the record states",
    "border_uncertain": "within 5 km of an international border",
    "precision_too_coarse": "too coarsely known for a smaller unit",
    "outside_boundaries": "outside all known boundaries",
    "several_candidates": "in the overlap of two sources' boundaries",
}


@dataclass(frozen=True)
class AttackLine:
    """One attack in words."""

    attack_id: str
    who: str
    target: str
    weapon: str
    direction: str
    origin_status: str
    alternative: bool


@dataclass(frozen=True)
class Card:
    """What is known of one event; every field is text fit to show, empty where unknown."""

    event_id: str
    title: str
    kind: str
    role: str
    where: str
    precision: str
    flags: tuple[str, ...]
    local_time: str
    utc_time: str
    other_days: str
    summary: str
    actors: tuple[str, ...]
    killed: str
    injured: str
    provider: str
    attacks: tuple[AttackLine, ...]
    ledger: Ledger
    claimants: str
    sources: tuple[tuple[str, str], ...]


def event_card(record: Record, event_id: str) -> Card:
    """Return the card of an event.

    Raises
    ------
    UsageError
        If the case has no event of this id.
    """
    return event_cards(record, [event_id])[event_id]


def event_cards(record: Record, event_ids: Sequence[str]) -> dict[str, Card]:
    """Return the cards of several events by id, in this order; their claims are weighed once.

    Raises
    ------
    UsageError
        If the case has no event of one of these ids.
    """
    for event_id in event_ids:
        if event_id not in record.times:
            raise UsageError(
                "there is no event of this id", value=event_id, remedy="Choose one from the table"
            )
    claims = record.case.claims
    claims = claims[claims["event_id"].isin(event_ids)]
    providers = provider_lines(claims, event_ids)
    told = ledgers(claims, record.case.sources, event_ids)
    rows = {str(row["event_id"]): row for row in record.event_rows(event_ids)}
    sources = {str(row["source_id"]): row for row in record.case.sources.to_dict("records")}
    return {
        one.event_id: _card(
            record, rows[one.event_id], one, str(providers.get(one.event_id, "") or ""), sources
        )
        for one in told
    }


def _card(
    record: Record,
    row: dict[str, object],
    told: Ledger,
    provider: str,
    sources: Mapping[str, Mapping[Hashable, object]],
) -> Card:
    event_id = told.event_id
    when = record.times[event_id]
    ring = float(str(row["location_uncertainty_km"]))
    precision = str(row["location_precision"])
    is_talk = row["event_type"] in schema.DIPLOMATIC_TYPES and not row["drawn_as"]
    return Card(
        event_id=event_id,
        title=str(row["title"]),
        kind=EVENT_TYPE_WORDS[str(row["event_type"])][0],
        role=str(row["role"]),
        where=_where(row, when.start.year),
        precision=generalised_words(record.meta.generalised)
        or _precision_words(precision, ring, is_talk=is_talk),
        flags=tuple(JOIN_FLAG_WORDS[flag] for flag in schema.split(str(row["join_flags"]))),
        local_time=local_words(when),
        utc_time=utc_words(when),
        other_days=other_days_words(when, dict(record.meta.party_zones)),
        summary=str(row["summary"]),
        actors=schema.split(str(row["actors"])),
        killed=str(row["killed_text"]),
        injured=str(row["injured_text"]),
        provider=provider,
        attacks=tuple(_attack(attack) for attack in record.attacks_of(event_id)),
        ledger=told,
        claimants=claimant_words(int(str(row["claimants_count"]))),
        sources=_sources(sources, str(row["source_ids"])),
    )


def _precision_words(precision: str, ring_km: float, *, is_talk: bool) -> str:
    if is_talk:
        return ""
    return _PRECISION_WORDS[precision].format(ring=DEFAULT_RING_KM if math.isnan(ring_km) else ring_km)


def _where(row: dict[str, object], year: int) -> str:
    """Return the place as stated, then the units that it does not already name."""
    place = str(row["place_name"])
    area = str(row["drawn_area"] or row["adm2_id"] or row["adm1_id"] or row["adm0_id"])
    units = unit_words(area, year=year, with_parents=True) if boundaries.is_unit(area) else area
    named = [part for part in units.split(", ") if part]
    # "Saravan county" is named once: as the unit, which says what year its limits are of.
    bare = {part.partition(" (")[0] for part in named if " (" in part}
    said = [part.strip() for part in place.split(",")]
    said = [part for part in said if part and part not in bare]
    return ", ".join([*said, *(part for part in named if part not in said)])


def _attack(attack: dict[str, object]) -> AttackLine:
    attribution = str(attack["attribution"])
    attacker = str(attack["attacker"])
    number = "" if math.isnan(float(str(attack["munitions"]))) else f"{attack['munitions']:g} "
    target = str(attack["target_actor"]).replace(";", ", ")
    return AttackLine(
        attack_id=str(attack["attack_id"]),
        who=f"by {attacker} ({attribution})" if attacker else "unattributed",
        target=f"stated target: {target}" if target else "",
        weapon=f"{number}{attack['weapon']}" if attack["weapon"] else "",
        direction=str(attack["from_text"]),
        origin_status=str(attack["origin_status"]),
        alternative=bool(attack["alternative_group"]),
    )


def _sources(rows: Mapping[str, Mapping[Hashable, object]], cell: str) -> tuple[tuple[str, str], ...]:
    found = []
    for source_id in schema.split(cell):
        row = rows.get(source_id)
        if row is None:
            found.append((source_id, ""))
            continue
        title = f": {row['title']}" if row["title"] else ""
        published = f", {row['published']}" if row["published"] else ""
        found.append((f"{row['publisher']}{title}{published}", str(row["url"])))
    return tuple(found)


def card_dict(card: Card) -> dict[str, object]:
    """Return a card as plain data for JSON."""
    return asdict(card)
