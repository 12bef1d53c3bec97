"""One coverage of the whole map for the screen, so that every border is one line."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.boundaries.build_frames import area_km2, finish_units, keep_lines, snap_screen
from geodata.boundaries.build_regional import dissolve_by
from geodata.boundaries.build_world import NEAR, NEIGHBOURS

_TOLERANCE_DEG = 0.012
_FAR_TOLERANCE_DEG = 0.06
_GAP_WIDTH_DEG = 0.3  # Natural Earth's border is up to 8.6 km off; wider gaps are water
_SMALL_ISLAND_KM2 = 60.0
_DISPUTED_NEAR_DEG = 0.08  # between the 1:10m line and the screen's
_DISPUTED_DISSOLVE_DEG = 0.4  # where the dissolve draws another line than Natural Earth, as in Kashmir
_NOT_DRAWN = {"International boundary (verify)", "Lease limit", "Overlay limit"}


def cover_region(
    atoms: gpd.GeoDataFrame, provinces: gpd.GeoDataFrame, near: gpd.GeoDataFrame, far: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return one unsimplified coverage: columns atom, iso3, geometry.

    Where layers overlap the earlier argument wins: the dissolve of Iran and Pakistan
    first, then Natural Earth's provinces and countries at 1:10m, then those at 1:50m.
    Gaps along a border go to the neighbour, so that the dissolve keeps its own line.

    Parameters
    ----------
    atoms
        Iran's and Pakistan's atoms; their mutual overlap is resolved already.
    provinces, near, far
        Natural Earth with ids; rows without an id are land that no unit claims.
    """
    provinces = provinces[provinces["iso3"].isin(NEIGHBOURS)]
    near = near[near["id"].isin(set(NEAR) - set(NEIGHBOURS)) | (near["id"] == "")]
    far = far[~far["id"].isin([*NEAR, "IRN", "PAK", ""])]
    far = far.set_geometry(
        shapely.coverage_simplify(shapely.coverage_clean(far.geometry.values), _FAR_TOLERANCE_DEG)
    )
    layers = [
        atoms[["atom", "iso3", "geometry"]],
        provinces.rename(columns={"id": "atom"})[["atom", "iso3", "geometry"]],
        near.assign(atom=near["id"], iso3=near["id"])[["atom", "iso3", "geometry"]],
        far.assign(atom=far["id"], iso3=far["id"])[["atom", "iso3", "geometry"]],
    ]
    stack = pd.concat(layers, ignore_index=True)
    stack["geometry"] = shapely.coverage_clean(stack.geometry.values, merge_strategy="min_index")
    stack = stack[~stack.geometry.is_empty].reset_index(drop=True)
    return _close_gaps(stack, keep=set(atoms["atom"]))


def _close_gaps(stack: gpd.GeoDataFrame, *, keep: set[str]) -> gpd.GeoDataFrame:
    shapes = stack.geometry.values
    whole = shapely.coverage_union_all(shapes)
    tree = shapely.STRtree(shapes)
    edges = shapely.boundary(shapes)
    own = stack["atom"].isin(keep).values
    added: dict[int, list[Any]] = {}
    for part in shapely.get_parts(whole):
        for ring in shapely.get_rings(part)[1:]:
            hole = shapely.Polygon(ring)
            if shapely.maximum_inscribed_circle(hole, tolerance=0.01).length > _GAP_WIDTH_DEG / 2:
                continue
            around = np.sort(tree.query(hole, predicate="intersects"))
            lengths = np.array([shapely.length(edges[i] & ring) for i in around])
            # The neighbour takes the gap, unless only the dissolve's own units touch it.
            rank = [(not own[i] and length > 0, length) for i, length in zip(around, lengths, strict=True)]
            winner = int(around[max(range(len(around)), key=lambda k: rank[k])])
            added.setdefault(winner, []).append(hole)
    filled = list(shapes)
    for index, holes in added.items():
        filled[index] = shapely.coverage_union_all([filled[index], *holes])
    cleaned = shapely.coverage_clean(np.asarray(filled), merge_strategy="min_index")
    return stack.set_geometry(cleaned, crs=4326)


def simplify_cover(cover: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the coverage simplified and rounded for the screen; shared edges stay shared."""
    shapes = snap_screen(shapely.coverage_simplify(cover.geometry.values, _TOLERANCE_DEG))
    shapes = shapely.coverage_clean(shapes, merge_strategy="min_index")
    shapes = snap_screen(np.asarray([_drop_islets(shape) for shape in shapes]))
    cover = cover.set_geometry(shapes, crs=4326)
    return cover[~cover.geometry.is_empty].reset_index(drop=True)


def _drop_islets(shape: Any) -> Any:
    parts = shapely.get_parts(shape)
    if len(parts) < 2:
        return shape
    sizes = np.array([area_km2(part) for part in parts])
    limit = min(_SMALL_ISLAND_KM2, sizes.max())
    kept = [part for part, size in zip(parts, sizes, strict=True) if size >= limit]
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


def screen_units(cover: gpd.GeoDataFrame, joined: dict[int, gpd.GeoDataFrame]) -> dict[int, gpd.GeoDataFrame]:
    """Return the screen frames of levels 0, 1 and 2 with the columns of the join frames."""
    cover = cover[cover["iso3"] != ""]
    coded = cover[cover["atom"].str.contains("-")].copy()
    coded["adm1"] = ["-".join(atom.split("-")[:2]) for atom in coded["atom"]]
    shapes = {
        0: dissolve_by(cover, "iso3").rename(columns={"iso3": "id"}),
        1: dissolve_by(coded, "adm1").rename(columns={"adm1": "id"}),
        2: coded[coded["atom"].str.count("-") > 1].rename(columns={"atom": "id"}),
    }
    frames = {}
    for level, shape in shapes.items():
        columns = joined[level].drop(columns=["geometry", "label_lon", "label_lat", "area_km2"])
        frame = shape[["id", "geometry"]].merge(columns, on="id", how="inner", validate="1:1")
        cut = ~frame["iso3"].isin(["IRN", "PAK"]) & frame["iso3"].isin(NEAR)
        frame.loc[cut, "source"] += ", cut to geoBoundaries' Iran and Pakistan"
        frame.loc[cut, "licence"] = "ODbL-1.0"
        finished = finish_units(frame)
        # Labels stand where the accurate outline has its middle, on every scale.
        accurate = joined[level].set_index("id").loc[finished["id"]]
        for column in ("label_lon", "label_lat", "area_km2"):
            finished[column] = accurate[column].values
        frames[level] = finished
    return frames


def touching_pairs(shapes: npt.NDArray[Any]) -> npt.NDArray[np.int_]:
    """Return the index pairs ``(i, j)``, ``i < j``, of shapes that touch, in order."""
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def shared_edges(frame: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """Return the lines that two rows of a coverage share: columns a, b (a < b), geometry."""
    frame = frame.sort_values(key, kind="stable").reset_index(drop=True)
    shapes, names = frame.geometry.values, frame[key].tolist()
    edges = shapely.boundary(shapes)
    rows = []
    for i, j in touching_pairs(shapes):
        line = keep_lines(edges[i] & edges[j])
        if not line.is_empty:
            rows.append({"a": names[i], "b": names[j], "geometry": line})
    return gpd.GeoDataFrame(rows, columns=["a", "b", "geometry"], geometry="geometry", crs=4326)


def border_lines(
    cover: gpd.GeoDataFrame, source: gpd.GeoDataFrame, codes: dict[str, str]
) -> dict[str, gpd.GeoDataFrame]:
    """Return the international lines of the screen: ``borders`` and ``disputed``.

    A shared edge is disputed where Natural Earth draws a disputed line, line of control
    or the like for the same two countries close by, and wherever it bounds land that no
    unit claims. Columns: a, b, kind, geometry.
    """
    merged = dissolve_by(cover.assign(key=[iso or f"~{n}" for n, iso in enumerate(cover["iso3"])]), "key")
    edges = shared_edges(merged, "key")
    doubtful = _disputed_zones(source, codes)
    settled, disputed = [], []
    for edge in edges.itertuples():
        loose = edge.a.startswith("~") or edge.b.startswith("~")
        zone, kind = doubtful.get((edge.a, edge.b), (None, "disputed"))
        near = edge.geometry if loose else (keep_lines(edge.geometry & zone) if zone is not None else None)
        far = None if loose else (keep_lines(edge.geometry - zone) if zone is not None else edge.geometry)
        ids = {"a": edge.a.lstrip("~0123456789"), "b": edge.b.lstrip("~0123456789")}
        for line, rows, label in ((far, settled, "border"), (near, disputed, kind)):
            if line is not None and not line.is_empty:
                rows.append({**ids, "kind": label, "geometry": line})
    columns = ["a", "b", "kind", "geometry"]
    return {
        "borders": gpd.GeoDataFrame(settled, columns=columns, geometry="geometry", crs=4326),
        "disputed": gpd.GeoDataFrame([*disputed, *_lines_inside(source, codes)], columns=columns, crs=4326),
    }


def _disputed_rows(source: gpd.GeoDataFrame, codes: dict[str, str]) -> list[tuple[str, str, str, Any]]:
    rows = source[~source["FEATURECLA"].isin(_NOT_DRAWN)]
    found = []
    for left, right, kind, line in zip(
        rows["ADM0_A3_L"].fillna(""),
        rows["ADM0_A3_R"].fillna(""),
        rows["FEATURECLA"],
        rows.geometry,
        strict=True,
    ):
        a, b = sorted((codes.get(left, left), codes.get(right, right)))
        found.append((a, b, kind.replace(" (please verify)", "").lower(), line))
    return found


def _disputed_zones(
    source: gpd.GeoDataFrame, codes: dict[str, str]
) -> dict[tuple[str, str], tuple[Any, str]]:
    zones: dict[tuple[str, str], tuple[Any, str]] = {}
    for a, b, kind, line in _disputed_rows(source, codes):
        if a and a != b:
            own = {"IRN", "PAK"} & {a, b}
            zone = shapely.buffer(line, _DISPUTED_DISSOLVE_DEG if own else _DISPUTED_NEAR_DEG)
            before = zones.get((a, b))
            zones[(a, b)] = (
                zone if before is None else before[0] | zone,
                kind if before is None else before[1],
            )
    return zones


def _lines_inside(source: gpd.GeoDataFrame, codes: dict[str, str]) -> list[dict[str, Any]]:
    # A line of control inside one ISO country has no edge in the coverage: it is drawn as given.
    return [
        {"a": a, "b": b, "kind": kind, "geometry": shapely.simplify(line, _TOLERANCE_DEG)}
        for a, b, kind, line in _disputed_rows(source, codes)
        if a == b
    ]


def land_and_coast(cover: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the land of the screen as polygons and its coast as lines, one row each a part."""
    land = shapely.get_parts(shapely.coverage_union_all(cover.geometry.values))
    coast = shapely.get_parts(shapely.line_merge(shapely.get_parts(shapely.boundary(land))))
    return gpd.GeoDataFrame(geometry=land, crs=4326), gpd.GeoDataFrame(geometry=coast, crs=4326)
