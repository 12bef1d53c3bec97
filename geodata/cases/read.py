"""Read and validate a case, or one table of events under our own column names."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from geodata import schema
from geodata.cases import rules
from geodata.cases.meta import FILE, CaseMeta, read_meta
from geodata.days import event_time
from geodata.errors import InputError, UsageError
from geodata.readers.rows import Rows, read_rows
from geodata.readers.validate import Draft, draft_table
from geodata.report import Report, RowWarning

BUNDLED = Path(__file__).parent / "data"
TABLE_SUFFIXES = (".csv", ".tsv", ".txt")
_MAX_MEMBER_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Case:
    """A validated case: its head, its accepted rows and what became of the others.

    The tables have the columns of :mod:`geodata.schema`, text ``""`` and number
    ``NaN`` where empty, plus unknown columns as text. ``data_hash`` is the SHA-256 of
    the files it was read from.
    """

    meta: CaseMeta
    events: pd.DataFrame
    attacks: pd.DataFrame
    claims: pd.DataFrame
    sources: pd.DataFrame
    report: Report
    data_hash: str


def bundled_cases() -> dict[str, Path]:
    """Return the folder of each bundled case by its id."""
    return {path.name: path for path in sorted(BUNDLED.iterdir()) if (path / FILE).is_file()}


def load_case(path: str | Path) -> Case:
    """Read a bundled case by its id, or a case folder, a zip of one, or an event table.

    Raises
    ------
    UsageError
        If there is neither such a case nor such a path.
    InputError
        If it cannot be read as a whole, or no event of it is accepted.
    """
    place = bundled_cases().get(str(path), Path(path))
    if not place.exists():
        known = ", ".join(bundled_cases())
        raise UsageError(
            "there is neither a case nor a file of this name",
            value=path,
            remedy=f"Bundled cases: {known}; or give the path of a case folder, zip or event table",
        )
    if place.is_dir():
        return _case_of(_folder_files(place), str(path))
    if zipfile.is_zipfile(place):
        return _case_of(_zip_files(place), place.name)
    if place.suffix.lower() not in TABLE_SUFFIXES:
        raise InputError(
            f"files of the kind {place.suffix or '(no extension)'} cannot be read",
            file=place.name,
            remedy=f"Give a case folder, a zip of one, or a table ({', '.join(TABLE_SUFFIXES)})",
        )
    return _table_case(place)


def _folder_files(folder: Path) -> dict[str, bytes]:
    names = (FILE, *(f"{name}.csv" for name in schema.TABLES))
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}


def _zip_files(path: Path) -> dict[str, bytes]:
    wanted = {FILE, *(f"{name}.csv" for name in schema.TABLES)}
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name = Path(info.filename).name
            if info.is_dir() or name not in wanted or info.filename.startswith("__MACOSX"):
                continue
            if name in found:
                raise InputError(f"holds {name} more than once", file=path.name, remedy="A zip holds one case")
            if info.file_size > _MAX_MEMBER_BYTES:
                raise InputError(f"{name} is larger than 512 MB", file=path.name, remedy="Split the case")
            found[name] = archive.read(info)
    return found


def _case_of(files: Mapping[str, bytes], origin: str) -> Case:
    for name in (FILE, "events.csv"):
        if name not in files:
            raise InputError(
                f"there is no {name}", file=origin, remedy=f"A case holds {FILE}, events.csv and, where it has them, attacks.csv, claims.csv and sources.csv"
            )
    try:
        meta = read_meta(files[FILE].decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", file=FILE, remedy="Save it as UTF-8") from error
    drafts = {
        name: draft_table(name, _rows(name, files[f"{name}.csv"], f"{name}.csv"))
        for name in schema.TABLES
        if f"{name}.csv" in files
    }
    for name in schema.TABLES:
        drafts.setdefault(name, draft_table(name, Rows(f"{name}.csv", schema.REQUIRED[name], ())))
    _apply_rules(drafts, meta)
    return _finish("case", meta, drafts, _hash(files))


def _rows(name: str, data: bytes, file: str) -> Rows:
    return read_rows(data, file, known=frozenset(schema.TABLES[name].columns))


def _hash(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + str(len(files[name])).encode() + b"\0" + files[name])
    return digest.hexdigest()


def _apply_rules(drafts: dict[str, Draft], meta: CaseMeta) -> None:
    """Run the rules in the order in which tables refer to each other."""
    sources, events, attacks, claims = (drafts[name] for name in ("sources", "events", "attacks", "claims"))
    source_ids = set(sources.frame["source_id"])
    sources.apply(rules.references("relays", source_ids, "source"))
    source_ids = set(sources.frame["source_id"])
    lost_sources = {cells["source_id"] for row, cells in sources.raw.items() if row in sources.faults}

    cite = rules.references("source_ids", source_ids, "source", rejected=lost_sources)
    for rule in (rules.time_rule(meta.time_zone), rules.place_rule, cite):
        events.apply(rule)
    event_ids = set(events.frame["event_id"])
    lost_events = {cells["event_id"] for row, cells in events.raw.items() if row in events.faults}
    of_event = rules.references("event_id", event_ids, "event", rejected=lost_events - event_ids)
    for rule in (of_event, rules.origin_rule(meta.inferred_rule), cite):
        attacks.apply(rule)
    claims.apply(of_event)
    claims.apply(rules.claim_rule)
    claims.apply(rules.references("source_id", source_ids, "source", rejected=lost_sources))
    events_of = dict(zip(claims.frame["claim_id"], claims.frame["event_id"], strict=True))
    claims.apply(rules.supersedes_rule(events_of))
    _warn(events, claims)


def _warn(events: Draft, claims: Draft) -> None:
    # An event with neither coordinates nor an area stands in the lists only; for a meeting that is as it should be.
    rules.warn_where(
        events,
        "no_coordinates",
        "the event has neither coordinates nor an area; it is listed, not drawn",
        lambda row: row["latitude"] != row["latitude"] and not row["area"] and row["event_type"] not in schema.DIPLOMATIC_TYPES,
    )
    rules.warn_where(
        claims,
        "no_source",
        "the claim cites no source",
        lambda row: not row["source_id"],
    )


def _finish(kind: str, meta: CaseMeta, drafts: dict[str, Draft], data_hash: str) -> Case:
    reports = {name: draft.report() for name, draft in drafts.items()}
    events = drafts["events"]
    if events.frame.empty:
        first = events.report().rejected_rows[:1]
        why = f"; row {first[0].row}: {first[0].reason}" if first else ""
        raise NoEventError(
            f"no event was accepted of {events.rows_read} read{why}",
            report=Report(kind, reports["events"], {k: v for k, v in reports.items() if k != "events"}),
            file=events.file,
        )
    others = {name: reports[name] for name in ("attacks", "claims", "sources")} if kind == "case" else {}
    tables = {name: draft.table() for name, draft in drafts.items()}
    return Case(meta, **tables, report=Report(kind, reports["events"], others), data_hash=data_hash)


class NoEventError(InputError):
    """No row of the event table was accepted; ``report`` says why for each."""

    def __init__(self, reason: str, *, report: Report, file: str) -> None:
        self.report = report
        super().__init__(reason, file=file, remedy="Mend the rows as the report says and read the file again")


def _table_case(path: Path) -> Case:
    data = path.read_bytes()
    rows = _rows("events", data, path.name)
    missing = [name for name in schema.REQUIRED["events"] if name not in rows.header]
    if missing:
        raise InputError(
            f"the required column {missing[0]!r} is missing",
            file=path.name,
            row=1,
            column=missing[0],
            remedy=f"An event table needs the columns {', '.join(schema.REQUIRED['events'])}; "
            f"the header has {', '.join(rows.header)[:300]}",
        )
    drafts = {"events": draft_table("events", rows)}
    for name in ("attacks", "claims", "sources"):
        drafts[name] = draft_table(name, Rows(path.name, schema.REQUIRED[name], ()))
    events = drafts["events"]
    for rule in (rules.time_rule("UTC"), rules.place_rule):
        events.apply(rule)
    _keep_source_ids(events)
    _warn(events, drafts["claims"])
    has_place = events.frame[["latitude"]].notna().any(axis=None) or bool(
        (events.frame[["area", "country_iso3", "admin1", "admin2", "place_name"]] != "").any(axis=None)
    )
    if len(events.frame) and not has_place:
        raise InputError(
            "there are neither coordinates nor place names nor codes",
            file=path.name,
            remedy="Add latitude and longitude, an area, or country_iso3, admin1 and admin2",
        )
    return _finish("table", _table_meta(path, events.frame), drafts, _hash({path.name: data}))


def _keep_source_ids(events: Draft) -> None:
    cited = tuple(int(row) for row in events.frame.index[events.frame["source_ids"] != ""])
    if cited:
        events.warnings.append(
            RowWarning("source_not_listed", "source_ids are kept; a single table has no table of sources", cited)
        )


def _table_meta(path: Path, events: pd.DataFrame) -> CaseMeta:
    """Return a head for a bare table: its window is that of its events."""
    times = [
        event_time(row.start, row.end, precision=row.time_precision, zone_name=row.time_zone or "UTC")
        for row in events.itertuples()
    ]
    low = min((when.first_day for when in times), default=date(1970, 1, 1))
    high = max((when.last_day for when in times), default=low)
    return CaseMeta(
        id=path.stem,
        title=path.stem.replace("_", " ").replace("-", " "),
        summary="",
        version="",
        information_as_of=high,
        time_zone="UTC",
        date_from=low,
        date_to=high,
        focus=(),
        licence="",
        citation="",
        unknowns=(),
        view=None,
    )

