"""What one session has of its own: boundary layers, files of events, a draft that is shown, their records.

A workspace belongs to one session and dies with it. Routes find it by its token, which
stands in the addresses that the session's own page asks for and nowhere else.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from weakref import WeakValueDictionary

from dashboard.cache import at_detail, case_stamp, is_stored, load_known_case, record_of
from dashboard.own_cases import PREFIX, OwnCase, is_own
from geodata.boundaries import LayerInUse, use_layer
from geodata.boundaries.layer import BoundaryLayer
from geodata.cases import Case
from geodata.errors import UsageError
from geodata.record import Record, build_record

_RECORDS_KEPT = 3
_OPEN: WeakValueDictionary[str, Workspace] = WeakValueDictionary()


class Workspace:
    """The layers that a session uses, in order, the files it opened, the draft that it shows, their records.

    ``cases`` are by key. ``draft`` is the case that stands in for the published one, None while
    nothing is edited.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self.layers: dict[str, LayerInUse] = {}
        self.cases: dict[str, OwnCase] = {}
        self._opened = 0
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

    def open_case(self, own: OwnCase, record: Record | None = None) -> OwnCase:
        """Take a file among the cases; one without a key gets one. ``record`` saves making it."""
        if not own.key:
            self._opened += 1
            own = replace(own, key=f"{PREFIX}{self._opened}")
        self.cases[own.key] = own
        stamp = (own.case.data_hash,)
        with self._lock:
            # The same rows under other terms: what was made of them says the old ones.
            self._records = {wish: kept for wish, kept in self._records.items() if wish[0] != stamp}
            if record is not None:
                self._keep(self._wish(stamp, ""), record)
        return own

    def close_case(self, key: str) -> None:
        """Let a file go."""
        self.cases.pop(key, None)

    def stamp(self) -> str:
        """Return a text that changes when the layers, their use, the files or the draft change."""
        parts = [f"{key}.{use.joins:d}{use.is_focus:d}" for key, use in self.layers.items()]
        parts += [f"{key}.{own.case.data_hash[:16]}" for key, own in self.cases.items()]
        return ",".join([*parts, *([f"draft.{self.draft.data_hash}"] if self.draft else [])])

    def published(self, case_id: str, detail: str = "") -> Record:
        """Return the record of a case as on disk, or of a file that is open, with this session's layers.

        Generalised it has none of them: their units may be as small as a place.

        Raises
        ------
        UsageError, InputError
            As ``record_of``.
        """
        if is_own(case_id):
            own = self.cases.get(case_id)
            if own is None:
                raise UsageError(
                    "this file is not open", value=case_id, remedy="Open it again under Open your own events"
                )
            return self._made((own.case.data_hash,), lambda: own.case, detail)
        # What a store holds was joined when it was made.
        if detail or not self.layers or is_stored(case_id):
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
        wish = self._wish(stamp, detail)
        with self._lock:
            if wish not in self._records:
                self._keep(wish, at_detail(build_record(load(), layers=in_use), detail))
            return self._records[wish]

    def _wish(self, stamp: tuple[object, ...], detail: str) -> tuple[object, ...]:
        layers = ((item.key, item.joins, item.is_focus) for item in self.layers.values())
        return (stamp, detail, *layers)

    def _keep(self, wish: tuple[object, ...], record: Record) -> None:
        while len(self._records) >= _RECORDS_KEPT:
            self._records.pop(next(iter(self._records)))
        self._records[wish] = record


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
