"""What one session has beside the bundled data: boundary layers, and records joined to them.

A workspace belongs to one session and dies with it. Routes find it by its token, which
stands in the addresses that the session's own page asks for and nowhere else.
"""

from __future__ import annotations

import secrets
from threading import Lock
from weakref import WeakValueDictionary

from dashboard.cache import case_stamp, load_known_case, record_of
from geodata.boundaries import LayerInUse, use_layer
from geodata.boundaries.layer import BoundaryLayer
from geodata.errors import UsageError
from geodata.record import Record, build_record

_RECORDS_KEPT = 3
_OPEN: WeakValueDictionary[str, Workspace] = WeakValueDictionary()


class Workspace:
    """The layers that a session uses, in order, and the records joined to them."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self.layers: dict[str, LayerInUse] = {}
        self._records: dict[tuple[object, ...], Record] = {}
        self._lock = Lock()
        _OPEN[self.token] = self

    def add(self, layer: BoundaryLayer, *, joins: bool, is_focus: bool) -> None:
        """Use a layer, or change what it is used for."""
        self.layers[layer.key] = use_layer(layer, joins=joins, is_focus=is_focus)

    def remove(self, key: str) -> None:
        """Use a layer no more."""
        self.layers.pop(key, None)

    def stamp(self) -> str:
        """Return a text that changes when the layers or their use change."""
        return ",".join(f"{key}.{use.joins:d}{use.is_focus:d}" for key, use in self.layers.items())

    def record(self, case_id: str) -> Record:
        """Return a case's record with this session's layers.

        Raises
        ------
        UsageError, InputError
            As ``record_of``.
        """
        if not self.layers:
            return record_of(case_id)
        in_use = tuple(self.layers.values())
        wish = (case_stamp(case_id), *((item.key, item.joins, item.is_focus) for item in in_use))
        with self._lock:
            if wish not in self._records:
                while len(self._records) >= _RECORDS_KEPT:
                    self._records.pop(next(iter(self._records)))
                self._records[wish] = build_record(load_known_case(case_id), layers=in_use)
            return self._records[wish]


def workspace_of(token: str) -> Workspace:
    """Return the open workspace with this token.

    Raises
    ------
    UsageError
        If there is none: a session that ended, or another's guess.
    """
    found = _OPEN.get(token)
    if found is None:
        raise UsageError("this session is over", remedy="Load the page again")
    return found
