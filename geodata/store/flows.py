"""Many attacks between two parts of the map as one flow: no path, and nothing that nobody stated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.filters import Bbox, EventFilter
from geodata.store.morton import columns_and_rows, interleaved
from geodata.store.store import Store
from geodata.store.tally import Ints
from geodata.store.window import Window
from geodata.style import NOBODY, Party

# So many flows a view draws at most, the largest ones.
MOST_FLOWS = 300
# Ends of flows share squares of 128 pixels: those of cells, quartered once less.
_COARSER = 1
# Of a flow of so few attacks each event can be chosen; of more, the map goes nearer.
_NAMED = 12


@dataclass(frozen=True)
class Flow:
    """Attacks of one party with a stated origin in one square and their target in another.

    ``origin`` and ``target`` are the means of both ends (longitude and latitude in degrees), ``key``
    names the flow at its zoom. Rows that exclude each other count once. ``ids`` are the events of a small
    flow, empty where the map has to go nearer to ``box``.
    """

    key: str
    origin: tuple[float, float]
    target: tuple[float, float]
    count: int
    party: str
    words: str
    box: Bbox
    ids: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Gathered:
    """Attacks by flow: ``into`` is the flow of each of ``attacks``, numbers of :class:`Attacks`, -1 for none.

    ``keys`` and ``counts`` are those of the flows, the largest first, no more than are drawn. ``rest`` is
    the number of attacks of the view that are in none of them, ``near`` those of the rest that begin in
    the square of their target.
    """

    attacks: Ints
    into: Ints
    keys: tuple[str, ...]
    counts: Ints
    rest: int
    near: int


def gathered_flows(store: Store, wanted: EventFilter, window: Window) -> Gathered:
    """Return the wanted attacks that begin or end in a window, by flow.

    A store of few events with attacks has none: its scene draws each.
    """
    attacks, level = store.attacks, max(window.level - _COARSER, 0)
    none = np.zeros(0, dtype=np.int64)
    if not store.gathers_aimed or not len(attacks):
        return Gathered(none, none, (), none, 0, 0)
    lon, lat = store.attack_targets
    ends = [
        interleaved(*columns_and_rows(x, y, window.level))
        for x, y in ((attacks.lon, attacks.lat), (lon, lat))
    ]
    keep = store.wanted(wanted, attacks.row) & (window.has(ends[0]) | window.has(ends[1]))
    chosen = np.flatnonzero(keep)
    up = 2 * (window.level - level)
    origin, target = (end[chosen] >> up for end in ends)
    party = store.attack_parties[1][attacks.attacker[chosen]]
    triples, into = np.unique(np.stack([origin, target, party], axis=1), axis=0, return_inverse=True)
    into = into.ravel()
    # Rows that exclude each other are one act: it counts once in each flow that it may belong to.
    acts = np.unique(np.stack([into, attacks.act[chosen]], axis=1), axis=0)
    counts = np.bincount(acts[:, 0], minlength=len(triples))
    apart = triples[:, 0] != triples[:, 1]
    order = np.lexsort((np.arange(len(triples)), -counts))
    drawn = order[apart[order]][:MOST_FLOWS]
    number = np.full(len(triples), -1, dtype=np.int64)
    number[drawn] = np.arange(len(drawn))
    keys = tuple(f"{o}-{t}-{p}" for o, t, p in triples[drawn].tolist())
    rest = int(counts.sum() - counts[drawn].sum())
    return Gathered(chosen, number[into], keys, counts[drawn], rest, int(counts[~apart].sum()))


def flows_of(
    store: Store, wanted: EventFilter, window: Window
) -> tuple[tuple[Flow, ...], dict[str, str], str]:
    """Return the flows of a view, the titles of events that they name, and what is not drawn, in words."""
    found = gathered_flows(store, wanted, window)
    attacks, (lon, lat) = store.attacks, store.attack_targets
    order = np.argsort(found.into, kind="stable")
    order = order[found.into[order] >= 0]
    begin = np.searchsorted(found.into[order], np.arange(len(found.keys) + 1))
    parties = store.attack_parties[0]
    flows: list[Flow] = []
    titles: dict[str, str] = {}
    for n, key in enumerate(found.keys):
        some = found.attacks[order[begin[n] : begin[n + 1]]]
        count, party = int(found.counts[n]), parties[int(key.rsplit("-", 1)[1])]
        starts, ends = _middle(attacks.lon[some], attacks.lat[some]), _middle(lon[some], lat[some])
        ids: tuple[str, ...] = ()
        rows = np.unique(attacks.row[some])
        if len(rows) <= _NAMED:
            brief = store.brief_of(rows, ("event_id", "title"))
            ids = tuple(brief["event_id"].to_pylist())
            titles.update(zip(ids, brief["title"].to_pylist(), strict=True))
        box = (
            min(starts[0], ends[0]),
            min(starts[1], ends[1]),
            max(starts[0], ends[0]),
            max(starts[1], ends[1]),
        )
        words = _words(count, party, _places(store, some))
        flows.append(Flow(key, starts, ends, count, party.id, words, box, ids))
    return tuple(flows), titles, _rest_words(found)


def _middle(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the mean of places that lie in one square."""
    return round(float(lon.mean()), 4), round(float(lat.mean()), 4)


def _places(store: Store, some: Ints) -> str:
    """Return from where: the place that is named most often, and how many others there are."""
    codes, counts = np.unique(store.attacks.place[some], return_counts=True)
    words = store.attacks.places[int(codes[np.argmax(counts)])]
    others = len(codes) - 1
    return words if not others else f"{words} and {others} other place{'s' if others > 1 else ''}"


def _words(count: int, party: Party, places: str) -> str:
    attacks = "1 attack" if count == 1 else f"{count:,} attacks"
    by = ", unattributed," if party is NOBODY else f" by {party.name}"
    return f"{attacks}{by} from {places}, stated by their claimants; lines are not flight paths"


def _rest_words(found: Gathered) -> str:
    if not found.rest:
        return ""
    text = f"{found.rest:,} more attacks with a stated origin begin or end here and are not drawn"
    return f"{text}, {found.near:,} of them too short at this zoom" if found.near else text
