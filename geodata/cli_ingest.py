"""The command ``ingest``: files of events to a store."""

# ruff: noqa: PLC0415
from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.cli_parts import DONE, Answer, add_command, say, show
from geodata.errors import UsageError

if TYPE_CHECKING:
    from geodata.store.crew import Crew

_HELP = """\
A store is a folder for very many events: GeoParquet in the order of a map, and columns that are mapped
and not read. FILES are cases or event tables of any format; long text of ACLED, UCDP and GDELT is cut
into pieces, so that memory does not grow with the file. Of an id that comes several times the newest row
stands. Stopped in the middle (Ctrl-C, a crash, a full disk), the same command goes on where it was.

Reading ACLED's rows into a store of your own needs no statement of rights; its terms stay with them.

examples:
  python -m geodata ingest GEDEvent_v25_1.csv --out ged/
  python -m geodata ingest gdelt/*.CSV --out gdelt-store/ --workers 4 --accessed 2026-01-31
  python -m geodata ingest gdelt/*.CSV --out /shared/gdelt-store --scheduler tcp://10.0.0.1:8786"""


def add_ingest(commands: Any, add_table_options: Any, add_rights: Any) -> None:
    """Add the command, with the options of tables and rights that others have."""
    ingest = add_command(
        commands, "ingest", ingest_files, "make a store of very many events from files", _HELP
    )
    ingest.add_argument("files", nargs="+", metavar="FILES", help="cases or event tables")
    ingest.add_argument("--out", required=True, metavar="STORE", help="folder to make")
    ingest.add_argument("--title", default="", metavar="T", help="title of the store")
    ingest.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes that work side by side; default 1"
    )
    ingest.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="tcp://host:port of a Dask scheduler whose workers share the disk; see requirements-cluster.txt",
    )
    add_table_options(ingest)
    add_rights(ingest)


def ingest_files(options: argparse.Namespace) -> Answer:
    """Make a store, or go on with one that was begun."""
    from geodata.cases import bundled_cases
    from geodata.cli_commands import table_options
    from geodata.cli_progress import ToldProgress
    from geodata.store.ingest import Wish, ingest

    if not 1 <= options.workers <= 256:
        raise UsageError("is not 1 to 256", column="workers", value=options.workers)
    folder = Path(os.path.realpath(options.out))
    wish = Wish(
        options=table_options(options),
        title=options.title,
        statement=options.acled_rights,
        is_strict=options.strict,
    )
    crew = _crew(options, folder)
    told = ToldProgress()
    try:
        bundled = bundled_cases()
        paths = [bundled.get(name, Path(name)) for name in options.files]
        found = ingest(paths, folder, wish, crew=crew, progress=told, tell=say)
    except KeyboardInterrupt:
        told.end()
        say("what is done is kept: start the same command again to go on")
        raise
    finally:
        told.end()
        crew.close()
    show(options, _lines(found))
    if found["is_new"]:
        say(f"wrote {folder}")
    return DONE, found


def _crew(options: argparse.Namespace, folder: Path) -> Crew:
    from geodata.store.crew import Alone, Processes

    if not options.scheduler:
        return Processes(options.workers) if options.workers > 1 else Alone()
    if options.workers > 1:
        raise UsageError(
            "cannot be combined with --scheduler, whose workers do the work",
            column="workers",
            value=options.workers,
            remedy="Leave out one of the two",
        )
    from geodata.store.cluster import Cluster

    crew = Cluster(options.scheduler)
    try:
        count = crew.check(folder.parent)
    except BaseException:
        crew.close()
        raise
    say(f"{count} workers")
    return crew


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [
        f"{entry['file']} ({entry['format']}): {entry['rows_read']:,} rows read, "
        f"{entry['events']:,} accepted, {entry['rejected']:,} rejected"
        for entry in found["files"]
    ]
    for warning in found["warnings"]:
        count = f"{warning['count']:,} rows: " if warning["count"] else ""
        lines.append(f"  warning {warning['code']} ({warning['file']}): {count}{warning['message']}")
    if found["rejected"] or found["rejected_elsewhere"]:
        lines.append(f"  every rejected row, and why: {Path(found['out']) / 'rejected.csv'}")
    lines.append(
        f"{found['events']:,} events in {found['parts']} parts: {found['points']:,} points, "
        f"{found['in_areas']:,} known to an area, "
        f"{found['events'] - found['points'] - found['in_areas']:,} others"
    )
    return lines
