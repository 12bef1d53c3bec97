"""What one session has of its own: boundary layers, a draft that is shown, and records of both.

A workspace belongs to one session and dies with it. Routes find it by its token, which
stands in the addresses that the session's own page asks for and nowhere else.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from threading import Lock
from weakref import WeakValueDictionary

from dashboard.cache import at_detail, case_stamp, load_known_case, record_of
from geodata.boundaries import LayerInUse, use_layer
from geodata.boundaries.layer import BoundaryLayer
from geodata.cases import Case
from geodata.errors import UsageError
from geodata.record import Record, build_record

_RECORDS_KEPT = 3
_OPEN: WeakValueDictionary[str, Workspace] = WeakValueDictionary()


class Workspace:
    """The layers that a session uses, in order, the draft that it shows, and its records.

    ``draft`` is the case that stands in for the published one, None while nothing is edited.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self.layers: dict[str, LayerInUse] = {}
        self.draft: Case | None = None
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
        """Return a text that changes when the layers, their use or the draft change."""
        parts = [f"{key}.{use.joins:d}{use.is_focus:d}" for key, use in self.layers.items()]
        return ",".join([*parts, *([f"draft.{self.draft.data_hash}"] if self.draft else [])])

    def published(self, case_id: str, detail: str = "") -> Record:
        """Return the record of a case as it is on disk, with this session's layers.

        Generalised it has none of them: their units may be as small as a place.

        Raises
        ------
        UsageError, InputError
            As ``record_of``.
        """
        if detail or not self.layers:
            return record_of(case_id, detail)
        return self._made(case_stamp(case_id), lambda: load_known_case(case_id))

    def record(self, case_id: str, detail: str = "") -> Record:
        """Return what the session shows: its draft if there is one, else the published case."""
        draft = self.draft
        if draft:
            return self._made((draft.data_hash,), lambda: draft, detail)
        return self.published(case_id, detail)

    def _made(self, stamp: tuple[object, ...], load: Callable[[], Case], detail: str = "") -> Record:
        in_use = tuple(self.layers.values())
        wish = (stamp, detail, *((item.key, item.joins, item.is_focus) for item in in_use))
        with self._lock:
            if wish not in self._records:
                while len(self._records) >= _RECORDS_KEPT:
                    self._records.pop(next(iter(self._records)))
                self._records[wish] = at_detail(build_record(load(), layers=in_use), detail)
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
