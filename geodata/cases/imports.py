"""A provider's file on its way to a case: recognised by its content, read, and put under our schema."""

from __future__ import annotations

from geodata import schema
from geodata.errors import InputError
from geodata.readers.detect import PROVIDERS, detect_headerless, detect_table
from geodata.readers.envelope import envelope_rows, is_envelope
from geodata.readers.headerless import headerless_rows, refuse_headerless_acled
from geodata.readers.provider import Imported
from geodata.readers.rows import Rows, decode, read_rows
from geodata.readers.validate import Draft, draft_table
from geodata.report import RowWarning

_KNOWN = frozenset(schema.EVENTS.columns)


def read_table(data: bytes, file: str) -> Rows | Imported:
    """Return a provider's file read, or any other table as it is.

    Raises
    ------
    InputError
        If it is no table, or one of a provider's that cannot be read.
    """
    text = decode(data, file)
    provider = detect_headerless(text)
    if provider:
        return PROVIDERS[provider](headerless_rows(text, file, provider))
    if text.lstrip()[:1] in ("{", "["):
        return _read_answer(text, file)
    refuse_headerless_acled(text, file)
    rows = read_rows(data, file, known=_KNOWN)
    return read_provider(rows) or rows


def read_provider(rows: Rows) -> Imported | None:
    """Return a table read as its provider's, None if it is no provider's."""
    reader = PROVIDERS.get(detect_table(rows))
    return reader(rows) if reader else None


def _read_answer(text: str, file: str) -> Imported:
    rows, missing = envelope_rows(text, file) if is_envelope(text) else (Rows(file, (), ()), [])
    imported = read_provider(rows)
    if imported is None:
        raise InputError(
            "is JSON, but no answer of ACLED's or UCDP's",
            file=file,
            remedy='Give {"data": […]} with event_id_cnty, or {"Result": […]} with where_prec; or a table',
        )
    warnings = [RowWarning("incomplete", message) for message in missing]
    return Imported(**{**vars(imported), "warnings": (*warnings, *imported.warnings)})


def provider_drafts(imported: Imported) -> dict[str, Draft]:
    """Return the tables of an import, to be judged by the rules of every case."""
    frames = {"events": imported.events, "claims": imported.claims, "sources": imported.sources}
    drafts = {}
    for name in schema.TABLES:
        frame = frames.get(name)
        if frame is None:
            rows = Rows(imported.file, schema.REQUIRED[name], ())
        else:
            cells = zip(*(frame[column] for column in frame.columns), strict=True)
            records = tuple(zip(map(int, frame.index), cells, strict=True))
            rows = Rows(imported.file, tuple(frame.columns), records)
        drafts[name] = draft_table(name, rows)
    return drafts


def settle_report(events: Draft, imported: Imported) -> None:
    """Put into the balance of the events what the reader rejected and noticed."""
    events.rows_read = imported.rows_read
    events.faults |= {row: [*faults] for row, faults in imported.faults.items()}
    # The reader's own warning covers meetings too, which a case may have without a place.
    events.warnings = [warning for warning in events.warnings if warning.code != "no_coordinates"]
    events.warnings += imported.warnings
