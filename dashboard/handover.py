"""The map goes first: the rest of the page waits, shortly, until the map has asked for its scene and has it.

The map lives in the page's own thread of the browser and of the server. Sent together, table and chart would
keep it waiting; a person who moves the dates looks at the map.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Condition

# Longer than a scene takes, shorter than anybody notices on table and chart.
_LONGEST_S = 0.3
_KEPT = 256
_ANSWERS: OrderedDict[str, int] = OrderedDict()  # how often each query was answered
_CHANGED = Condition()


def served(query: str) -> None:
    """Note that the scene of a query has been answered."""
    with _CHANGED:
        _ANSWERS[query] = _ANSWERS.get(query, 0) + 1
        _ANSWERS.move_to_end(query)
        while len(_ANSWERS) > _KEPT:
            _ANSWERS.popitem(last=False)
        _CHANGED.notify_all()


def answers(query: str) -> int:
    """Return how often the scene of a query was answered until now."""
    with _CHANGED:
        return _ANSWERS.get(query, 0)


def wait_for_map(query: str, before: str, *, known: int) -> None:
    """Wait until the scene of a query is answered once more, where the map got the one before.

    Parameters
    ----------
    query
        Of the scene that the map was just told to show.
    before
        Of the scene that it was told before, ``""`` at first; the map of a page that nobody
        watches never asks, and is not waited for.
    known
        How often it was answered before the map was told: dates that were looked at before are
        asked for again.
    """
    with _CHANGED:
        if query != before and before in _ANSWERS:
            _CHANGED.wait_for(lambda: _ANSWERS.get(query, 0) > known, timeout=_LONGEST_S)
