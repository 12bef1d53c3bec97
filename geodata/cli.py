"""The command line, thin: options in, one call into the library, one answer out.

Results go to stdout, progress and messages to stderr. Exit codes: 0 done; 1 the input
was refused; 2 the request was wrong. The library is imported when a command needs it,
so that ``--help`` answers at once.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

import argparse
import json
import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.cli_boundaries import add_boundaries
from geodata.cli_parts import (
    DONE,
    REFUSED,
    STOPPED,
    WRONG,
    Answer,
    Command,
    Parser,
    add_command,
    say,
    show,
)
from geodata.errors import GeodataError, InputError, UsageError

if TYPE_CHECKING:
    from geodata.boundaries import LayerInUse
    from geodata.cases import Case
    from geodata.filters import EventFilter
    from geodata.readers.table_file import TableOptions
    from geodata.record import Record
    from geodata.report import Report

# A test holds this against the papers of the print map, which is slow to import.
PAPERS = (
    "a4-landscape, a4-portrait, a3-landscape, a3-portrait, letter-landscape, letter-portrait, 16x9, square"
)
_EXAMPLES = """\
examples:
  python -m geodata check my-events.csv
  python -m geodata export iran-pakistan-2024 --out strikes.csv --type strike
  python -m geodata snapshot iran-pakistan-2024 --out map.png --from 2024-01-17 --to 2024-01-18
  python -m geodata pack my-case/ --out my-case.zip

PATH is a bundled case (see: python -m geodata cases), a case folder, a zip or workbook of one, or an event
table: CSV, XLSX, ODS, JSON, GeoJSON, GeoPackage, zipped Shapefile or Parquet, under any column names.
Exit codes: 0 done; 1 the file was refused, no event was accepted, or a row was rejected under --strict;
2 wrong options, unknown case, missing PATH."""
_UPDATE_HELP = """\
Events merge by their id: of both the newer row stands. Attacks and claims of the older case stay with
their event, except a claimant's claims on a subject that the newer file has anew. Nothing vanishes
unless told to."""
_EXPORT_HELP = """\
.csv, .geojson, .parquet (GeoParquet) and .kml are flat; .xlsx, .gpkg (GeoPackage) and .zip are a case with
all its tables. Every one of them can be read again.
Without --from and --to every event is exported. Filters: values of one option are or-ed, options and-ed.

examples:
  python -m geodata export iran-pakistan-2024 --out all.geojson
  python -m geodata export iran-pakistan-2024 --out for-qgis.gpkg --type strike
  python -m geodata export my-events.csv --out near.csv --bbox=60,24,68,32 --min-killed 5
  python -m geodata export iran-pakistan-2024 --out two.csv --area PK-BA --area IR-11 --from 2024-01-15
  python -m geodata export my-events.csv --out zones.csv --boundaries zones.gpkg --boundaries-licence ODbL"""
_SNAPSHOT_HELP = f"""\
Without --from and --to the picture opens as the page does: on the case's opening dates. Without
--bbox it shows the case's opening view; with it, that box. Events outside the picture are left out.

The ending of FILE is the format: .png, or .svg and .pdf, whose text is text and whose layers have names.

papers: {PAPERS}

examples:
  python -m geodata snapshot iran-pakistan-2024 --out map.png
  python -m geodata snapshot iran-pakistan-2024 --out map.pdf --paper a3-landscape --graticule
  python -m geodata snapshot iran-pakistan-2024 --out desk.svg --plain --projection mercator
  python -m geodata snapshot iran-pakistan-2024 --out west.png --bbox=30,20,75,45 --paper square --dpi 150"""
_BUILT_EXPORTS = ("csv", "xlsx", "geojson", "gpkg", "parquet", "kml", "zip")

_PACK_HELP = """\
The zip holds case.toml and the four tables, written in one way, so the same case gives the same bytes.
A bare event table becomes a case with the title of its file, its own window and no stated day of
information. Rejected rows, comments and unknown keys of case.toml are not in it.

examples:
  python -m geodata pack my-case/ --out my-case.zip
  python -m geodata pack my-events.csv --out my-case.zip --strict"""


def run() -> int:
    """Run the command line of this process; a fault of ours gives a short message."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Names of files need not be text; JSON needs UTF-8 on every system.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    argv = sys.argv[1:]
    try:
        return main(argv)
    except BrokenPipeError:  # the reader of our output left: "… | head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except Exception as error:
        return _refuse(argv, _internal(error), REFUSED)


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; faults of ours are raised."""
    try:
        options = _parser().parse_args(_joined_bbox(argv))
        command: Command = options.command
        code, answer = command(options)
    except (UsageError, InputError) as error:
        return _refuse(argv, error, WRONG if isinstance(error, UsageError) else REFUSED)
    except GeodataError as error:
        return _refuse(argv, error, REFUSED)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _refuse(argv, _unreadable(error), REFUSED)
    except KeyboardInterrupt:
        return _refuse(argv, GeodataError("stopped"), STOPPED)
    if options.json:
        print(json.dumps(answer, ensure_ascii=False, allow_nan=False))
    sys.stdout.flush()
    return code


def _refuse(argv: Sequence[str], error: GeodataError, code: int) -> int:
    """Say what is wrong: to people on stderr, to programs on stdout too."""
    message = _message(error)
    say(f"error: {message}")
    if "--json" in argv:
        answer = {"error": {**error.as_dict(), "message": message}}
        report = getattr(error, "report", None)
        print(json.dumps({**(report.as_dict() if report else {}), **answer}, ensure_ascii=False))
    return code


def _message(error: GeodataError) -> str:
    """Return the message; what is a column of a table or a key of an address is an option here."""
    text = error.message()
    if not isinstance(error, UsageError) or not error.column:
        return text
    option = error.column.lstrip("-").replace("_", "-")
    return text.replace(f"column {error.column}", f"--{option}", 1)


def _unreadable(error: OSError) -> InputError:
    return InputError(
        f"cannot be opened: {error.strerror or error}",
        file=str(error.filename or ""),
        remedy="Check that it exists and that you may read it",
    )


def _internal(error: Exception) -> GeodataError:
    here = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "geodata" in Path(frame.filename).parts
    ]
    where = f" (geodata, {Path(here[-1].filename).name} line {here[-1].lineno})" if here else ""
    return GeodataError(
        f"a fault of Strikemap, not of your file: {type(error).__name__}: {error}{where}",
        remedy="Please report this line, the command and, if you may, the file",
    )


def _joined_bbox(argv: Sequence[str]) -> list[str]:
    """Write ``--bbox -10,…`` as ``--bbox=-10,…``: argparse takes a leading minus for an option."""
    joined: list[str] = []
    for word in argv:
        if joined and joined[-1] == "--bbox" and re.match(r"-[\d.]", word):
            joined[-1] = f"--bbox={word}"
        else:
            joined.append(word)
    return joined


def _parser() -> argparse.ArgumentParser:
    from geodata import __version__

    parser = Parser(
        prog="python -m geodata",
        description="Conflict events joined to boundaries, with direction and claims as far as stated.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"Strikemap {__version__}")
    # Before the command as well as after it.
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--strict", action="store_true", help=argparse.SUPPRESS)
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)

    add_command(commands, "cases", list_cases, "list the bundled cases")
    check = add_command(commands, "check", check_path, "read a case or event file and print its report")
    _add_path(check)
    check.add_argument(
        "--rejected",
        default="",
        metavar="FILE",
        help="write the rejected rows as .csv, to be mended and read",
    )
    check.add_argument(
        "--save-mapping", default="", metavar="FILE", help="write which column is taken for which as .json"
    )
    join = add_command(commands, "join", join_path, "add the units adm0, adm1, adm2 to every event")
    _add_path(join)
    join.add_argument(
        "--out", required=True, metavar="FILE", help=f"file to write: {_endings(_BUILT_EXPORTS)}"
    )
    join.add_argument(
        "--tolerance-km",
        type=float,
        default=10.0,
        metavar="KM",
        help="how far outside all units a point still gets the nearest one; default 10",
    )
    _add_layers(join)
    _add_detail(join)
    _add_rights(join)
    export = add_command(
        commands, "export", export_path, "write the filtered events as a table", _EXPORT_HELP
    )
    _add_path(export)
    export.add_argument(
        "--out", required=True, metavar="FILE", help=f"file to write: {_endings(_BUILT_EXPORTS)}"
    )
    _add_filters(export)
    _add_layers(export)
    _add_detail(export)
    _add_rights(export)
    snapshot = add_command(
        commands, "snapshot", snapshot_path, "write the filtered map as a picture", _SNAPSHOT_HELP
    )
    _add_path(snapshot)
    snapshot.add_argument("--out", required=True, metavar="FILE", help="picture to write: .png, .svg, .pdf, or .html")
    _add_filters(snapshot)
    _add_layers(snapshot)
    _add_detail(snapshot)
    snapshot.add_argument("--paper", default="a4-landscape", metavar="NAME", help="default a4-landscape")
    snapshot.add_argument("--dpi", type=int, default=300, metavar="N", help="96 to 600, default 300")
    snapshot.add_argument("--title", default="", metavar="T", help="stands in for the case's title")
    snapshot.add_argument(
        "--date", default="", metavar="D", help="production date on the picture; default: information as of"
    )
    snapshot.add_argument(
        "--projection",
        default="auto",
        metavar="P",
        help="auto (default): one that suits the extent; mercator: Web Mercator, as on screen",
    )
    snapshot.add_argument("--graticule", action="store_true", help="draw meridians and parallels")
    snapshot.add_argument(
        "--plain",
        action="store_true",
        help="leave title, legend, lists and locator to a graphics desk; credits and disclaimer stay",
    )
    pack = add_command(
        commands, "pack", pack_path, "write a case or event table as the zip of a case", _PACK_HELP
    )
    _add_path(pack)
    pack.add_argument("--out", required=True, metavar="FILE", help="file to write: .zip")
    _add_rights(pack)
    pack.add_argument(
        "--infer-first-actor",
        action="store_true",
        help="your decision for this case: the first actor of an event without attacks is the attacker "
        "and acted from its own country; the case, its legend and every export say so",
    )
    pack.add_argument(
        "--actor-country",
        action="append",
        default=[],
        metavar="NAME=ISO3",
        help="country of an actor, where its name holds none or the wrong one; an empty code infers nothing",
    )
    update = add_command(
        commands, "update", update_path, "read a newer file over a case, by the ids of events", _UPDATE_HELP
    )
    update.add_argument("older", metavar="OLDER", help="case or event table that is brought up to date")
    _add_path(update)
    update.add_argument("--out", required=True, metavar="FILE", help="file to write: .zip")
    update.add_argument(
        "--changes", default="", metavar="FILE", help="write what was added, changed and vanished as .csv"
    )
    update.add_argument(
        "--drop-vanished",
        action="store_true",
        help="take out events that the newer file lacks although it spans their days; else they stay",
    )
    update.add_argument(
        "--date", default="", metavar="D", help="day of the line in the corrections log; default: today"
    )
    _add_rights(update)
    add_boundaries(commands)
    return parser


def _add_path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", help="case id, case folder, zip or workbook, or event table")
    group = parser.add_argument_group("event tables of others")
    group.add_argument("--format", default="", metavar="F", help="csv, xlsx, ods, json, jsonl, geojson, …")
    group.add_argument(
        "--layout", default="", metavar="L", help="whose columns they are: acled, ucdp, gdelt, or table"
    )
    group.add_argument(
        "--sheet", default="", metavar="NAME", help="sheet or layer; default the largest table"
    )
    group.add_argument("--encoding", default="", metavar="E", help="of text, for example windows-1256")
    group.add_argument(
        "--accessed", default="", metavar="DATE", help="when a provider's file was got, for its citation"
    )
    group.add_argument(
        "--mapping", default="", metavar="FILE", help="which column is which, as saved by check"
    )
    group.add_argument("--date-order", default="", metavar="O", help="dmy, mdy or ymd")
    group.add_argument(
        "--swap-coordinates", action="store_true", help="latitude and longitude stand in each other's column"
    )


def _add_filters(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("filters")
    group.add_argument("--from", dest="date_from", metavar="DATE", help="first day, at the event's place")
    group.add_argument("--to", dest="date_to", metavar="DATE", help="last day, inclusive")
    group.add_argument("--bbox", metavar="W,S,E,N", help="degrees; W above E crosses 180°")
    group.add_argument("--type", dest="types", action="append", default=[], metavar="T", help="event type")
    group.add_argument("--actor", dest="actors", action="append", default=[], metavar="A", help="whole name")
    group.add_argument("--area", dest="areas", action="append", default=[], metavar="ID", help="boundary id")
    group.add_argument(
        "--min-killed", type=int, default=0, metavar="N", help="least number of the highest current figure"
    )
    group.add_argument(
        "--min-claimants", type=int, default=0, metavar="N", help="least number of independent claimants"
    )


def _add_layers(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("boundaries of your own")
    group.add_argument(
        "--boundaries",
        action="append",
        default=[],
        metavar="LAYER",
        help="a file with outlines, or the key of a downloaded layer; its units go before the bundled ones, "
        "and a picture outlines them",
    )
    group.add_argument(
        "--boundaries-level",
        type=int,
        choices=(1, 2),
        metavar="N",
        help="what the units of the files are: 1 provinces, 2 districts; default 2",
    )
    group.add_argument(
        "--boundaries-licence", default="", metavar="T", help="licence of the files, printed in the credits"
    )


def _add_detail(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--detail",
        default="",
        metavar="LEVEL",
        help="district, province or country: show every event by such a unit, and leave out finer positions, "
        "names, texts and links; default as recorded",
    )


def _add_rights(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--acled-rights",
        default="",
        metavar="GROUND",
        help="on what ground you may pass on ACLED's raw rows, in your words; recorded in the file, which "
        "is not written without it",
    )


def _endings(formats: Sequence[str]) -> str:
    return ", ".join(f".{name}" for name in formats)


# -- commands ------------------------------------------------------------------------------------


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
    from geodata.cases import NoEventError, load_case
    from geodata.join import assign_admin
    from geodata.placed import place_warnings, with_place_warnings

    asked = _table_options(options)
    for name in ("rejected", "save_mapping"):
        if getattr(options, name):
            _target(getattr(options, name), ("csv",) if name == "rejected" else ("json",))
    if options.save_mapping:  # first: what refuses the file may be what the mapping is changed for
        _save_mapping(options, asked)
    try:
        case = load_case(options.path, options=asked)
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


def _table_options(options: argparse.Namespace) -> TableOptions:
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
    if not count:
        say("note: the filters keep no event, so that the file holds its columns and no row")
    return _wrote(target, record, count)


def snapshot_path(options: argparse.Namespace) -> Answer:
    """Write the filtered map as a picture."""
    from dataclasses import replace

    from geodata.filters import parse_day
    from geodata.render.print_map import FORMATS, PrintOptions, write_map
    from geodata.scene_build import build_scene

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
    wanted = _filter(options)
    record = _record(options)
    if not (options.date_from or options.date_to):
        opening = record.default_filter
        wanted = replace(wanted, date_from=opening.date_from, date_to=opening.date_to)
    if not options.date:
        paper = replace(paper, production_date=record.meta.information_as_of)
    if kind == "html":
        return _write_page(options, target, record, wanted)
    scene = build_scene(record, wanted, extent=wanted.bbox, only_extent=True)
    drawn = sum(len(mark.ids) for mark in scene.areas) + len(scene.points)
    placed = record.select(replace(wanted, bbox=None)).events["drawn_as"] != ""
    outside = int(placed.sum()) - drawn
    with _replacing(target) as path:
        write_map(scene, path, paper)
    said = [f"drew {drawn} events", f"{scene.placeless} without a place are left out"]
    if outside:
        said.append(f"{outside} {'lies' if outside == 1 else 'lie'} outside the picture")
    say("; ".join(said))
    width, height = paper.pixels
    more = {"width": width, "height": height, "placeless": scene.placeless, "outside": outside}
    return _wrote(target, record, drawn, more)


def update_path(options: argparse.Namespace) -> Answer:
    """Write an older case with a newer file read over it, and say what that changed."""
    from geodata.cases import load_case
    from geodata.cases.update import changes_frame, update_case
    from geodata.cases.write import case_zip
    from geodata.filters import parse_day
    from geodata.readers.cells import neutralised
    from geodata.rights import release

    target, _ = _target(options.out, ("zip",))
    listed, _ = _target(options.changes, ("csv",)) if options.changes else (None, "")
    day = parse_day(options.date, "date") if options.date else date.today()
    found = update_case(
        load_case(options.older),
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


def _write_page(options: argparse.Namespace, target: Path, record: Record, wanted: EventFilter) -> Answer:
    from geodata.filters import parse_day
    from geodata.render.html_page import html_page, page_windows

    produced = parse_day(options.date, "date") if options.date else None
    page = html_page(record, wanted, title=options.title, production_date=produced)
    with _replacing(target) as path:
        path.write_bytes(page)
    return _wrote(target, record, len(record.select(page_windows(record, wanted)[0]).events))


def pack_path(options: argparse.Namespace) -> Answer:
    """Write a case or a table as the zip of a case."""
    from geodata.cases.read import files_hash
    from geodata.cases.write import case_files, formula_cells, rows_of, zip_of
    from geodata.rights import release

    target, _ = _target(options.out, ("zip",))
    case = _inferred(options, release(_case(options), options.acled_rights))
    files = case_files(case)
    with _replacing(target) as path:
        path.write_bytes(zip_of(files))
    runs = formula_cells(rows_of(case))
    if runs:
        file, row, column = runs[0]
        say(
            f"note: cells that begin as formulas do: {len(runs)} (first: {file}, row {row}, {column}); "
            "a case keeps them as they are, so import it into a spreadsheet with all columns as text"
        )
    data_hash = files_hash(files)
    say(f"packed {len(case.events)} events; data hash {data_hash[:12]}")
    say(f"wrote {target}")
    answer = {"out": str(target), "events": len(case.events), "data_hash": data_hash, "formulas": len(runs)}
    return DONE, {**answer, "report": case.report.as_dict()}


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
    case = release(_case(options), options.acled_rights) if is_file else _case(options)
    record = build_record(case, tolerance_km=tolerance_km, layers=_layers(options))
    return generalised_record(record, detail.level) if detail else record


def _case(options: argparse.Namespace) -> Case:
    from geodata.cases import load_case

    case = load_case(options.path, options=_table_options(options))
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
        raise UsageError(what, file=out, remedy=f"Built are {_endings(formats)}")
    if target.is_dir() or (target.exists() and not target.is_file()):
        raise UsageError(
            "is not a file that can be written", file=out, remedy="Give --out the name of a file"
        )
    if not target.parent.is_dir():
        raise UsageError("the folder does not exist", file=out, remedy=f"Make {target.parent} first")
    return target, kind


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """Give a new file beside ``target`` that takes its place once it is whole."""
    draft = target.with_name(f".{target.stem[:80]}.{os.getpid()}{target.suffix}")
    try:
        yield draft
        draft.replace(target)
    except OSError as error:
        reason = f"cannot be written: {error.strerror or error}"
        raise UsageError(reason, file=str(target), remedy="Choose a folder you may write to") from error
    finally:
        draft.unlink(missing_ok=True)


def _wrote(target: Path, record: Record, events: int, more: dict[str, Any] | None = None) -> Answer:
    say(f"wrote {target}")
    answer = {"out": str(target), "events": events, **(more or {}), "report": record.case.report.as_dict()}
    return DONE, answer
