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
_SERVED: OrderedDict[str, None] = OrderedDict()
_CHANGED = Condition()


def served(query: str) -> None:
    """Note that the scene of a query has been answered."""
    with _CHANGED:
        _SERVED[query] = None
        _SERVED.move_to_end(query)
        while len(_SERVED) > _KEPT:
            _SERVED.popitem(last=False)
        _CHANGED.notify_all()


def wait_for_map(query: str, before: str) -> None:
    """Wait until the scene of a query has been answered, where the map got the one before.

    Parameters
    ----------
    query
        Of the scene that the map was just told to show.
    before
        Of the scene that it was told before, ``""`` at first; the map of a page that nobody
        watches never asks, and is not waited for.
    """
    with _CHANGED:
        if query != before and before in _SERVED:
            _CHANGED.wait_for(lambda: query in _SERVED, timeout=_LONGEST_S)
