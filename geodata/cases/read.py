"""Read and validate a case, or one table of events under our own column names."""

# Readers of foreign files are imported where one is read: the folder of a case needs none of them.
# ruff: noqa: PLC0415

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from geodata import schema
from geodata.cases import rules
from geodata.cases.meta import FILE, CaseMeta, read_meta
from geodata.cases.supersede import settle_supersedes
from geodata.days import FINE_PRECISIONS, event_time
from geodata.detail import DETAILS
from geodata.errors import InputError, UsageError
from geodata.progress import CHECKING, Progress, silent
from geodata.readers import archives
from geodata.readers.rows import Rows, make_rows, read_rows
from geodata.readers.validate import Draft, draft_table
from geodata.report import Report, RowWarning

if TYPE_CHECKING:
    from geodata.readers.delimited import Source
    from geodata.readers.provider import Imported
    from geodata.readers.sheets import Sheet
    from geodata.readers.table_file import TableOptions

BUNDLED = Path(__file__).parent / "data"
_WITHOUT = {
    "attacks": "no direction, weapon or attacker is known",
    "claims": "there are no figures, and nothing is told by claimant",
    "sources": "nothing can be cited",
}
# How the table that a case was made from was read; only there, and written back as it was.
MAPPING_FILE = "mapping.json"
# The files of a case, in the order in which they are written.
FILES = (FILE, *(f"{name}.csv" for name in schema.TABLES), MAPPING_FILE)


@dataclass(frozen=True)
class Case:
    """A validated case: its head, its accepted rows and what became of the others.

    The tables have the columns of :mod:`geodata.schema`, text ``""`` and number
    ``NaN`` where empty, plus unknown columns as text. ``data_hash`` is the SHA-256 of
    the bytes of the files it was read from: the same rows in other quotes or line ends
    are another hash. ``write.case_files`` has one way to write a case, so what it wrote
    once keeps its hash through any number of readings and writings. ``mapping`` is the
    JSON of the mapping by which a table of somebody else was read, ``""`` for all others.
    ``event_rows`` has the row of each event in the file it was read from, as a spreadsheet
    numbers rows; it is empty for a case that was not read from a file.
    """

    meta: CaseMeta
    events: pd.DataFrame
    attacks: pd.DataFrame
    claims: pd.DataFrame
    sources: pd.DataFrame
    report: Report
    data_hash: str
    mapping: str = ""
    event_rows: tuple[int, ...] = ()


def bundled_cases() -> dict[str, Path]:
    """Return the folder of each bundled case by its id."""
    return {path.name: path for path in sorted(BUNDLED.iterdir()) if (path / FILE).is_file()}


def load_case(path: str | Path, *, options: TableOptions | None = None, progress: Progress = silent) -> Case:
    """Read a bundled case by its id, or a case folder, zip or workbook, or an event table.

    Parameters
    ----------
    options
        What the user says about a table; a case takes none.
    progress
        Is told how far reading and checking are, and may stop them (:mod:`geodata.progress`).

    Raises
    ------
    UsageError
        If there is neither such a case nor such a path, or an option does not fit.
    InputError
        If it cannot be read as a whole, or no event of it is accepted.
    """
    place = bundled_cases().get(str(path), Path(path))
    if not str(path).strip() or not place.exists():
        known = ", ".join(bundled_cases())
        raise UsageError(
            "there is neither a case nor a file of this name",
            value=path,
            remedy=f"Bundled cases: {known}; or give the path of a case folder, zip or event table",
        )
    if place.is_dir():
        if options:
            _refuse_options(options, str(path))
        return case_of_files(_folder_files(place), origin=str(path))
    from geodata.readers.delimited import Source
    from geodata.readers.table_file import MOST_COLUMN_BYTES, TableOptions, check_size

    options = options or TableOptions()
    source = Source.of_path(place)
    case = _column_case(source, options, progress, most=MOST_COLUMN_BYTES)
    if case:
        return case
    check_size(source.size, source.file)
    return _case_of_bytes(place.read_bytes(), place.name, options, progress)


def case_of_bytes(
    data: bytes, file: str, *, options: TableOptions | None = None, progress: Progress = silent
) -> Case:
    """Read the zip or workbook of a case, or an event table; ``file`` names it in messages.

    Parameters
    ----------
    options, progress
        As in :func:`load_case`.

    Raises
    ------
    UsageError
        If an option does not fit.
    InputError
        If it cannot be read as a whole, or no event of it is accepted.
    """
    from geodata.readers.delimited import Source
    from geodata.readers.table_file import MOST_BYTES, TableOptions

    options = options or TableOptions()
    case = _column_case(Source.of_bytes(data, file), options, progress, most=MOST_BYTES)
    return case or _case_of_bytes(data, file, options, progress)


def _column_case(source: Source, options: TableOptions, progress: Progress, *, most: int) -> Case | None:
    """Return the case of a provider's delimited text; None where it is something else, or not regular."""
    from geodata.cases.imports import open_columns, read_columns
    from geodata.readers.delimited import Irregular
    from geodata.readers.table_file import check_size

    try:
        if source.size <= most and (found := open_columns(source, options, progress=progress)):
            table, provider, digest = found
            del found
            imported = read_columns(table, provider, progress=progress)
            del table  # its columns are in the import, under our names
            return provider_case(source.file, imported, digest, options.accessed, progress)
    except Irregular as irregular:
        check_size(source.size, source.file, why=str(irregular))
    return None


def _case_of_bytes(data: bytes, file: str, options: TableOptions, progress: Progress) -> Case:
    from geodata.cases.workbook import is_case
    from geodata.readers.own_features import read_own_features
    from geodata.readers.own_geopackage import read_own_geopackage
    from geodata.readers.sheets import read_sheets
    from geodata.readers.table_file import TABLE, check_size, is_table_zip, sniff

    names = archives.names(data)
    if names and not is_table_zip(names):
        _refuse_options(options, file)
        return case_of_files(_zip_files(data, file), origin=file)
    check_size(len(data), file)
    kind = options.format or sniff(data, file)
    if kind in ("xlsx", "ods"):
        sheets = read_sheets(data, file)
        if is_case(sheets) and not options.sheet:
            _refuse_options(options, file)
            return _workbook_case(sheets, data, file)
    packed = read_own_geopackage(data, file) if kind == "gpkg" and not options.sheet else None
    if packed:
        _refuse_options(options, file)
        meta = read_meta(packed.head, file=f"{file}, head")
        case = _case_of_rows(meta, packed.tables, files_hash({file: data}))
        return replace(case, mapping=packed.mapping)
    if not options.mapping and options.layout in ("", TABLE):
        own = read_own_features(data, file, kind)
        if own:
            return _bare_case(data, file, own.tables, own.terms)
    return _table_case(data, file, options, progress)


def table_rows(path: str | Path, options: TableOptions) -> Rows:
    """Return the rows of an event table as they stand in the file, before anything is read from them.

    Raises
    ------
    UsageError
        If it is a case, whose tables are files already.
    InputError
        If it is no table.
    """
    place = Path(path)
    if str(path) in bundled_cases() or place.is_dir():
        raise UsageError(
            "is a case, not one table", file=str(path), remedy="Its report names file and row; mend it there"
        )
    from geodata.cases.imports import open_rows

    return open_rows(place.read_bytes(), place.name, options).rows


def _refuse_options(options: TableOptions, file: str) -> None:
    for name, empty in vars(type(options)()).items():
        if getattr(options, name) != empty:
            raise UsageError(
                "belongs to a table, and this is a case", file=file, column=name, remedy="Leave it out"
            )


def _folder_files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES if (folder / name).is_file()}


def _zip_files(data: bytes, file: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with archives.opened(data, file) as archive:
        for info in archive.infolist():
            name = Path(info.filename).name
            if info.is_dir() or name not in FILES or info.filename.startswith("__MACOSX"):
                continue
            if name in found:
                raise InputError(
                    f"holds {name} more than once", file=file, remedy="A zip holds one case: split it"
                )
            found[name] = archives.member(archive, info.filename, file)
    return found


def case_of_files(files: Mapping[str, bytes], *, origin: str = "case") -> Case:
    """Read a case from the bytes of its files, by file name; ``origin`` names it in messages.

    Raises
    ------
    InputError
        If it cannot be read as a whole, or no event of it is accepted.
    """
    for name in (FILE, "events.csv"):
        if name not in files:
            raise InputError(
                f"there is no {name}",
                file=origin,
                remedy=f"A case holds {FILE}, events.csv and, where it has them, "
                "attacks.csv, claims.csv and sources.csv",
            )
    try:
        meta = read_meta(files[FILE].decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", file=FILE, remedy="Save it as UTF-8") from error
    rows = {
        name: _rows(name, files[f"{name}.csv"], f"{name}.csv")
        for name in schema.TABLES
        if f"{name}.csv" in files
    }
    case = _case_of_rows(meta, rows, files_hash(files))
    return replace(case, mapping=files.get(MAPPING_FILE, b"").decode("utf-8", "replace"))


def _case_of_rows(meta: CaseMeta, rows: Mapping[str, Rows], data_hash: str) -> Case:
    drafts = {name: draft_table(name, table) for name, table in rows.items()}
    for name, table in rows.items():
        drafts[name].warnings.extend(table.notes)
    for name in schema.TABLES:
        if name not in drafts:
            drafts[name] = draft_table(name, Rows(f"{name}.csv", schema.REQUIRED[name], ()))
            message = f"there is no {name}.csv; {_WITHOUT[name]}"
            drafts[name].warnings.append(RowWarning("missing_table", message))
    apply_rules(drafts, zone_name=meta.time_zone, inferred_rule=meta.inferred_rule)
    return _finish("case", meta, drafts, data_hash, with_tables=True)


def _workbook_case(sheets: tuple[Sheet, ...], data: bytes, file: str) -> Case:
    """Read the workbook of a case: the head as key and value, and a sheet a table."""
    from geodata.cases.workbook import meta_text_of, own_sheets

    sheets, mapping = own_sheets(sheets)
    found = {sheet.name.strip().casefold(): sheet for sheet in sheets}
    meta = read_meta(meta_text_of(found["case"], file), file=f"{file}, sheet case")
    rows = {
        name: make_rows(found[name].lines, f"{file}, sheet {name}")
        for name in schema.TABLES
        if name in found and (name == "events" or found[name].lines)
    }
    return replace(_case_of_rows(meta, rows, files_hash({file: data})), mapping=mapping)


def _rows(name: str, data: bytes, file: str) -> Rows:
    return read_rows(data, file, known=frozenset(schema.TABLES[name].columns))


def files_hash(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of files with their names, in the order of the names."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + str(len(files[name])).encode() + b"\0" + files[name])
    return digest.hexdigest()


def apply_rules(drafts: dict[str, Draft], *, zone_name: str, inferred_rule: str) -> None:
    """Run the rules in the order in which tables refer to each other.

    Every row of a case passes here, read from a file or typed into a form.
    """
    sources, events, attacks, claims = (drafts[name] for name in ("sources", "events", "attacks", "claims"))
    source_ids, lost_sources = _relayed(sources)

    cite = rules.references("source_ids", source_ids, "source", rejected=lost_sources)
    for rule in (rules.time_rule(zone_name), rules.place_rule, cite):
        events.apply(rule)
    event_ids = set(events.frame["event_id"])
    lost_events = _rejected_ids(events, "event_id")
    of_event = rules.references("event_id", event_ids, "event", rejected=lost_events - event_ids)
    for rule in (of_event, rules.origin_rule(inferred_rule), cite):
        attacks.apply(rule)
    rules.check_origins(attacks, events, inferred_rule=inferred_rule)
    claims.apply(of_event)
    claims.apply(rules.claim_rule)
    claims.apply(rules.claim_position_rule)
    claims.apply(rules.references("source_id", source_ids, "source", rejected=lost_sources))
    settle_supersedes(claims)
    _warn(events, claims)


def _rejected_ids(draft: Draft, column: str) -> set[str]:
    return {draft.raw[row][column] for row in draft.faults if row in draft.raw}


def _relayed(sources: Draft) -> tuple[set[str], set[str]]:
    """Reject sources that relay none that stands, as often as that takes; return ids kept and lost."""
    while True:
        kept = set(sources.frame["source_id"])
        lost = _rejected_ids(sources, "source_id") - kept
        sources.apply(rules.references("relays", kept, "source", rejected=lost))
        if len(sources.frame) == len(kept):
            return kept, lost


def _warn(events: Draft, claims: Draft) -> None:
    frame = events.frame
    # Without coordinates or an area an event stands in the lists only: for a meeting, as it should be.
    rules.warn_where(
        events,
        "no_coordinates",
        "the event has neither coordinates nor an area; it is drawn as the unit that its names or codes "
        "resolve to, else listed only",
        frame["latitude"].isna() & (frame["area"] == "") & ~frame["event_type"].isin(schema.DIPLOMATIC_TYPES),
    )
    rules.warn_where(
        claims,
        "no_source",
        "the claim cites no source",
        claims.frame["source_id"] == "",
    )


def _finish(
    kind: str, meta: CaseMeta, drafts: dict[str, Draft], data_hash: str, *, with_tables: bool
) -> Case:
    reports = {name: draft.report() for name, draft in drafts.items()}
    others = {name: reports[name] for name in ("attacks", "claims", "sources")} if with_tables else {}
    report = Report(kind, reports["events"], others)
    if drafts["events"].frame.empty:
        raise NoEventError(report)
    tables = {name: draft.table() for name, draft in drafts.items()}
    return Case(
        meta,
        tables["events"],
        tables["attacks"],
        tables["claims"],
        tables["sources"],
        report=report,
        data_hash=data_hash,
        event_rows=tuple(drafts["events"].frame.index.tolist()),
    )


class NoEventError(InputError):
    """No row of the event table was accepted; ``report`` says why for each."""

    def __init__(self, report: Report) -> None:
        self.report = report
        table = report.events
        first = table.rejected_rows[0] if table.rejected_rows else None
        why = f"; the first: {first.reason}" if first else ""
        super().__init__(
            f"no event was accepted of {table.rows_read} read{why}",
            file=table.file,
            row=first.row if first else None,
            column=first.column if first else "",
            value=(first.value or None) if first else None,
            remedy=(first.remedy if first else "")
            or "Mend the rows as the report says and read the file again",
        )


def _table_case(data: bytes, file: str, options: TableOptions, progress: Progress) -> Case:
    """Read a table of events: a provider's, one under our own names or of our own making, or by a mapping."""
    from geodata.cases.imports import open_rows, read_opened
    from geodata.readers.own_export import is_own_export, terms_of, unfolded
    from geodata.readers.own_named import prepared

    opened = open_rows(data, file, options)
    imported = read_opened(opened, date_order=options.date_order, progress=progress)
    if imported:
        return provider_case(file, imported, files_hash({file: data}), options.accessed, progress)
    rows = opened.rows
    if options.mapping or not set(schema.REQUIRED["events"]) <= set(rows.header):
        return _mapped_case(file, data, rows, options)
    is_ours = is_own_export(rows)
    if not is_ours or options.swap_coordinates:  # what we wrote needs no repair
        rows = prepared(rows, swap=options.swap_coordinates)
    if is_ours:
        return _bare_case(data, file, unfolded(rows), terms_of(rows))
    return _bare_case(data, file, {"events": rows})


def _bare_case(
    data: bytes, file: str, tables: Mapping[str, Rows], terms: Mapping[str, str] | None = None
) -> Case:
    """Read a table under our names, or what an export of ours unfolds into; ``terms`` are such a one's."""
    is_whole = "sources" in tables
    drafts = {
        name: draft_table(
            name,
            tables.get(name, Rows(file, schema.REQUIRED[name], ())),
            keep_newest=name == "events",
        )
        for name in schema.TABLES
    }
    events = drafts["events"]
    events.warnings.extend(tables["events"].notes)
    if is_whole:
        apply_rules(drafts, zone_name="UTC", inferred_rule="")
    else:
        for rule in (rules.time_rule("UTC"), rules.place_rule):
            events.apply(rule)
        _keep_source_ids(events)
        _warn(events, drafts["claims"])
    if terms is None:
        _require_places(events)
    else:  # a case may be of events that nobody placed
        message = "an export of Strikemap: units, ranges and directions are computed anew"
        events.warnings.append(RowWarning("own_export", message))
    meta = _table_meta(file, events.frame, terms)
    kind = "geo" if tables["events"].is_geo else "table"
    return _finish(kind, meta, drafts, files_hash({file: data}), with_tables=is_whole)


def provider_case(
    file: str,
    imported: Imported,
    data_hash: str,
    accessed: date | None = None,
    progress: Progress = silent,
) -> Case:
    """Return a provider's file as a case: it has claims and sources, and never attacks.

    Raises
    ------
    InputError
        If no event is accepted (:class:`NoEventError`), or none of them has any place.
    """
    from geodata.cases.imports import cited, settle_report
    from geodata.cases.judged import judged_drafts

    imported = cited(imported, accessed)
    drafts = judged_drafts(
        imported, lambda doubtful: apply_rules(doubtful, zone_name="UTC", inferred_rule="")
    )
    settle_report(drafts["events"], imported)
    _require_places(drafts["events"])
    meta = _table_meta(file, drafts["events"].frame)
    meta = replace(meta, licence=imported.licence, citation=imported.citation)
    has_faults = any(draft.faults for name, draft in drafts.items() if name != "events")
    progress(CHECKING, imported.rows_read, imported.rows_read)
    return _finish(imported.provider, meta, drafts, data_hash, with_tables=has_faults)


def _mapped_case(file: str, data: bytes, rows: Rows, options: TableOptions) -> Case:
    from geodata.cases.mapped import mapped_drafts

    found = mapped_drafts(rows, options)
    events = found.drafts["events"]
    if not events.frame.empty:
        _require_places(events)
    _warn(events, found.drafts["claims"])
    meta = _table_meta(file, events.frame)
    kind = "geo" if rows.is_geo else "table"
    case = _finish(kind, meta, found.drafts, files_hash({file: data}), with_tables=False)
    return replace(case, mapping=found.mapping.to_json())


def _require_places(events: Draft) -> None:
    places = ["area", "country_iso3", "admin1", "admin2", "place_name"]
    has_place = bool(events.frame["latitude"].notna().any() or (events.frame[places] != "").any(axis=None))
    if len(events.frame) and not has_place:
        raise InputError(
            "there are neither coordinates nor place names nor codes",
            file=events.file,
            remedy="Add latitude and longitude, an area, or country_iso3, admin1 and admin2",
        )


def _keep_source_ids(events: Draft) -> None:
    cited = tuple(int(row) for row in events.frame.index[events.frame["source_ids"] != ""])
    if cited:
        events.warnings.append(
            RowWarning(
                "source_not_listed", "source_ids are kept; a single table has no table of sources", cited
            )
        )


def _table_meta(file: str, events: pd.DataFrame, stated: Mapping[str, str] | None = None) -> CaseMeta:
    """Return a head for a bare table: its window is that of its events, its terms those it carries."""
    from geodata.readers.own_export import NOT_STATED, TERMS_COLUMNS

    low, high = _window(events)
    terms = stated or dict.fromkeys(TERMS_COLUMNS, "")
    as_of = _day_or_none(terms["information_as_of"])
    return CaseMeta(
        id=terms["case_id"] or Path(file).stem,
        title=Path(file).stem.replace("_", " ").replace("-", " "),
        summary="",
        version=terms["case_version"],
        information_as_of=as_of or high,
        time_zone="UTC",
        date_from=low,
        date_to=high,
        focus=(),
        licence="" if terms["licence"] == NOT_STATED else terms["licence"],
        citation=terms["citation"],
        unknowns=(),
        view=None,
        information_stated=as_of is not None,
        generalised=next((d.precision for d in DETAILS.values() if d.words == terms["generalised"]), ""),
    )


def _window(events: pd.DataFrame) -> tuple[date, date]:
    """Return the first and last day of events, each widened to its precision.

    Days are written so that they sort as text, and widening keeps their order: the first and
    the last of each precision stand for all of it.
    """
    if events.empty:
        return date(1970, 1, 1), date(1970, 1, 1)
    days = []
    for precision in events["time_precision"].unique():
        part = events[events["time_precision"] == precision]
        last = max(part["start"].max(), part["end"].max())
        for when in (part["start"].min(), last):
            unit = "day" if precision in FINE_PRECISIONS else precision
            found = event_time(when, "", precision=unit, zone_name="UTC")
            days += [found.first_day, found.last_day]
    return min(days), max(days)


def _day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
