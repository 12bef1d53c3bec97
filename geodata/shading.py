"""Events by unit: units shaded by how many of the wanted events were joined to them.

An event counts in the unit to which it was joined, so that a unit's number is that of a filter by this
unit, and in no unit finer than what is known of it: what is known to a province alone is in no district,
and the legend says how many these are. Classes follow from the numbers of all units of a level, whatever
part of the map is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata import boundaries, schema
from geodata.errors import UsageError
from geodata.filters import Bbox
from geodata.marginalia import event_counts
from geodata.record import unit_words
from geodata.scene import LegendEntry, Scene, ShadeMark
from geodata.scene_build import view_of_extent
from geodata.style import SHADES

Ints = npt.NDArray[np.int64]

LEVELS = (0, 1, 2)
# From these zooms on provinces and districts are shaded; the browser's script has the same.
FROM_ZOOM = {1: 4.5, 2: 7.0}
# So many units are shaded at most, those with the most events.
MOST_UNITS = 5_200
MOST_CLASSES = len(SHADES)
# Which shades so many classes have, lightest first.
_SPREAD = ((), (1,), (1, 3), (0, 2, 4), (0, 1, 2, 4), (0, 1, 2, 3, 4))
# How the note of a shaded picture begins, which its legend says too.
NOTE_BEGINS = "Shaded by"
_ONE_OF = {
    frozenset({0}): "a country",
    frozenset({1}): "a province",
    frozenset({2}): "a district or county",
    frozenset({1, 2}): "a district, county or province",
}


@dataclass(frozen=True, eq=False)
class UnitCounts:
    """Numbers of wanted events by unit.

    Parameters
    ----------
    level
        0 countries, 1 provinces; 2 districts, and provinces of the countries that have none.
    total
        How many events are wanted, whatever is known of their place.
    years
        First and last year of the wanted period.
    units
        Boundary ids of the units that have events.
    kinds
        Their events by kind, ``(units, kinds)``, in the order of ``schema.EVENT_TYPES``.
    figures, low, most
        How many of them have a figure of killed, and the sums of the lowest and highest figures of these.
    """

    level: int
    total: int
    years: tuple[int, int]
    units: tuple[str, ...]
    kinds: Ints
    figures: Ints
    low: Ints
    most: Ints

    @property
    def count(self) -> Ints:
        """Number of events of each unit."""
        found: Ints = self.kinds.sum(axis=1)
        return found


@dataclass(frozen=True)
class Shading:
    """Units with their shades, their legend, and the same in one sentence.

    Parameters
    ----------
    level
        As in :class:`UnitCounts`.
    starts
        Smallest number of events of each class, ascending.
    shades
        The shade of each class, counted from 1, the lightest.
    """

    level: int
    starts: tuple[int, ...]
    shades: tuple[int, ...]
    marks: tuple[ShadeMark, ...]
    legend: tuple[LegendEntry, ...]
    note: str


def check_level(level: int) -> int:
    """Return a level of units that can be shaded.

    Raises
    ------
    UsageError
        If it is none.
    """
    if level not in LEVELS:
        raise UsageError(
            "is not a level of units that are shaded",
            column="level",
            value=level,
            remedy="Use 0 for countries, 1 for provinces or 2 for districts",
        )
    return level


def level_of(extent: Bbox) -> int:
    """Return the level that the map shades where it shows an extent (W, S, E, N in degrees)."""
    zoom = view_of_extent(extent)[2]
    return max((level for level, least in FROM_ZOOM.items() if zoom >= least), default=0)


@lru_cache(maxsize=512)
def has_districts(country: str) -> bool:
    """Return whether the packs have districts of a country (ISO3)."""
    provinces = boundaries.children(country)
    return any(unit.level == 2 for above in provinces for unit in boundaries.children(above.id))


@dataclass(frozen=True, eq=False)
class UnitSums:
    """Sums over some events by the number of their unit: the arrays of :class:`UnitCounts`, of all units."""

    kinds: Ints
    figures: Ints
    low: Ints
    most: Ints

    def plus(self, other: UnitSums) -> UnitSums:
        """Return the sums of both."""
        return UnitSums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(UnitSums)))

    def counts(self, units: Sequence[str], *, level: int, total: int, years: tuple[int, int]) -> UnitCounts:
        """Return the numbers of the units that have events; ``units`` are their ids, ``""`` for none."""
        filled = [n for n in np.flatnonzero(self.kinds.any(axis=1)).tolist() if units[n]]
        ids = tuple(units[n] for n in filled)
        at = np.array(filled, dtype=np.intp)
        return UnitCounts(
            level, total, years, ids, self.kinds[at], self.figures[at], self.low[at], self.most[at]
        )


def unit_sums(
    code: npt.NDArray[np.integer],
    size: int,
    *,
    kind: npt.NDArray[np.integer],
    low: npt.NDArray[np.integer],
    high: npt.NDArray[np.integer],
) -> UnitSums:
    """Return the sums over some events by unit.

    Parameters
    ----------
    code
        Number of the unit of each event, below ``size``.
    kind
        Kind of each, counted in ``schema.EVENT_TYPES``.
    low, high
        Lowest and highest figure of killed, below 0 for none; an event without ``high`` has ``low`` alone.
    """
    width = len(schema.EVENT_TYPES)
    kinds = np.bincount(code.astype(np.int64) * width + kind, minlength=size * width)
    told = np.flatnonzero(low >= 0)
    of_told, least = code[told], low[told]
    figures, lows, mosts = (
        np.bincount(of_told, weights=weights, minlength=size).astype(np.int64)
        for weights in (None, least, np.maximum(least, high[told]))
    )
    return UnitSums(kinds.reshape(size, width).astype(np.int64), figures, lows, mosts)


def class_starts(counts: npt.ArrayLike) -> tuple[int, ...]:
    """Return the smallest number of each class: at most five classes at round numbers, none empty.

    Few different small numbers are a class each. Else the classes are those at round numbers whose logarithms
    differ least within a class: most units have few events and a few have very many, which equal steps
    would put into one class, and equal parts of the units into many that look alike.

    Parameters
    ----------
    counts
        Numbers of events of units, 1 or more; their order plays no part.
    """
    values = np.sort(np.asarray(counts, dtype=np.int64))
    distinct = np.unique(values)
    is_small = len(distinct) <= MOST_CLASSES and not len(distinct[distinct > 2 * MOST_CLASSES])
    if len(distinct) == 1 or is_small:
        return tuple(distinct.tolist())
    rounds = np.array(list(_round_numbers(int(values[-1]))), dtype=np.int64)
    edges = np.unique(np.searchsorted(rounds, values, side="right") - 1)
    begin = np.searchsorted(values, rounds[edges], side="left")
    return tuple(rounds[edges[list(_best_cuts(np.log10(values), begin))]].tolist())


def _round_numbers(most: int) -> Iterator[int]:
    """Yield 1, 2, 3, 5, 10, 20, 50, 100, … up to a number."""
    yield from (number for number in (1, 2, 3, 5) if number <= most)
    step = 10
    while step <= most:
        yield from (step * times for times in (1, 2, 5) if step * times <= most)
        step *= 10


def _best_cuts(values: npt.NDArray[np.float64], begin: npt.NDArray[np.intp]) -> tuple[int, ...]:
    """Return the groups of ascending values that begin a class, so that values differ least within one."""
    ends = np.append(begin, len(values))
    sums, squares = (np.concatenate([[0.0], np.cumsum(values**power)]) for power in (1, 2))

    def spread(first: int, last: int) -> float:
        a, b = ends[first], ends[last]
        return float(squares[b] - squares[a] - (sums[b] - sums[a]) ** 2 / (b - a))

    size = len(begin)
    # By how many groups are parted so far: the least spread, and where the classes begin.
    best: dict[int, tuple[float, tuple[int, ...]]] = {n: (spread(0, n), (0,)) for n in range(1, size + 1)}
    for classes in range(2, min(MOST_CLASSES, size) + 1):
        best = {
            n: min((best[cut][0] + spread(cut, n), (*best[cut][1], cut)) for cut in range(classes - 1, n))
            for n in range(classes, size + 1)
        }
    return best[size][1]


def shading_of(counts: UnitCounts) -> Shading:
    """Return the shaded units of some numbers, with their legend."""
    number = counts.count
    starts = class_starts(number)
    shades = tuple(shade + 1 for shade in _SPREAD[len(starts)])
    kept = np.sort(np.argsort(-number, kind="stable")[:MOST_UNITS])
    place = np.searchsorted(starts, number, side="right") - 1
    marks = tuple(
        ShadeMark(
            counts.units[n],
            _name(counts.units[n], counts.years),
            int(number[n]),
            shades[place[n]],
            _words(counts, n),
        )
        for n in kept.tolist()
    )
    left_out = len(number) - len(kept)
    head = _head(counts, marks, left_out)
    classes = list(_class_words(starts, number))
    entries = [LegendEntry("shading", head)]
    entries += [
        LegendEntry("shade", words, status=str(shade)) for words, shade in zip(classes, shades, strict=True)
    ]
    note = head
    if len(classes) > 1:
        note += f". From light to dark: {', '.join(classes)}"
    elif classes:
        note += f". Each shaded unit has {classes[0]}"
    return Shading(counts.level, starts, shades, marks, tuple(entries), f"{note}.")


def shaded(scene: Scene, shading: Shading) -> Scene:
    """Return a scene with shaded units, their legend, and a note for whoever sees no legend."""
    words = replace(scene.marginalia, notes=(shading.note, *scene.marginalia.notes))
    return replace(scene, shading=shading.marks, legend=(*scene.legend, *shading.legend), marginalia=words)


def unit_levels(marks: Iterable[ShadeMark]) -> frozenset[int]:
    """Return the levels of shaded units."""
    return frozenset(boundaries.unit(mark.area).level for mark in marks)


def _head(counts: UnitCounts, marks: tuple[ShadeMark, ...], left_out: int) -> str:
    """Return what is counted, and how many events are known to such a unit."""
    levels = unit_levels(marks) or frozenset({counts.level})
    each = _ONE_OF[levels]
    one = _ONE_OF[frozenset({counts.level})]
    known, total = int(counts.count.sum()), counts.total
    verb = "is" if known == 1 else "are"
    said = f"{known:,} of {total:,} {_events(total)} {verb} known to {one}"
    if not known:
        said = f"none of {total:,} {_events(total)} is known to {one}"
    head = f"{NOTE_BEGINS} number of events, not of places, in each {each.partition(' ')[2]}; {said}"
    if counts.level == 2:
        head += ", or to a province where we have no districts"
    limits = sorted({year for mark in marks for year in _other_year(mark.area, counts.years)})
    if marks:
        head += "; unshaded: no event known to that unit itself"
    if limits:
        head += f"; limits of {' and '.join(limits)}"
    if left_out:
        are = "is" if left_out == 1 else "are"
        head += f"; of the units with the fewest events {left_out:,} {are} not shaded"
    return head


def _events(number: int) -> str:
    return "event" if number == 1 else "events"


def _class_words(starts: tuple[int, ...], number: Ints) -> Iterator[str]:
    each_alone = tuple(np.unique(number).tolist()) == starts
    ends = starts if each_alone else (*(start - 1 for start in starts[1:]), int(number.max()))
    for first, last in zip(starts, ends, strict=True):
        yield f"{first:,} {_events(first)}" if first == last else f"{first:,}–{last:,} events"


def _other_year(unit_id: str, years: tuple[int, int]) -> tuple[str, ...]:
    """Return the year of a district's limits where it lies outside a period."""
    unit = boundaries.unit(unit_id)
    is_other = unit.level == 2 and unit.vintage.isdigit() and not years[0] <= int(unit.vintage) <= years[1]
    return (unit.vintage,) if is_other else ()


def _name(unit_id: str, years: tuple[int, int]) -> str:
    """Return a unit in words with what it lies in; limits of a year outside the period are named."""
    return unit_words(unit_id, year=years[1] if _other_year(unit_id, years) else None, with_parents=True)


def _words(counts: UnitCounts, n: int) -> str:
    """Return events by kind, and the killed as a range over those events that have a figure."""
    kinds: dict[str, Any] = dict(zip(schema.EVENT_TYPES, counts.kinds[n].tolist(), strict=True))
    figures = (int(values[n]) for values in (counts.low, counts.most, counts.figures))
    return f"{event_counts(kinds)}; {killed_words(*figures)}"


def killed_words(low: int, most: int, figures: int) -> str:
    """Return sums of lowest and highest figures, and over how many events; never one number alone."""
    if not figures:
        return "no claim with a figure of killed"
    over = "the 1 event that has a figure" if figures == 1 else f"the {figures:,} events that have a figure"
    if low == most:
        return f"{low:,} killed as claimed, by lowest and highest figures alike, over {over}"
    return f"{low:,} to {most:,} killed as claimed, over {over}"
