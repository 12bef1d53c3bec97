"""Directions by rule: taken by a user for a whole case, written into it, and taken back.

Nothing here runs by itself, and no reader calls it. What the rule makes are rows of the
attacks table with the basis ``inferred``; the rule stands in the head of the case, and with
it in legend, words and every export.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from geodata import boundaries, schema
from geodata.cases.edit import CaseDraft
from geodata.cases.meta import CaseMeta
from geodata.errors import UsageError

FIRST_ACTOR = "the first actor named is the attacker and acted from its own country"
KINDS = ("strike", "attack", "bombing")
_MARK = "inferred-"

HAS_ATTACKS = "has attacks of its own"
OTHER_KIND = "is no strike, attack or bombing"
NO_ACTOR = "names no actor"
NO_COUNTRY = "its first actor was given no country"
AT_HOME = "lies in the country of its first actor"
NO_PLACE = "lies in no known country"


@dataclass(frozen=True)
class Inference:
    """A draft with inferred attacks: ``made`` rows, and why events got none (reason → events)."""

    draft: CaseDraft
    made: int
    left_out: Mapping[str, int]


def first_actors(draft: CaseDraft) -> dict[str, int]:
    """Return the first actors of the events that the rule concerns, with their events, most first."""
    own = {row["event_id"] for row in draft.tables["attacks"].values()}
    found = Counter(
        actors[0]
        for event_id, row in draft.tables["events"].items()
        if row["event_type"] in KINDS and event_id not in own and (actors := schema.split(row["actors"]))
    )
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def suggest_country(actor: str, meta: CaseMeta) -> str:
    """Return the country whose name an actor's holds, or that its party is named for; "" where unsure.

    Examples
    --------
    ``"Military Forces of Pakistan (2018-)"`` gives ``"PAK"``; a name with two countries gives "".
    """
    named = {iso3 for name, iso3 in _country_names().items() if re.search(rf"\b{name}\b", actor.casefold())}
    if not named:
        parties = [party.name for party in meta.parties if actor in (party.name, *party.members)]
        named = {unit.id for name in parties for unit in boundaries.find_unit(name, level=0)}
    return named.pop() if len(named) == 1 else ""


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    units = [boundaries.unit(unit_id) for unit_id in boundaries.unit_ids() if len(unit_id) == 3]
    return {re.escape(unit.name.casefold()): unit.id for unit in units}


def infer_first_actor(draft: CaseDraft, countries: Mapping[str, str], places: Mapping[str, str]) -> Inference:
    """Return the draft with an attack for each event whose first actor has a country.

    Parameters
    ----------
    countries
        ISO 3166-1 alpha-3 code by actor; an actor that is missing or "" infers nothing.
    places
        The country (ISO3) that each event was joined to, by event id; "" for none.

    Raises
    ------
    UsageError
        If a country is none of the packs, or the case has another rule already.
    RowError
        If a row cannot stand, naming column, value and remedy.
    """
    for actor, iso3 in countries.items():
        if iso3 and (len(iso3) != 3 or not boundaries.is_unit(iso3)):
            raise UsageError(
                f"the country of {actor} does not exist", value=iso3, remedy="Use a code such as PAK"
            )
    if draft.meta.inferred_rule not in ("", FIRST_ACTOR):
        raise UsageError(
            "the case has another rule", value=draft.meta.inferred_rule, remedy="Take it back first"
        )
    ruled = withdraw(draft).with_head(inferred_rule=FIRST_ACTOR)
    own = {row["event_id"] for row in ruled.tables["attacks"].values()}
    left_out: Counter[str] = Counter()
    rows = []
    for event_id, event in ruled.tables["events"].items():
        actors = schema.split(event["actors"])
        why = _why_not(event, event_id in own, actors, countries, places.get(event_id, ""))
        if why:
            left_out[why] += 1
            continue
        rows.append(("attacks", _attack(event, actors, countries[actors[0]])))
    made = ruled.put_all(rows, new=True) if rows else draft
    return Inference(made, len(rows), dict(left_out))


def _why_not(
    event: Mapping[str, str], has_own: bool, actors: Sequence[str], countries: Mapping[str, str], place: str
) -> str:
    if event["event_type"] not in KINDS:
        return OTHER_KIND
    if has_own:
        return HAS_ATTACKS
    if not actors:
        return NO_ACTOR
    country = countries.get(actors[0], "")
    if not country:
        return NO_COUNTRY
    if not place:
        return NO_PLACE
    return AT_HOME if place == country else ""


def _attack(event: Mapping[str, str], actors: Iterable[str], country: str) -> dict[str, str]:
    attacker, *targets = actors
    return {
        "attack_id": f"{_MARK}{event['event_id']}",
        "event_id": event["event_id"],
        "attacker": attacker,
        "target_actor": schema.SEPARATOR.join(targets),
        "attribution": "unattributed",
        "origin_basis": "inferred",
        "origin_area": country,
        "source_ids": event["source_ids"],
    }


def withdraw(draft: CaseDraft) -> CaseDraft:
    """Return the draft without the rule, and without the attacks that it made."""
    for attack_id, row in draft.tables["attacks"].items():
        if attack_id.startswith(_MARK) and row["origin_basis"] == "inferred":
            draft = draft.remove("attacks", attack_id, with_dependants=True)
    return draft.with_head(inferred_rule="") if draft.meta.inferred_rule else draft
