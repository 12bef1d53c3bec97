"""The map goes first: the rest of the page waits, shortly, until the map has asked for its scene and has it.

The map lives in the page's own thread of the browser and of the server. Sent together, table and chart would
keep it waiting; a person who moves the dates looks at the map.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Condition

# Longer than a scene takes, shorter than anybody notices on table and chart.
_LONGEST_S = 0.3
# A scene that the map asked for by itself may be on its way when a run of the page begins.
_LONGEST_START_S = 0.1
_KEPT = 256
_ANSWERED: OrderedDict[str, int] = OrderedDict()  # the number of the last answer to each query
_CHANGED = Condition()
_NUMBERS = count(1)
_IN_WORK: set[object] = set()


@contextmanager
def in_work() -> Iterator[None]:
    """Note that a scene is being made while the block lasts."""
    mark = object()
    with _CHANGED:
        _IN_WORK.add(mark)
    try:
        yield
    finally:
        with _CHANGED:
            _IN_WORK.discard(mark)
            _CHANGED.notify_all()


def let_map_go_first() -> None:
    """Wait, more shortly still, until the scenes in work now are answered: two threads slow each other."""
    with _CHANGED:
        now = set(_IN_WORK)
        _CHANGED.wait_for(lambda: not (now & _IN_WORK), timeout=_LONGEST_START_S)


def served(query: str) -> None:
    """Note that the scene of a query has been answered."""
    with _CHANGED:
        _ANSWERED[query] = next(_NUMBERS)
        _ANSWERED.move_to_end(query)
        while len(_ANSWERED) > _KEPT:
            _ANSWERED.popitem(last=False)
        _CHANGED.notify_all()


def moment() -> int:
    """Return a number that lies between the answers until now and those to come."""
    return next(_NUMBERS)


def wait_for_map(query: str, before: str, *, since: int) -> None:
    """Wait until the scene of a query has been answered, where the map got the one before.

    Parameters
    ----------
    query
        Of the scene that the map was just told to show.
    before
        Of the scene that it was told before, ``""`` at first; the map of a page that nobody
        watches never asks, and is not waited for.
    since
        The moment at which the page's run before this one told the map. An answer of before that is
        of an earlier look at the same dates; a later one is of a map that followed the slider by itself.
    """
    with _CHANGED:
        if query != before and before in _ANSWERED:
            _CHANGED.wait_for(lambda: _ANSWERED.get(query, 0) > since, timeout=_LONGEST_S)
