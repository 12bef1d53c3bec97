"""A newer file over an older one: events merged by id, and what that added, changed and left alone.

A provider's newer export has revised figures, new events, and lacks some that it had. None of
that happens silently: each is named, and an event that is gone stays unless it is told to go.
Differences are found by column: what compares two drafts of an edited case (``changes``) goes
by row, and a provider's file has hundreds of thousands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from geodata import schema
from geodata.cases.meta import CaseMeta, Correction
from geodata.cases.read import Case
from geodata.cases.write import number_text
from geodata.errors import UsageError

_PROVIDERS = ("acled", "ucdp", "gdelt")


@dataclass(frozen=True)
class Cell:
    """A cell of an event, or of a claim on it, that a newer file has otherwise; text, ``""`` for none."""

    event_id: str
    table: str
    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Update:
    """A merged case and how it came about.

    Parameters
    ----------
    case
        The older case with the newer one over it.
    added
        Ids of events that only the newer file has.
    changed
        Cells of events of both that differ, events in the order of the older case.
    unchanged
        Number of events that are the same in both.
    vanished
        Ids of events that the newer file lacks although it spans their days.
    outside
        Number of events on days that the newer file does not span; they stay.
    dropped
        Whether the vanished ones were taken out.
    """

    case: Case
    added: tuple[str, ...]
    changed: tuple[Cell, ...]
    unchanged: int
    vanished: tuple[str, ...]
    outside: int
    dropped: bool

    @property
    def changed_ids(self) -> tuple[str, ...]:
        """The ids of the events that changed."""
        return tuple(dict.fromkeys(cell.event_id for cell in self.changed))

    @property
    def words(self) -> str:
        """Return the balance as a sentence."""
        gone = ""
        if self.vanished:
            gone = f", {len(self.vanished):,} vanished and {'taken out' if self.dropped else 'kept'}"
        beyond = f", {self.outside:,} on days that it does not span" if self.outside else ""
        return (
            f"{len(self.added):,} events added, {len(self.changed_ids):,} changed, "
            f"{self.unchanged:,} unchanged{gone}{beyond}"
        )

    def as_dict(self) -> dict[str, object]:
        """Return the summary as the command line prints it."""
        return {
            "added": list(self.added),
            "changed": [vars(cell) for cell in self.changed],
            "unchanged": self.unchanged,
            "vanished": list(self.vanished),
            "vanished_dropped": self.dropped,
            "outside": self.outside,
        }


def update_case(
    older: Case, newer: Case, *, file: str, day: date | None = None, drop_vanished: bool = False
) -> Update:
    """Read a newer case over an older one.

    Events merge by ``event_id``: of both the newer row stands. Attacks and claims that only the
    older case has stay with their event, except a claimant's claims on a subject on which the
    newer file has that claimant anew. A source keeps its id; one that is another under the same
    id gets a new one.

    Parameters
    ----------
    file
        The newer file, named in the corrections log.
    day
        The day of the line in the corrections log; None writes none.
    drop_vanished
        Take out events that the newer file lacks although it spans their days.

    Raises
    ------
    UsageError
        If the two are from different providers, whose ids mean nothing to each other, or one
        is generalised.
    """
    _require_kin(older, newer, file)
    newer = _with_own_sources(older, newer)
    old, new = older.events, newer.events
    both = old["event_id"].isin(new["event_id"])
    spanned = _spanned(old, newer.meta)
    vanished = tuple(old.loc[~both & spanned, "event_id"])
    changed = _changed(older, newer)
    stays = old[~both & ~(spanned & drop_vanished)]
    # The place of an event in the table stays, so that a file that is saved again differs where it changed.
    events = _by_id(old[both | old.index.isin(stays.index)], new, "event_id")
    added = tuple(new.loc[~new["event_id"].isin(old["event_id"]), "event_id"])
    differing = {cell.event_id for cell in changed}
    found = Update(
        older,
        added,
        changed,
        int(both.sum()) - len(differing),
        vanished,
        int((~both & ~spanned).sum()),
        drop_vanished,
    )
    meta = _meta(older.meta, newer.meta, file, found.words, day)
    joined_hash = hashlib.sha256(f"{older.data_hash} {newer.data_hash} {drop_vanished}".encode()).hexdigest()
    case = replace(
        older,
        meta=meta,
        events=events,
        attacks=_parts(older.attacks, newer.attacks, "attack_id", events),
        claims=_claims(older.claims, newer.claims, events),
        sources=_by_id(older.sources, newer.sources, "source_id"),
        event_rows=(),
        report=newer.report,
        data_hash=joined_hash,
        mapping=newer.mapping or older.mapping,
    )
    return replace(found, case=case)


def provider_of(case: Case) -> str:
    """Return which provider the events of a case are from, ``""`` where they are nobody's or several's."""
    if case.report.format in _PROVIDERS:
        return case.report.format
    found = set(case.sources["source_id"]) & set(_PROVIDERS)
    return found.pop() if len(found) == 1 else ""


def _require_kin(older: Case, newer: Case, file: str) -> None:
    ours, theirs = provider_of(older), provider_of(newer)
    if theirs and ours != theirs:
        held = f"those of {ours.upper()}" if ours else "others"
        raise UsageError(
            f"holds events of {theirs.upper()}, and the older case {held}; ids mean nothing to each other",
            file=file,
            remedy="Open it as a case of its own",
        )
    for case in (older, newer):
        if case.meta.generalised:
            raise UsageError(
                "is generalised, and cannot be told from what it was made of",
                file=file if case is newer else case.meta.id,
                remedy="Use the case as it was recorded",
            )


def _spanned(events: pd.DataFrame, meta: CaseMeta) -> pd.Series:
    """Return which events begin on a day from the first to the last of the newer file."""
    days = events["start"].str[:10]
    return (days >= meta.date_from.isoformat()) & (days <= meta.date_to.isoformat())


def _aligned(old: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return two tables with the same columns, those of the older first; a text column lacks ``""``."""
    columns = [*old.columns, *(name for name in new.columns if name not in old.columns)]
    return _filled(old, new, columns), _filled(new, old, columns)


def _filled(frame: pd.DataFrame, other: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    lacking = {
        name: (float("nan") if pd.api.types.is_float_dtype(other[name]) else "")
        for name in columns
        if name not in frame
    }
    return frame.assign(**lacking)[columns]


def _by_id(old: pd.DataFrame, new: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the older rows, each in its place, those that came again as they are now; new ones follow."""
    before, after = _aligned(old, new)
    order = pd.Index(before[name]).append(pd.Index(after.loc[~after[name].isin(before[name]), name]))
    kept = before[~before[name].isin(after[name])]
    joined = pd.concat([kept, after]) if len(kept) else after
    at = pd.Index(joined[name]).get_indexer(order)
    return joined.take(at).reset_index(drop=True)


def _parts(old: pd.DataFrame, new: pd.DataFrame, name: str, events: pd.DataFrame) -> pd.DataFrame:
    joined = _by_id(old, new, name)
    return joined[joined["event_id"].isin(events["event_id"])].reset_index(drop=True)


def _claims(old: pd.DataFrame, new: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Merge by id; a claimant who speaks anew on a subject of an event has spoken."""
    key = ["event_id", "claimant", "subject"]
    spoken = pd.MultiIndex.from_frame(new[key])
    again = pd.MultiIndex.from_frame(old[key]).isin(spoken) & ~old["claim_id"].isin(new["claim_id"])
    kept = old[~again]
    # What a claim that is gone had superseded is not superseded by nothing.
    lost = set(old.loc[again, "claim_id"])
    kept = kept.assign(supersedes=[_without(cell, lost) for cell in kept["supersedes"]])
    return _parts(kept, new, "claim_id", events)


def _without(cell: str, ids: set[str]) -> str:
    return schema.SEPARATOR.join(part for part in schema.split(cell) if part not in ids)


def _changed(older: Case, newer: Case) -> tuple[Cell, ...]:
    place = {event_id: at for at, event_id in enumerate(older.events["event_id"])}
    found = [
        *_cells(older.events, newer.events, "event_id", "events"),
        *_cells(older.claims, newer.claims, "claim_id", "claims"),
        *_new_claims(older.claims, newer.claims),
    ]
    found = [cell for cell in found if cell.event_id in place]
    return tuple(sorted(found, key=lambda cell: place[cell.event_id]))


def _new_claims(old: pd.DataFrame, new: pd.DataFrame) -> list[Cell]:
    only = new[~new["claim_id"].isin(old["claim_id"])]
    columns = ("event_id", "claimant", "subject")
    return [
        Cell(event_id, "claims", "claim", "", f"{claimant} on {subject}")
        for event_id, claimant, subject in zip(*(only[name] for name in columns), strict=True)
    ]


def _cells(old: pd.DataFrame, new: pd.DataFrame, name: str, table: str) -> list[Cell]:
    """Return the cells of rows of both tables that differ."""
    before, after = _aligned(old, new)
    both = before.loc[before[name].isin(after[name]), name]
    one = before.set_index(name, drop=False).loc[list(both)]
    two = after.set_index(name, drop=False).loc[list(both)]
    found = []
    for column in one.columns:
        left, right = one[column], two[column]
        differs = (left != right) & ~(left.isna() & right.isna())
        for row_id in differs.index[differs]:
            event_id, cells = str(two.at[row_id, "event_id"]), (left[row_id], right[row_id])
            if column == "extra":
                found += _inside(event_id, table, *map(str, cells))
            else:
                found.append(Cell(event_id, table, str(column), *map(_text, cells)))
    return found


def _inside(event_id: str, table: str, old: str, new: str) -> list[Cell]:
    """Return what differs in the columns that were kept together in ``extra``."""
    try:
        before, after = (json.loads(text) if text else {} for text in (old, new))
        names = dict.fromkeys([*before, *after])
    except (ValueError, TypeError):  # written by hand
        return [Cell(event_id, table, "extra", old, new)]
    return [
        Cell(event_id, table, f"extra.{name}", str(before.get(name, "")), str(after.get(name, "")))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def _text(value: object) -> str:
    return number_text(value) if isinstance(value, float) else str(value)


def _with_own_sources(older: Case, newer: Case) -> Case:
    """Give sources of the newer case another id where the older one has something else under it."""
    told = ("publisher", "title", "url")
    known = {row["source_id"]: tuple(row[name] for name in told) for row in _records(older.sources)}
    taken = {*known, *newer.sources["source_id"]}
    names: dict[str, str] = {}
    for row in _records(newer.sources):
        source_id = row["source_id"]
        if source_id in known and known[source_id] != tuple(row[name] for name in told):
            number = 2
            while f"{source_id}-{number}" in taken:
                number += 1
            names[source_id] = f"{source_id}-{number}"
            taken.add(names[source_id])
    return _renamed(newer, names) if names else newer


def _records(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(name): str(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _renamed(case: Case, names: Mapping[str, str]) -> Case:
    def cell(text: str) -> str:
        return schema.SEPARATOR.join(names.get(part, part) for part in schema.split(text))

    columns = {
        "events": ("source_ids",),
        "attacks": ("source_ids",),
        "claims": ("source_id",),
        "sources": ("source_id", "relays"),
    }
    tables = {
        table: getattr(case, table).assign(
            **{name: [cell(text) for text in getattr(case, table)[name]] for name in found}
        )
        for table, found in columns.items()
    }
    return replace(case, **tables)


def _meta(old: CaseMeta, new: CaseMeta, file: str, words: str, day: date | None) -> CaseMeta:
    licences = [text for text in dict.fromkeys((old.licence, new.licence)) if text]
    log = old.corrections
    if day:
        log = (*log, Correction(day, f"Updated from {file}: {words}."))
    is_stated = old.information_stated or new.information_stated
    return replace(
        old,
        date_from=min(old.date_from, new.date_from),
        date_to=max(old.date_to, new.date_to),
        information_as_of=max(old.information_as_of, new.information_as_of),
        information_stated=is_stated,
        # A licence that says more than the other, as one with a statement of rights, holds it already.
        licence=" | ".join(
            text for text in licences if not any(text != other and text in other for other in licences)
        ),
        citation=new.citation or old.citation,
        corrections=log,
    )


def changes_frame(update: Update) -> pd.DataFrame:
    """Return the summary as a table: what happened, event, column, before and after; all text."""
    rows = [
        *(("added", event_id, "", "", "") for event_id in update.added),
        *(
            ("changed", cell.event_id, f"{cell.table}.{cell.column}", cell.old, cell.new)
            for cell in update.changed
        ),
        *(("vanished", event_id, "", "", "") for event_id in update.vanished),
    ]
    return pd.DataFrame(rows, columns=["what", "event_id", "column", "before", "after"], dtype="str")
