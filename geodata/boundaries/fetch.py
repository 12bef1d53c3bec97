"""Download boundaries when a user asks for them, and only then; nothing here runs by itself.

The provider is geoBoundaries. What came once is kept (see ``layer_cache``); where nothing
can be had, the bundled packs serve, and the message says so.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import geopandas as gpd

from geodata.boundaries import layer_cache
from geodata.boundaries.fetch_http import FetchError, Limits, PointerError, Progress, download
from geodata.boundaries.layer import (
    LAYER_LEVELS,
    LEVEL_WORDS,
    BoundaryLayer,
    LayerReport,
    make_units,
)
from geodata.boundaries.layer_cache import CachedLayer, cache_dir
from geodata.boundaries.layer_clean import clean_polygons, find_overlaps
from geodata.boundaries.layer_geojson import Features, parse_features, parse_json
from geodata.boundaries.model import Credit
from geodata.boundaries.own_crs import parse_crs, to_degrees
from geodata.boundaries.packs import load_units, suggest
from geodata.errors import BoundaryError, InputError, UsageError
from geodata.report import RejectedRow, RowWarning, TableReport

Release = Literal["gbOpen", "gbHumanitarian", "gbAuthoritative"]
RELEASES: tuple[Release, ...] = ("gbOpen", "gbHumanitarian", "gbAuthoritative")
BASE_URL = "https://www.geoboundaries.org/api/current"
_SITE = "https://www.geoboundaries.org"
# Countries and territories of ISO 3166-1 that the packs hold as part of another one.
_UNPACKED = ("BES", "BVT", "CCK", "CXR", "GLP", "GUF", "MTQ", "MYT", "REU", "SJM", "TKL")


@dataclass(frozen=True)
class FetchResult:
    """What a request for a layer came to.

    ``layer`` is None where ``state`` is ``bundled``: then :func:`~geodata.boundaries.load_units`
    has the units. ``message`` is one plain sentence for the user. ``entry`` is the layer's
    sidecar: source, licence, address, time. ``problem`` is why the network gave nothing.
    """

    state: Literal["fetched", "cached", "bundled"]
    message: str
    layer: BoundaryLayer | None = None
    entry: CachedLayer | None = None
    problem: FetchError | None = None


@dataclass(frozen=True)
class _Call:
    """How one request is carried out."""

    request: Request
    folder: Path
    progress: Progress | None
    limits: Limits


@dataclass(frozen=True)
class Request:
    """One layer of the provider: country (ISO3), level, release, full or simplified outlines."""

    iso3: str
    level: int
    release: Release
    simplified: bool = False

    @property
    def key(self) -> str:
        """Return the key of the layer, for example ``gbopen-PAK-ADM2``."""
        tail = "-simplified" if self.simplified else ""
        return f"{self.release.lower()}-{self.iso3}-ADM{self.level}{tail}"


def parse_level(level: int | str) -> int:
    """Return a level from 0 to 3, given as 2, ``2``, ``ADM2`` or ``adm2``."""
    found = re.fullmatch(r"(?:adm)?([0-9])", str(level).strip(), flags=re.IGNORECASE)
    if found is None or int(found[1]) not in LAYER_LEVELS:
        raise UsageError(
            "there is no such level",
            value=level,
            remedy="Use ADM0 (country), ADM1 (provinces), ADM2 (districts) or ADM3",
        )
    return int(found[1])


def parse_request(
    iso3: str, level: int | str, *, release: str = "gbOpen", simplified: bool = False
) -> Request:
    """Return a request that can be sent.

    Raises
    ------
    UsageError
        If country, level or release do not exist; the remedy names what does.
    """
    number = parse_level(level)
    known = sorted({*load_units(0)["id"], *_UNPACKED})
    code = str(iso3).strip().upper()
    if code not in known:
        raise UsageError(
            "there is no such country",
            value=iso3,
            remedy=suggest(code, known) or "Use an ISO 3166-1 alpha-3 code, for example PAK",
        )
    for name in RELEASES:
        if release.casefold() == name.casefold():
            return Request(code, number, name, simplified)
    raise UsageError(
        "there is no such release",
        column="type",
        value=release,
        remedy=f"Use one of: {', '.join(RELEASES)}",
    )


def fetch_layer(
    iso3: str,
    level: int | str,
    *,
    release: str = "gbOpen",
    simplified: bool = False,
    cache: str | os.PathLike[str] | None = None,
    base_url: str = BASE_URL,
    progress: Progress | None = None,
    force: bool = False,
    limits: Limits | None = None,
) -> FetchResult:
    """Return a country's boundaries from the cache, else from the network, else say what serves instead.

    Parameters
    ----------
    iso3, level
        ``PAK`` and 2, ``2`` or ``ADM2``.
    release
        ``gbOpen``, ``gbHumanitarian`` or ``gbAuthoritative``; their licences differ.
    simplified
        The provider's simplified outlines: smaller, coarser.
    cache
        Folder of downloaded layers; see :func:`~geodata.boundaries.layer_cache.cache_dir`.
    progress
        Called with bytes so far, bytes in all (None where not said) and what is done.
    force
        Ask the provider even where the layer is in the cache; the old one stays if that fails.

    Returns
    -------
    FetchResult
        On any failure the layer of the cache, else (full outlines asked) the simplified
        one of the cache, else the bundled units.

    Raises
    ------
    UsageError
        If country, level or release do not exist.
    FetchError
        If nothing could be had and no bundled pack holds units of that country and level.
    """
    request = parse_request(iso3, level, release=release, simplified=simplified)
    folder = cache_dir(cache)
    if not force and (found := load_cached(request.key, cache=folder)):
        entry, layer = found
        return FetchResult(
            "cached",
            f"{entry.title} is in the cache, downloaded {entry.fetched_at[:10]}",
            layer,
            entry,
        )
    try:
        entry, layer, kept = _fetch(
            _Call(request, folder, progress, limits or Limits()), base_url.rstrip("/")
        )
    except FetchError as error:
        return _instead(request, folder, error)
    return FetchResult("fetched", f"{entry.title}: {entry.units} units, {entry.licence}{kept}", layer, entry)


def load_cached(
    key: str, *, cache: str | os.PathLike[str] | None = None
) -> tuple[CachedLayer, BoundaryLayer] | None:
    """Return a downloaded layer by its key, or None where the cache has none that is whole."""
    folder = cache_dir(cache)
    for _ in range(3):  # another process may replace the pair between our two looks
        entry = layer_cache.read_sidecar(folder, key)
        data = layer_cache.read_geometry(folder, entry) if entry else None
        if entry is None or data is None:
            continue
        layer = layer_cache.read_ready(folder, entry)
        if layer is None:
            try:
                layer = build_layer(entry, data)
            except InputError:  # what an older version took and this one does not
                return None
            _keep_ready(folder, entry, layer)
        return entry, layer
    return None


def _keep_ready(folder: Path, entry: CachedLayer, layer: BoundaryLayer) -> None:
    try:
        layer_cache.write_ready(folder, entry, layer)
    except OSError:  # a full disk or a read-only cache costs time at the next start, no more
        return


def _instead(request: Request, folder: Path, error: FetchError) -> FetchResult:
    """Return what serves where the network does not."""
    why = f"no network: {error.reason}" if error.offline else error.reason
    others = [request, replace(request, simplified=True)]
    for key in dict.fromkeys(other.key for other in others):
        if found := load_cached(key, cache=folder):
            entry, layer = found
            words = f"{why}; {entry.title} of {entry.fetched_at[:10]} is taken from the cache"
            return FetchResult("cached", words, layer, entry, error)
    try:
        units = load_units(request.level, iso3=request.iso3)
    except BoundaryError:  # a level or country without a pack
        units = None
    if units is None or units.empty:
        raise FetchError(
            f"{why}; and no bundled limits of {request.iso3} level {request.level} can stand in",
            offline=error.offline,
            remedy=error.remedy if error.offline else "",
        ) from error
    vintages = ", ".join(dict.fromkeys(text for text in units["vintage"] if text))
    dated = f" of {vintages}" if vintages[:1].isdigit() else f" ({vintages})" if vintages else ""
    words = f"{why}; the bundled limits{dated} are used: {len(units)} units"
    return FetchResult("bundled", words, problem=error)


# -- asking the provider -------------------------------------------------------------------------


def _fetch(call: _Call, base_url: str) -> tuple[CachedLayer, BoundaryLayer, str]:
    """Return the new sidecar, its layer, and words on what is not as asked."""
    try:
        answer, api_url = _ask(call, base_url)
        return _take(call, answer, api_url)
    except OSError as error:
        raise FetchError(
            f"the folder of downloads cannot be written: {error.strerror or error}",
            file=str(call.folder),
            remedy="Name another in STRIKEMAP_CACHE",
        ) from error


def _ask(call: _Call, base_url: str) -> tuple[dict[str, str], str]:
    """Return the provider's description of the layer, and where it stood."""
    request = call.request
    url = f"{base_url}/{request.release}/{request.iso3}/ADM{request.level}/"
    with layer_cache.draft(call.folder) as (file, path):
        api_url = download(
            url,
            file,
            limit_bytes=call.limits.answer_bytes,
            limits=call.limits,
            words="description of the layer",
            progress=call.progress,
        )
        file.flush()
        data = path.read_bytes()
    try:
        value = parse_json(data, api_url)
    except InputError as error:
        raise FetchError(
            f"the provider's answer {error.reason}", value=api_url[:200], remedy="Try again later"
        ) from error
    return _description(value, request, api_url), api_url


def _description(value: Any, request: Request, url: str) -> dict[str, str]:
    """Return the one description that was asked for, its empty fields empty."""
    items = value if isinstance(value, list) else [value]
    described = [{str(k): clean_text(v) for k, v in item.items()} for item in items if isinstance(item, dict)]
    wanted = f"ADM{request.level}"
    for item in described:
        same_country = item.get("boundaryISO", "") in ("", request.iso3)
        same_level = item.get("boundaryType", "") in ("", wanted)
        if same_country and same_level and item.get("gjDownloadURL"):
            return item
    has = sorted({f"{d['boundaryISO']} {d['boundaryType']}" for d in described if d.get("boundaryType")})
    raise FetchError(
        f"the provider's answer does not describe {request.iso3} {wanted}"
        + (f", but {', '.join(has[:8])}" if has else ""),
        value=url,
        remedy="Try another level or release",
    )


def clean_text(value: object) -> str:
    """Return a field of the provider as text: ``nan`` and its like are empty."""
    text = "" if value is None else str(value).strip()
    return "" if text.casefold() in ("nan", "none", "null", "n/a") else text


def media_url(url: str) -> str:
    """Return where GitHub keeps the file that a Git LFS pointer at ``url`` stands for; empty elsewhere.

    Examples
    --------
    >>> media_url("https://github.com/o/r/raw/9469f09/a/b.geojson")
    'https://media.githubusercontent.com/media/o/r/9469f09/a/b.geojson'
    """
    parts = urlsplit(url)
    pieces = parts.path.strip("/").split("/")
    if parts.hostname == "github.com" and len(pieces) > 4 and pieces[2] == "raw":
        pieces = [*pieces[:2], *pieces[3:]]
    elif parts.hostname != "raw.githubusercontent.com" or len(pieces) < 4:
        return ""
    return f"https://media.githubusercontent.com/media/{'/'.join(pieces)}"


def _take(call: _Call, answer: dict[str, str], api_url: str) -> tuple[CachedLayer, BoundaryLayer, str]:
    """Download the geometry, check it, keep it."""
    request = call.request
    full, simple = answer["gjDownloadURL"], answer.get("simplifiedGeometryGeoJSON", "")
    if request.simplified and not simple:
        raise FetchError("the provider names no simplified outlines of this layer", remedy="Ask for the full")
    first = simple if request.simplified else full
    tries = [(first, request), (media_url(first), request)]
    if not request.simplified:
        tries.append((simple, replace(request, simplified=True)))
    problem: FetchError | None = None
    for url, asked in tries:
        if not url:
            continue
        try:
            with layer_cache.draft(call.folder) as (file, path):
                came_from = download(
                    url,
                    file,
                    limit_bytes=call.limits.geometry_bytes,
                    limits=call.limits,
                    words=f"{asked.iso3} ADM{asked.level}",
                    progress=call.progress,
                    before=api_url,
                )
                file.flush()
                data = path.read_bytes()
                entry = _sidecar(asked, answer, data, api_url=api_url, url=came_from)
                if asked != request:
                    entry = replace(entry, notes=("the full outlines could not be had (Git LFS)",))
                entry, layer = _checked(entry, data)
                layer_cache.publish(file, path, call.folder / entry.file)
                # The sidecar last: until it names the new geometry, the old pair stands.
                layer_cache.write_sidecar(call.folder, entry)
        except FetchError as error:
            # Only a pointer has a second address; its own complaint is the one that tells.
            if problem is None and not isinstance(error, PointerError):
                raise
            problem = problem or error
            continue
        _keep_ready(call.folder, entry, layer)
        return entry, layer, "".join(f"; {note}" for note in entry.notes)
    assert problem is not None
    raise problem


def _sidecar(request: Request, answer: dict[str, str], data: bytes, *, api_url: str, url: str) -> CachedLayer:
    sha256 = hashlib.sha256(data).hexdigest()
    return CachedLayer(
        key=request.key,
        title=_title(request, answer),
        iso3=request.iso3,
        level=request.level,
        release=request.release,
        simplified=request.simplified,
        units=0,
        source=answer.get("boundarySource", ""),
        vintage=answer.get("boundaryYearRepresented", ""),
        licence=answer.get("boundaryLicense", "") or "licence not stated by the provider",
        licence_detail=answer.get("licenseDetail", ""),
        api_url=api_url,
        url=url,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        sha256=sha256,
        size_bytes=len(data),
        file=layer_cache.geometry_name(request.key, sha256),
        provider=dict(answer),
    )


def _checked(entry: CachedLayer, data: bytes) -> tuple[CachedLayer, BoundaryLayer]:
    try:
        layer = build_layer(entry, data)
    except InputError as error:
        raise FetchError(
            f"what the provider sent cannot be used: {error.message()}", value=entry.url[:200]
        ) from error
    return replace(entry, units=len(layer.units)), layer


def _title(request: Request, answer: dict[str, str]) -> str:
    country = answer.get("boundaryName", "") or request.iso3
    simple = ", simplified" if request.simplified else ""
    return f"{country}, {LEVEL_WORDS[request.level]} (ADM{request.level}{simple}), {request.release}"


# -- from the provider's file to units -----------------------------------------------------------


def credit_of(entry: CachedLayer) -> Credit:
    """Return what a map with this layer must print: provider, its source, its licence."""
    source = f", from {entry.source}" if entry.source else ""
    year = f" ({entry.vintage})" if entry.vintage else ""
    return Credit(
        source=f"geoBoundaries {entry.release} {entry.iso3}-ADM{entry.level}",
        licence=entry.licence,
        vintage=entry.vintage,
        url=entry.provider.get("boundarySourceURL", "") or _SITE,
        text=f"Boundaries of {entry.provider.get('boundaryName', '') or entry.iso3}{year}: geoBoundaries "
        f"{entry.release} (Runfola et al. 2020){source}, {entry.licence}",
    )


def build_layer(entry: CachedLayer, data: bytes) -> BoundaryLayer:
    """Return the layer in a provider's file.

    Raises
    ------
    InputError
        If it is no GeoJSON of polygons, or of another country.
    """
    features = parse_features(data, entry.file, only_collection=True)
    groups = [clean_text(item.get("shapeGroup")) for item in features.properties]
    foreign = {at: f"belongs to {group}" for at, group in enumerate(groups) if group not in ("", entry.iso3)}
    if len(foreign) == len(groups):
        raise InputError(
            f"holds another country than {entry.iso3}",
            file=entry.file,
            row=1,
            column="shapeGroup",
            value=groups[0],
            remedy="Report it to the provider",
        )
    names = [clean_text(item.get("shapeName")) for item in features.properties]
    crs = parse_crs(features.crs, file=entry.file) if features.crs else None
    degrees = to_degrees(features.geometries, crs)
    cleaned = clean_polygons(degrees, names=names, file=entry.file, faults={**features.faults, **foreign})
    if not len(cleaned.kept):
        raise InputError(
            "holds no polygon that can be used", file=entry.file, remedy="Report it to the provider"
        )
    rows = gpd.GeoDataFrame(
        {
            "source_id": [clean_text(features.properties[at].get("shapeID")) for at in cleaned.kept],
            "name": [names[at] for at in cleaned.kept],
        },
        geometry=cleaned.shapes,
        crs=4326,
    )
    credit = credit_of(entry)
    units = make_units(rows, key=entry.key, level=entry.level, credit=credit, iso3=entry.iso3)
    warnings = [*cleaned.warnings, *_content_warnings(entry, features, groups, names)]
    if overlaps := find_overlaps(cleaned.shapes, cleaned.kept):
        warnings.append(overlaps)
    rejected = tuple(
        RejectedRow(r.row, "shapeGroup", groups[r.row - 1], r.reason, "It was left out")
        if r.row - 1 in foreign
        else r
        for r in cleaned.rejected
    )
    table = TableReport(entry.file, len(groups), len(units), rejected, tuple(warnings))
    report = LayerReport(
        "GeoJSON",
        "",
        f"degrees on WGS 84{f', from {features.crs}' if features.crs else ''}",
        table,
        {"id": "shapeID", "name": "shapeName"},
        cleaned.repairs,
    )
    return BoundaryLayer(entry.key, entry.title, entry.level, units, credit, report, "fetched")


def _content_warnings(
    entry: CachedLayer, features: Features, groups: list[str], names: list[str]
) -> list[RowWarning]:
    found = [RowWarning("from_the_download", note) for note in entry.notes]
    stated = entry.provider.get("admUnitCount", "")
    if re.fullmatch(r"\d+(\.0*)?", stated) and int(float(stated)) != len(groups):
        found.append(
            RowWarning(
                "unit_count_differs",
                f"the provider states {int(float(stated))} units, its file holds {len(groups)}",
            )
        )
    if blank := tuple(at + 1 for at, group in enumerate(groups) if not group):
        found.append(RowWarning("country_not_stated", "no shapeGroup says which country this is", blank))
    kinds = [clean_text(item.get("shapeType")) for item in features.properties]
    if other := tuple(at + 1 for at, kind in enumerate(kinds) if kind not in ("", f"ADM{entry.level}")):
        found.append(
            RowWarning("other_level", f"shapeType is {kinds[other[0] - 1]}, not ADM{entry.level}", other)
        )
    if nameless := tuple(at + 1 for at, name in enumerate(names) if not name):
        found.append(RowWarning("no_name", "units without a name", nameless))
    return found
