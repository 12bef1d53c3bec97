"""The options of every command and their help."""

# ruff: noqa: PLC0415
from __future__ import annotations

import argparse
from typing import Any

from geodata.cli_boundaries import add_boundaries
from geodata.cli_commands import (
    check_path,
    export_path,
    join_path,
    list_cases,
    pack_path,
    snapshot_path,
    update_path,
)
from geodata.cli_ingest import add_ingest
from geodata.cli_parts import Parser, add_command, endings

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
table: CSV, XLSX, ODS, JSON, GeoJSON, GeoPackage, zipped Shapefile, KML or Parquet, under any column names.
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
BUILT_EXPORTS = ("csv", "xlsx", "geojson", "gpkg", "parquet", "kml", "zip")

_PACK_HELP = """\
The zip holds case.toml and the four tables, written in one way, so the same case gives the same bytes.
A bare event table becomes a case with the title of its file, its own window and no stated day of
information. Rejected rows, comments and unknown keys of case.toml are not in it.

examples:
  python -m geodata pack my-case/ --out my-case.zip
  python -m geodata pack my-events.csv --out my-case.zip --strict"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
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
    join.add_argument("--out", required=True, metavar="FILE", help=f"file to write: {endings(BUILT_EXPORTS)}")
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
        "--out", required=True, metavar="FILE", help=f"file to write: {endings(BUILT_EXPORTS)}"
    )
    _add_filters(export)
    _add_layers(export)
    _add_detail(export)
    _add_rights(export)
    _add_snapshot(commands)
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
    _add_update(commands)
    add_ingest(commands, _add_table_options, _add_rights)
    add_boundaries(commands)
    return parser


def _add_snapshot(commands: Any) -> None:
    snapshot = add_command(
        commands, "snapshot", snapshot_path, "write the filtered map as a picture", _SNAPSHOT_HELP
    )
    _add_path(snapshot)
    snapshot.add_argument(
        "--out", required=True, metavar="FILE", help="what to write: .png, .svg, .pdf, or a page, .html"
    )
    _add_filters(snapshot)
    _add_layers(snapshot)
    _add_detail(snapshot)
    _add_display(snapshot)
    snapshot.add_argument("--paper", default="a4-landscape", metavar="NAME", help="default a4-landscape")
    snapshot.add_argument("--dpi", type=int, default=300, metavar="N", help="96 to 600, default 300")
    snapshot.add_argument("--title", default="", metavar="T", help="stands in for the case's title")
    snapshot.add_argument(
        "--date",
        default="",
        metavar="D",
        help="production date on the picture; default: information as of, none where that is not stated",
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


def _add_update(commands: Any) -> None:
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


def _add_path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", help="case id, case folder, zip or workbook, or event table")
    _add_table_options(parser)


def _add_table_options(parser: argparse.ArgumentParser) -> None:
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


def _add_display(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--hide",
        action="append",
        default=[],
        metavar="LAYER",
        help="leave a layer out, as on the page: events, directions, origins, claims, focus, provinces or "
        "names; may repeat, and the picture says so",
    )
    parser.add_argument(
        "--names",
        default="english",
        metavar="N",
        help="how places are lettered: english (default), local (in their own language), or both; sentences "
        "stay English",
    )
    parser.add_argument(
        "--show",
        action="append",
        default=[],
        metavar="LAYER",
        help="add a layer that a map does not open with: shading, which is countries, provinces or districts "
        "(by the scale) shaded by their number of events; not in .html",
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


# -- commands ------------------------------------------------------------------------------------
