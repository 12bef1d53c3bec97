"""A table of somebody else to validated drafts: guessed or told which column is which."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geodata.cases import rules
from geodata.readers.guess import Guess, guess_mapping
from geodata.readers.mapped import Mapped, map_rows
from geodata.readers.mapping import FIELDS, Mapping
from geodata.readers.rows import Rows
from geodata.readers.table_file import TableOptions
from geodata.readers.validate import Draft, draft_table
from geodata.report import RowWarning


@dataclass(frozen=True)
class MappedDrafts:
    """The drafts of the four tables and the mapping by which they were read."""

    drafts: dict[str, Draft]
    mapping: Mapping


def chosen_mapping(rows: Rows, options: TableOptions) -> tuple[Mapping, Guess | None]:
    """Return the mapping of the options, else a guess at it; orders that were asked for are in it."""
    guess: Guess | None = None
    mapping = options.mapping
    if mapping is None:
        guess = guess_mapping(rows)
        mapping = guess.mapping
    return mapping.changed(date_order=options.date_order, swap_coordinates=options.swap_coordinates), guess


def mapped_drafts(rows: Rows, options: TableOptions) -> MappedDrafts:
    """Return the drafts of a table read by a mapping; its rejected rows name their own columns.

    Raises
    ------
    InputError, UsageError
        As :func:`geodata.readers.mapped.map_rows`.
    """
    mapping, guess = chosen_mapping(rows, options)
    found = map_rows(rows, mapping)
    events = draft_table("events", found.tables["events"], keep_newest=True)
    for rule in (rules.time_rule("UTC"), rules.place_rule):
        events.apply(rule)
    accepted = set(events.frame.index)
    claims = draft_table("claims", _of(found.tables["claims"], accepted))
    cited = {item for cell in events.frame["source_ids"] for item in cell.split(";") if item}
    listed = found.tables["sources"]
    at = listed.header.index("source_id")
    sources = draft_table(
        "sources", replace(listed, records=tuple(item for item in listed.records if item[1][at] in cited))
    )
    _retell(events, rows, found)
    events.rows_read += len(found.faults)
    events.faults.update(found.faults)
    events.warnings[:0] = [*rows.notes, *_told(mapping, guess)]
    events.warnings.extend(found.warnings)
    if len(claims.frame):
        words = f"{len(claims.frame)} figures of killed and injured became claims of {_claimants(claims)}"
        events.warnings.append(RowWarning("figures_as_claims", words))
    attacks = draft_table("attacks", Rows(rows.file, ("attack_id", "event_id"), ()))
    drafts = {"events": events, "attacks": attacks, "claims": claims, "sources": sources}
    return MappedDrafts(drafts, mapping)


def _of(rows: Rows, accepted: set[int]) -> Rows:
    """Return the claims of accepted rows; the others fell with their event."""
    return replace(rows, records=tuple(item for item in rows.records if item[0] in accepted))


def _claimants(claims: Draft) -> str:
    return ", ".join(dict.fromkeys(map(repr, claims.frame["claimant"])))


def _retell(events: Draft, rows: Rows, found: Mapped) -> None:
    """Let each fault name the column and value that stand in the user's file."""
    cells = dict(rows.records)
    for row, faults in events.faults.items():
        for at, fault in enumerate(faults):
            theirs = found.names.get(fault.column)
            if theirs:
                place = rows.header.index(theirs)
                value = cells[row][place] if place < len(cells[row]) else ""
                faults[at] = replace(fault, column=theirs, value=value)


def _told(mapping: Mapping, guess: Guess | None) -> list[RowWarning]:
    """Return what was taken for what, and what was not sure enough."""
    if guess is None:
        pairs = [(name, column) for name in FIELDS for column in mapping.columns.get(name, ())]
        told = ", ".join(f"{name} ← {column!r}" for name, column in pairs)
        return [RowWarning("mapping_used", f"columns were read by the mapping: {told}")]
    told = ", ".join(f"{item.field} ← {item.column!r} ({item.confidence:.2f})" for item in guess.used)
    notes = [
        RowWarning(
            "columns_guessed",
            f"which column is which was guessed: {told or 'none'}; --save-mapping writes it to be changed",
        )
    ]
    if guess.unsure:
        told = ", ".join(
            f"{item.column!r} may be {item.field} ({item.confidence:.2f})" for item in guess.unsure
        )
        notes.append(RowWarning("columns_unsure", f"not sure enough, and not used so: {told}"))
    return notes
