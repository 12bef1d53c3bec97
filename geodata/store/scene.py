"""The scene of a store: what is drawn at every view of it; its loose points are left to the views."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geodata import schema
from geodata.filters import EventFilter, query_words
from geodata.legend import CELL_WORDS, area_words, flow_entries, site_entries
from geodata.marginalia import event_counts, marginalia_of
from geodata.scene import LegendEntry, Scene
from geodata.scene_build import build_scene
from geodata.store.areas import area_marks, area_sums
from geodata.store.store import Store
from geodata.style import Party

# From so many events on a disc may have a number of more than five digits, which it shortens.
_SHORT_FROM = 100_000


def scene_of(store: Store, wanted: EventFilter, *, chosen: str = "") -> Scene:
    """Return the scene of a store: the events with an attack, and those known to units where these are few.

    ``live`` counts the events that are left to :func:`geodata.store.view.view_of`.
    """
    aimed = store.aimed[:0] if store.gathers_aimed else store.aimed
    aimed = aimed[store.wanted(wanted, aimed)]
    scene = build_scene(store.whole(aimed), wanted, chosen=chosen) if len(aimed) else _empty(store, wanted)
    groups, sums = area_sums(store, wanted)
    gathers = store.gathers_areas
    areas, titles = ((), {}) if gathers else area_marks(store, wanted, groups, sums)
    kinds = store.kinds(wanted)
    loose = store.loose_kinds(wanted)
    live = int(loose.sum()) + (int(sums.count.sum()) if gathers else 0)
    placeless = int(kinds.sum() - loose.sum() - sums.count.sum()) - len(aimed) + scene.placeless
    counts = event_counts(dict(zip(schema.EVENT_TYPES, kinds.tolist(), strict=True)))
    if placeless:
        counts += f"; {placeless:,} without a place, listed only"
    short = "; k: thousands, M: millions" if loose.sum() >= _SHORT_FROM else ""
    entries = [LegendEntry("cell", CELL_WORDS + short)] if loose.any() else []
    entries += site_entries(
        (kind, vague) for kind, vague in store.site_kinds if loose[schema.EVENT_TYPES.index(kind)]
    )
    crowd = "; units that crowd share one number" if gathers else ""
    entries += [LegendEntry("area", area_words(store.meta) + crowd)] if len(groups) else []
    parties = _flow_parties(store, wanted)
    entries += flow_entries(parties)
    known = {entry.text for entry in entries}
    return replace(
        scene,
        areas=(*areas, *scene.areas),
        parties=(*scene.parties, *parties),
        live=live,
        placeless=placeless,
        legend=(*entries, *(entry for entry in scene.legend if entry.text not in known)),
        marginalia=replace(scene.marginalia, counts=counts),
        titles=(*scene.titles, *titles.items()),
    )


def _flow_parties(store: Store, wanted: EventFilter) -> tuple[Party, ...]:
    """Return the parties of the wanted attacks that views draw as flows."""
    if not store.gathers_aimed:
        return ()
    keep = store.wanted(wanted, store.attacks.row)
    parties, number = store.attack_parties
    return tuple(parties[n] for n in np.unique(number[store.attacks.attacker[keep]]).tolist())


def _empty(store: Store, wanted: EventFilter) -> Scene:
    """Return the scene of no event; only its words follow the filter."""
    found: Scene | None = store.__dict__.get("made_empty")
    if found is None:
        found = store.__dict__["made_empty"] = build_scene(store.nothing, EventFilter())
    about = marginalia_of(store.nothing, wanted, placeless=0, outside=0)
    return replace(
        found, marginalia=about, query=query_words(wanted, store.default_filter, store.meta.generalised)
    )
