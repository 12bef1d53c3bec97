"""What each command does: one call into the library, one answer out."""

# ruff: noqa: PLC0415
from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.cli_parts import DONE, Answer, endings, say, show
from geodata.errors import InputError, UsageError

if TYPE_CHECKING:
    from geodata.boundaries import LayerInUse
    from geodata.cases import Case
    from geodata.display import Display
    from geodata.filters import EventFilter
    from geodata.readers.table_file import TableOptions
    from geodata.record import Record
    from geodata.report import Report


def list_cases(options: argparse.Namespace) -> Answer:
    """List the bundled cases."""
    from geodata.cases import bundled_cases, read_meta

    heads = [
        read_meta((folder / "case.toml").read_text(encoding="utf-8"), file=f"{name}/case.toml")
        for name, folder in bundled_cases().items()
    ]
    rows = [
        {
            "id": head.id,
            "title": head.title,
            "version": head.version,
            "date_from": head.date_from.isoformat(),
            "date_to": head.date_to.isoformat(),
            "information_as_of": head.information_as_of.isoformat(),
            "licence": head.licence,
        }
        for head in heads
    ]
    show(options, (f"{row['id']}  {row['title']} ({row['date_from']} to {row['date_to']})" for row in rows))
    return DONE, {"cases": rows}


def check_path(options: argparse.Namespace) -> Answer:
    """Read a case or event file and print its report."""
    from geodata.cases import NoEventError
    from geodata.join import assign_admin
    from geodata.placed import place_warnings, with_place_warnings

    asked = table_options(options)
    for name in ("rejected", "save_mapping"):
        if getattr(options, name):
            _target(getattr(options, name), ("csv",) if name == "rejected" else ("json",))
    if options.save_mapping:  # first: what refuses the file may be what the mapping is changed for
        _save_mapping(options, asked)
    try:
        case = _loaded(options.path, asked)
    except NoEventError as error:
        show(options, error.report.lines())
        _save_rejected(options, asked, error.report)
        raise
    report = with_place_warnings(case.report, place_warnings(case, assign_admin(case.events)))
    show(options, [f"format: {report.format}", *report.lines()])
    _save_rejected(options, asked, report)
    if options.strict and report.rejected:
        raise _StrictError(report)
    return DONE, report.as_dict()


def _save_mapping(options: argparse.Namespace, asked: TableOptions) -> None:
    """Write the mapping by which a table is read, with how sure each guess is."""
    from geodata.cases.mapped import chosen_mapping
    from geodata.cases.read import table_rows

    target, _ = _target(options.save_mapping, ("json",))
    mapping, guess = chosen_mapping(table_rows(options.path, asked), asked)
    saved = mapping.as_dict()
    if guess:
        found = {"used": guess.used, "unsure": guess.unsure}
        saved["guesses"] = {name: [vars(item) for item in items] for name, items in found.items()}
    with _replacing(target) as path:
        path.write_text(json.dumps(saved, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    say(f"wrote {target}")


def _save_rejected(options: argparse.Namespace, asked: TableOptions, report: Report) -> None:
    """Write the rejected rows of a table, if that is asked for."""
    if not options.rejected:
        return
    from geodata.cases.read import table_rows
    from geodata.readers.rejects import rejected_table

    target, _ = _target(options.rejected, ("csv",))
    data = rejected_table(table_rows(options.path, asked), report.events.rejected_rows)
    with _replacing(target) as path:
        path.write_bytes(data)
    say(f"wrote {target}: {_rows(len(report.events.rejected_rows))} rejected")


def table_options(options: argparse.Namespace) -> TableOptions:
    """Return what the options say about a table."""
    from geodata.filters import parse_day
    from geodata.readers.mapping import read_mapping
    from geodata.readers.table_file import TableOptions

    mapping = None
    if options.mapping:
        path = Path(options.mapping)
        if not path.is_file():
            raise UsageError("there is no such file", column="mapping", value=options.mapping)
        mapping = read_mapping(path.read_text(encoding="utf-8-sig", errors="replace"), path.name)
    return TableOptions(
        format=options.format,
        layout=options.layout,
        sheet=options.sheet,
        encoding=options.encoding,
        date_order=options.date_order,
        swap_coordinates=options.swap_coordinates,
        mapping=mapping,
        accessed=parse_day(options.accessed, "accessed") if options.accessed else None,
    )


def join_path(options: argparse.Namespace) -> Answer:
    """Write every event with its units."""
    if not options.tolerance_km >= 0:
        raise UsageError(
            "is not 0 or more", column="tolerance_km", value=options.tolerance_km, remedy="Give km"
        )
    from geodata.exports import FORMATS, join_bytes

    target, kind = _target(options.out, FORMATS)
    record = _record(options, tolerance_km=options.tolerance_km, is_file=True)
    with _replacing(target) as path:
        path.write_bytes(join_bytes(record, kind))
    methods = record.events["join_method"].value_counts().sort_index()
    say(
        f"joined {len(record.events)} events: "
        + ", ".join(f"{count} {name}" for name, count in methods.items())
    )
    return _wrote(
        target, record, len(record.events), {"join_methods": {k: int(v) for k, v in methods.items()}}
    )


def export_path(options: argparse.Namespace) -> Answer:
    """Write the filtered events as a table or as features."""
    from geodata.exports import FORMATS, export_bytes

    target, kind = _target(options.out, FORMATS)
    wanted = _filter(options)
    record = _record(options, is_file=True)
    count = len(record.select(wanted).events)
    with _replacing(target) as path:
        path.write_bytes(export_bytes(record, wanted, kind))
    say(f"exported {count} of {len(record.events)} events")
    if kind == "zip":
        _told_formulas(record.select(wanted).case)
    if not count:
        say("note: the filters keep no event, so that the file holds its columns and no row")
    return _wrote(target, record, count)


def snapshot_path(options: argparse.Namespace) -> Answer:
    """Write the filtered map as a picture."""
    from dataclasses import replace

    from geodata.display import Display
    from geodata.filters import parse_day
    from geodata.render.print_map import FORMATS, PrintOptions, write_map
    from geodata.scene_build import build_scene
    from geodata.store.about import is_store
    from geodata.store.open import open_store
    from geodata.store.record import with_shading

    target, kind = _target(options.out, (*FORMATS, "html"))
    produced = parse_day(options.date, "date") if options.date else date.min
    paper = PrintOptions(
        produced,
        paper=options.paper,
        dpi=options.dpi,
        title=options.title,
        projection=options.projection,
        graticule=options.graticule,
        is_plain=options.plain,
    )
    wanted, display = _filter(options), Display(tuple(options.hide), options.names, tuple(options.show))
    record = _record(options)
    if not (options.date_from or options.date_to):
        opening = record.default_filter
        wanted = replace(wanted, date_from=opening.date_from, date_to=opening.date_to)
    if not options.date:
        meta = record.meta
        paper = replace(paper, production_date=meta.information_as_of, is_dated=meta.information_stated)
    if kind == "html":
        if display.show:
            say("note: units are not shaded in a page of one file; write a picture (.png, .svg, .pdf)")
        return _write_page(options, target, record, wanted, display)
    # As on the page the box is what is looked at: the picture says what lies outside it or has no place.
    everywhere = replace(wanted, bbox=None)
    scene = build_scene(record, everywhere, extent=wanted.bbox, only_extent=True, display=display)
    # Of a store the record holds the wanted part alone, and a unit that the picture cuts keeps its number.
    whole = open_store(Path(options.path)) if is_store(Path(options.path)) else record
    scene = counted = with_shading(scene, whole, wanted)
    if not display.shows("events"):
        counted = build_scene(record, everywhere, extent=wanted.bbox, only_extent=True)
    drawn = sum(len(mark.ids) for mark in counted.areas) + len(counted.points)
    placed = record.select(everywhere).events["drawn_as"] != ""
    outside = int(placed.sum()) - drawn
    with _replacing(target) as path:
        write_map(scene, path, paper)
    events = "1 event" if drawn == 1 else f"{drawn} events"
    left_out = f"{events} {'is' if drawn == 1 else 'are'} left out by choice"
    done = f"drew {events}" if counted is scene else left_out
    said = [done, f"{scene.placeless} without a place are left out"]
    if outside:
        said.append(f"{outside} {'lies' if outside == 1 else 'lie'} outside the picture")
    say("; ".join(said))
    width, height = paper.pixels
    more = {"width": width, "height": height, "placeless": scene.placeless, "outside": outside}
    return _wrote(target, record, drawn, more)


def update_path(options: argparse.Namespace) -> Answer:
    """Write an older case with a newer file read over it, and say what that changed."""
    from geodata.cases.update import changes_frame, update_case
    from geodata.cases.write import case_zip
    from geodata.filters import parse_day
    from geodata.readers.cells import neutralised
    from geodata.rights import release

    target, _ = _target(options.out, ("zip",))
    listed, _ = _target(options.changes, ("csv",)) if options.changes else (None, "")
    day = parse_day(options.date, "date") if options.date else date.today()
    found = update_case(
        _loaded(options.older, None),
        _case(options),
        file=Path(options.path).name,
        day=day,
        drop_vanished=options.drop_vanished,
    )
    data = case_zip(release(found.case, options.acled_rights))
    with _replacing(target) as path:
        path.write_bytes(data)
    if listed:
        frame = changes_frame(found).map(neutralised)
        with _replacing(listed) as path:
            path.write_bytes(frame.to_csv(index=False).encode("utf-8-sig"))
    show(options, [found.words])
    return DONE, {"out": str(target), "events": len(found.case.events), **found.as_dict()}


def _write_page(
    options: argparse.Namespace, target: Path, record: Record, wanted: EventFilter, display: Display
) -> Answer:
    from geodata.filters import parse_day
    from geodata.render.html_page import html_page, page_windows

    produced = parse_day(options.date, "date") if options.date else None
    page = html_page(
        record, wanted, title=options.title, production_date=produced, extent=wanted.bbox, display=display
    )
    with _replacing(target) as path:
        path.write_bytes(page)
    return _wrote(target, record, len(record.select(page_windows(record, wanted)[0]).events))


def pack_path(options: argparse.Namespace) -> Answer:
    """Write a case or a table as the zip of a case."""
    from geodata.cases.read import files_hash
    from geodata.cases.write import case_files, zip_of
    from geodata.rights import release

    target, _ = _target(options.out, ("zip",))
    case = _inferred(options, release(_case(options), options.acled_rights))
    files = case_files(case)
    with _replacing(target) as path:
        path.write_bytes(zip_of(files))
    runs = _told_formulas(case)
    data_hash = files_hash(files)
    say(f"packed {len(case.events)} events; data hash {data_hash[:12]}")
    say(f"wrote {target}")
    answer = {"out": str(target), "events": len(case.events), "data_hash": data_hash, "formulas": runs}
    return DONE, {**answer, "report": case.report.as_dict()}


def _told_formulas(case: Case) -> int:
    """Say which cells of a case would run as formulas in a spreadsheet, and return how many they are."""
    from geodata.cases.write import formula_cells, rows_of

    runs = formula_cells(rows_of(case))
    if runs:
        file, row, column = runs[0]
        say(
            f"note: cells that begin as formulas do: {len(runs)} (first: {file}, row {row}, {column}); "
            "a case keeps them as they are, so import it into a spreadsheet with all columns as text"
        )
    return len(runs)


def _inferred(options: argparse.Namespace, case: Case) -> Case:
    """Return the case, by the user's decision with attacks that follow from the order of actors."""
    if not options.infer_first_actor:
        if options.actor_country:
            raise UsageError(
                "belongs to --infer-first-actor", column="actor_country", remedy="Give that option too"
            )
        return case
    from geodata.cases.edit import CaseDraft
    from geodata.cases.infer import first_actors, infer_first_actor, suggest_country
    from geodata.record import build_record

    draft = CaseDraft.of(case)
    countries = {actor: suggest_country(actor, case.meta) for actor in first_actors(draft)}
    for word in options.actor_country:
        actor, mark, iso3 = word.rpartition("=")
        if not mark or actor not in countries:
            raise UsageError(
                "names no first actor of an event without attacks",
                column="actor_country",
                value=word,
                remedy=f"Write NAME=ISO3 with one of: {', '.join(countries) or 'none'}",
            )
        countries[actor] = iso3.upper()
    events = build_record(case).events
    found = infer_first_actor(draft, countries, dict(zip(events["event_id"], events["adm0_id"], strict=True)))
    for actor, iso3 in countries.items():
        say(f"{actor}: {iso3 or 'no country; nothing is inferred (--actor-country NAME=ISO3)'}")
    say(
        f"inferred {found.made} attacks by your decision; events without: "
        + (", ".join(f"{count} ({why})" for why, count in sorted(found.left_out.items())) or "none")
    )
    return found.draft.to_case()


# -- shared by the commands ----------------------------------------------------------------------


def _filter(options: argparse.Namespace) -> EventFilter:
    from geodata.filters import EventFilter, parse_bbox, parse_day

    return EventFilter(
        date_from=parse_day(options.date_from, "from") if options.date_from else None,
        date_to=parse_day(options.date_to, "to") if options.date_to else None,
        bbox=parse_bbox(options.bbox) if options.bbox else None,
        types=tuple(dict.fromkeys(options.types)),
        actors=tuple(dict.fromkeys(options.actors)),
        areas=tuple(dict.fromkeys(options.areas)),
        min_killed=options.min_killed,
        min_claimants=options.min_claimants,
    )


def _record(options: argparse.Namespace, *, tolerance_km: float = 10.0, is_file: bool = False) -> Record:
    """Return the record of the input; ``is_file`` if its rows leave in a file."""
    from geodata.detail import detail_by_key
    from geodata.generalise import check_areas, generalised_record
    from geodata.record import build_record
    from geodata.rights import release
    from geodata.store.about import is_store

    detail = detail_by_key(options.detail) if options.detail else None
    if detail and options.boundaries:
        raise UsageError(
            "cannot be combined with --boundaries, whose units may be as small as a place",
            column="detail",
            value=options.detail,
            remedy="Leave out one of the two",
        )
    if detail and hasattr(options, "areas"):
        check_areas(_filter(options), detail.level)
    if is_store(Path(options.path)):
        return _stored(options, is_file=is_file)
    case = release(_case(options), options.acled_rights) if is_file else _case(options)
    record = build_record(case, tolerance_km=tolerance_km, layers=_layers(options))
    return generalised_record(record, detail.level) if detail else record


def _stored(options: argparse.Namespace, *, is_file: bool) -> Record:
    """Return the record of the wanted events of a store, as it joined them."""
    from dataclasses import replace

    from geodata.rights import release
    from geodata.store.open import open_store
    from geodata.store.record import held

    for name in ("detail", "boundaries"):
        if getattr(options, name):
            raise UsageError(
                "is not for a store, whose events were joined when it was made",
                column=name,
                value=getattr(options, name),
                remedy="Export a part of the store as a case zip, and use that",
            )
    if not hasattr(options, "areas"):
        raise UsageError(
            "is a store, whose events are joined already",
            file=options.path,
            remedy="Use python -m geodata export",
        )
    record = held(open_store(Path(options.path)), _filter(options))
    return replace(record, case=release(record.case, options.acled_rights)) if is_file else record


def _loaded(path: str, asked: TableOptions | None) -> Case:
    """Read a case or table, telling how far it is where that takes long."""
    from geodata.cases import load_case
    from geodata.cli_progress import ToldProgress
    from geodata.store.about import is_store

    if is_store(Path(path)):
        raise UsageError(
            "is a store; ingest checked its files and kept what it rejected in rejected.csv",
            file=path,
            remedy="Use python -m geodata export or snapshot with it",
        )
    told = ToldProgress()
    try:
        return load_case(path, options=asked, progress=told)
    finally:
        told.end()


def _case(options: argparse.Namespace) -> Case:
    case = _loaded(options.path, table_options(options))
    rejected = case.report.rejected
    if rejected and options.strict:
        raise _StrictError(case.report)
    if rejected:
        say(f"note: {_rows(rejected)} rejected; python -m geodata check {options.path} says which and why")
    return case


def _layers(options: argparse.Namespace) -> list[LayerInUse]:
    if not options.boundaries:
        return []
    from geodata.boundaries import use_layer
    from geodata.boundaries.open_layer import open_layer

    used = []
    for name in options.boundaries:
        layer = open_layer(name, level=options.boundaries_level, licence=options.boundaries_licence)
        report = layer.report
        faults = len(report.table.rejected_rows) + len(report.repairs) + len(report.table.warnings)
        for line in report.lines() if faults else report.lines()[:1]:
            say(line)
        used.append(use_layer(layer, joins=layer.level in (1, 2), is_focus=True))
    return used


class _StrictError(InputError):
    """A row was rejected and none may be; ``report`` has them all."""

    def __init__(self, report: Report) -> None:
        self.report = report
        table = next(table for table in (report.events, *report.tables.values()) if table.rejected_rows)
        first = table.rejected_rows[0]
        super().__init__(
            f"{_rows(report.rejected)} rejected, and --strict allows none; the first: {first.reason}",
            file=table.file,
            row=first.row,
            column=first.column,
            value=first.value or None,
            remedy=first.remedy,
        )


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count} rows were"


def _target(out: str, formats: Sequence[str]) -> tuple[Path, str]:
    """Return where to write, and the format its ending asks for, before any work is done."""
    target = Path(os.path.realpath(out))
    kind = target.suffix.removeprefix(".").lower()
    if kind not in formats:
        what = (
            f"files of the kind {target.suffix!r} are not built yet"
            if kind
            else "the file name has no ending"
        )
        raise UsageError(what, file=out, remedy=f"Built are {endings(formats)}")
    try:
        is_taken = target.is_dir() or (target.exists() and not target.is_file())
        has_folder = target.parent.is_dir()
    except OSError as error:  # a name that the system does not take
        raise _unwritable(error, out) from error
    if is_taken:
        raise UsageError(
            "is not a file that can be written", file=out, remedy="Give --out the name of a file"
        )
    if not has_folder:
        raise UsageError("the folder does not exist", file=out, remedy=f"Make {target.parent} first")
    if not os.access(target.parent, os.W_OK):
        raise _unwritable(PermissionError(13, "no permission to write in this folder"), out)
    return target, kind


def _unwritable(error: OSError, file: str) -> UsageError:
    reason = f"cannot be written: {error.strerror or error}"
    return UsageError(reason, file=file, remedy="Choose a folder you may write to")


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """Give a new file beside ``target`` that takes its place once it is whole."""
    draft = target.with_name(f".{target.stem[:80]}.{os.getpid()}{target.suffix}")
    try:
        yield draft
        draft.replace(target)
    except OSError as error:
        raise _unwritable(error, str(target)) from error
    finally:
        draft.unlink(missing_ok=True)


def _wrote(target: Path, record: Record, events: int, more: dict[str, Any] | None = None) -> Answer:
    say(f"wrote {target}")
    answer = {"out": str(target), "events": events, **(more or {}), "report": record.case.report.as_dict()}
    return DONE, answer
