"""A provider's file on its way to a case: recognised by its content, read, and put under our schema."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from geodata import boundaries, schema
from geodata.progress import Progress, silent
from geodata.readers.citation import Part, composed
from geodata.readers.delimited import Source, read_delimited
from geodata.readers.detect import PROVIDERS, detect_headerless, detect_table
from geodata.readers.envelope import envelope_rows, is_envelope
from geodata.readers.headerless import headerless_rows, is_headerless, refuse_headerless_acled
from geodata.readers.layout import HEAD_BYTES, layout_of
from geodata.readers.provider import Imported
from geodata.readers.rows import Rows, decode
from geodata.readers.table_file import TABLE, TableOptions, open_table, sniff
from geodata.readers.text_table import TextTable, table_of_rows
from geodata.readers.validate import Draft
from geodata.report import RowWarning

_KNOWN = frozenset(schema.EVENTS.columns)


@dataclass(frozen=True)
class Opened:
    """The rows of a file as they stand in it, and whose columns they are: a provider's, or ``table``."""

    rows: Rows
    layout: str


def open_rows(data: bytes, file: str, options: TableOptions) -> Opened:
    """Return the rows of a table, before anything is read from them.

    Raises
    ------
    InputError
        If it is no table.
    UsageError
        If an option does not fit the file.
    """
    kind = options.format or sniff(data, file)
    layout = TABLE if options.mapping else options.layout
    if kind == "csv" and layout != TABLE:
        text = decode(data, file, options.encoding)
        provider = layout or detect_headerless(text)
        if provider and is_headerless(text, provider):
            return Opened(headerless_rows(text, file, provider), provider)
        if not provider:
            refuse_headerless_acled(text, file)
    rows = _answer(data, file, options) if kind == "json" and layout != TABLE else None
    if rows is None:
        rows = open_table(data, file, known=_KNOWN, options=options)
    return Opened(rows, layout or detect_table(rows))


def open_columns(
    source: Source, options: TableOptions, *, progress: Progress = silent
) -> tuple[TextTable, str, str] | None:
    """Return a provider's delimited text by column, whose it is, and the hash of its bytes.

    None where it is something else, which :func:`open_rows` reads; the result would be the same.

    Raises
    ------
    Irregular
        If it is a provider's, and only the reader of rows can tell what is in it.
    InputError
        If a line is too long.
    """
    head = source.head(HEAD_BYTES)
    layout = layout_of(head, source.file, options, is_whole=source.size <= len(head))
    if layout is None:
        return None
    table, digest = read_delimited(source, layout, progress=progress)
    table = replace(table, date_order=options.date_order)
    return (table, layout.provider, digest) if len(table.numbers) else None


def read_opened(opened: Opened, *, date_order: str = "", progress: Progress = silent) -> Imported | None:
    """Return a provider's table read, None if it is no provider's; ``date_order`` as in ``TableOptions``.

    Raises
    ------
    InputError
        If columns that make it the provider's are missing, or all may be shifted.
    """
    if opened.layout not in PROVIDERS:
        return None
    table = replace(table_of_rows(opened.rows), date_order=date_order)
    return read_columns(table, opened.layout, progress=progress)


def read_columns(table: TextTable, provider: str, *, progress: Progress = silent) -> Imported:
    """Return a provider's table read.

    Raises
    ------
    InputError
        As :func:`read_opened`.
    """
    imported = PROVIDERS[provider](table, progress=progress)
    return replace(imported, warnings=(*table.notes, *imported.warnings))


def _answer(data: bytes, file: str, options: TableOptions) -> Rows | None:
    """Return the records of a provider's answer; None if it is other JSON."""
    text = decode(data, file, options.encoding)
    found = envelope_rows(text, file) if is_envelope(text) else None
    if found is None or detect_table(found[0]) not in PROVIDERS:
        return None
    rows, missing = found
    return replace(rows, notes=tuple(RowWarning("incomplete", message) for message in missing))


def cited(imported: Imported, accessed: date | None) -> Imported:
    """Return an import with its citation: which part of the provider's data it is, and when it was got."""
    return replace(
        imported,
        sources=_accessed(imported.sources, imported.provider, accessed),
        citation=composed(imported.citation, part_of(imported), accessed),
    )


def part_of(imported: Imported) -> Part:
    """Return which part of the provider's data an import is."""
    events = imported.events
    codes = set(events["country_iso3"].unique()) - {""}
    # A last day that is empty sorts before every other, and is the first day.
    last = [events[name].max() for name in ("start", "end") if name in events and len(events)]
    return Part(
        events["start"].min()[:10] if len(events) else "",
        max(last, default="")[:10],
        {boundaries.unit(code).name if boundaries.is_unit(code) else code for code in codes},
    )


def _accessed(sources: pd.DataFrame, provider: str, day: date | None) -> pd.DataFrame:
    if day is None:
        return sources
    given = sources["accessed"] if "accessed" in sources else pd.Series("", index=sources.index)
    is_own = sources["source_id"] == provider
    return sources.assign(accessed=given.mask(is_own, day.isoformat()).astype("str"))


def settle_report(events: Draft, imported: Imported) -> None:
    """Put into the balance of the events what the reader rejected and noticed."""
    events.rows_read = imported.rows_read
    events.faults |= {row: [*faults] for row, faults in imported.faults.items()}
    # The reader's own warning covers meetings too, which a case may have without a place.
    events.warnings = [warning for warning in events.warnings if warning.code != "no_coordinates"]
    events.warnings += imported.warnings
