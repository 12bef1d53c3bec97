"""Every scene that a slider of two dates can ask for, each told once and in few words.

What is drawn between two days depends only on which events touch the span. So the window is
cut at the days on which an event begins or has ended; between two cuts nothing changes. The
scenes are those that the live map would draw, made by the same code, and share their marks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from geodata.filters import EPOCH, EventFilter
from geodata.record import Record
from geodata.render.web import scene_payload
from geodata.scene_build import build_scene

# Of more cuts than these the slider moves in coarser steps: so many make at most 861 scenes.
MOST_CUTS = 41


@dataclass(frozen=True)
class Scenes:
    """The scenes of a page.

    Parameters
    ----------
    starts
        First day of each step of the slider; the last step ends with the window.
    ends
        Last day of each step.
    index
        Number of the scene from step ``i`` to step ``j``, at ``index[i][j - i]``.
    scenes
        Scenes with numbers in place of marks, and of what is the same in many; ``titles`` lists
        the events that are drawn, ``events`` the numbers of all, as the record orders them.
    marks
        What the numbers stand for, each once.
    is_coarse
        Whether something may change inside a step, so that only whole steps can be asked for.
    named_units
        Ids of units that marks name.
    """

    starts: tuple[date, ...]
    ends: tuple[date, ...]
    index: tuple[tuple[int, ...], ...]
    scenes: tuple[dict[str, Any], ...]
    marks: tuple[Any, ...]
    is_coarse: bool
    named_units: frozenset[str]


LISTS = ("areas", "origins", "lines", "wedges", "points", "sides", "claimed", "legend", "focus", "outlined")
WHOLE = ("units", "credits", "parties", "disclaimer")


def all_scenes(record: Record, wanted: EventFilter) -> Scenes:
    """Return the scenes of every span of days inside the dates of ``wanted``."""
    first = wanted.date_from or record.meta.date_from
    last = wanted.date_to or record.meta.date_to
    selected = record.select(replace(wanted, date_from=first, date_to=last)).for_many_selections()
    starts, is_coarse = _steps(selected, first, last)
    ends = (*(day - timedelta(days=1) for day in starts[1:]), last)
    low = [EPOCH + timedelta(days=int(day)) for day in selected.events["first_day"]]
    high = [EPOCH + timedelta(days=int(day)) for day in selected.events["last_day"]]
    ids = list(selected.events["event_id"])
    known: dict[frozenset[str], int] = {}
    scenes: list[dict[str, Any]] = []
    marks: dict[str, int] = {}
    index: list[tuple[int, ...]] = []
    for step, start in enumerate(starts):
        row = []
        for end in ends[step:]:
            seen = frozenset(
                event_id for event_id, a, b in zip(ids, low, high, strict=True) if a <= end and b >= start
            )
            if seen not in known:
                known[seen] = len(scenes)
                told = _told(selected, replace(wanted, date_from=start, date_to=end), marks)
                scenes.append({**told, "events": [at for at, one in enumerate(ids) if one in seen]})
            row.append(known[seen])
        index.append(tuple(row))
    values = tuple(json.loads(mark) for mark in marks)
    named = {unit_id for scene in scenes for unit_id in values[scene["units"]]}
    return Scenes(starts, ends, tuple(index), tuple(scenes), values, is_coarse, frozenset(named))


def _steps(selected: Record, first: date, last: date) -> tuple[tuple[date, ...], bool]:
    """Return the first days of steps inside which nothing changes, else of even ones; and whether these."""
    days = {(first - EPOCH).days}
    low, high = (first - EPOCH).days, (last - EPOCH).days
    for begins, ends in zip(selected.events["first_day"], selected.events["last_day"], strict=True):
        days |= {day for day in (int(begins), int(ends) + 1) if low < day <= high}
    is_coarse = len(days) > MOST_CUTS
    if is_coarse:
        span = high - low + 1
        days = {low + span * number // MOST_CUTS for number in range(MOST_CUTS)}
    return tuple(EPOCH + timedelta(days=day) for day in sorted(days)), is_coarse


def _told(record: Record, wanted: EventFilter, marks: dict[str, int]) -> dict[str, Any]:
    scene = scene_payload(build_scene(record, wanted))
    for name in LISTS:
        scene[name] = [_number(mark, marks) for mark in scene[name]]
    for name in WHOLE:
        scene[name] = _number(scene[name], marks)
    scene["titles"] = list(scene["titles"])  # the page has the titles of all events
    return scene


def _number(mark: Any, marks: dict[str, int]) -> int:
    return marks.setdefault(json.dumps(mark, ensure_ascii=False, separators=(",", ":")), len(marks))
