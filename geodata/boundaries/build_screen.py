"""One coverage of the whole map for the screen, so that every border is one line."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.boundaries.build_frames import area_km2, finish_units, keep_lines, keep_polygons, snap_screen
from geodata.boundaries.build_regional import dissolve_by
from geodata.boundaries.build_world import NEAR, NEIGHBOURS

_TOLERANCE_DEG = 0.012
_FAR_TOLERANCE_DEG = 0.06
_LARGE = ["CHN", "IND"]  # their many provinces are only the map's margin
_LARGE_TOLERANCE_DEG = 0.035
_GAP_WIDTH_DEG = 0.3  # Natural Earth's border is up to 8.6 km off; wider gaps are water
_COMMON_GAP_DEG = 0.05  # wider than the gap between the layers of Iran and Pakistan
_TRIPOINT_DEG = 0.015
_DIVIDE_STEP_DEG = 0.03
_SMALL_ISLAND_KM2 = 60.0
_DISPUTED_NEAR_DEG = 0.08  # between the 1:10m line and the screen's
_DISPUTED_DISSOLVE_DEG = 0.4  # the same where the dissolve draws the line, between Pakistan and China
_GLACIER_DEG = 0.4  # around Siachen, which the dissolve gives to Pakistan in part
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
    provinces = _coarsen(provinces, provinces["iso3"].isin(_LARGE).values, _LARGE_TOLERANCE_DEG)
    land = near
    near = near[near["id"].isin(set(NEAR) - set(NEIGHBOURS)) | (near["id"] == "")]
    far = far[~far["id"].isin([*NEAR, "IRN", "PAK", ""])]
    far = _coarsen(far, np.ones(len(far), dtype=bool), _FAR_TOLERANCE_DEG)
    anything = shapely.union_all(land.geometry.values)
    atoms = close_common_gap(atoms, anything - shapely.union_all(provinces.geometry.values), anything)
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


def _coarsen(frame: gpd.GeoDataFrame, rows: npt.NDArray[np.bool_], tolerance_deg: float) -> gpd.GeoDataFrame:
    shapes = np.asarray(frame.geometry.values)
    shapes[rows] = shapely.coverage_simplify(shapely.coverage_clean(shapes[rows]), tolerance_deg)
    return frame.set_geometry(shapes, crs=4326)


def close_common_gap(atoms: gpd.GeoDataFrame, land: Any, anything: Any) -> gpd.GeoDataFrame:
    """Return the atoms with the gap between Iran and Pakistan closed.

    Iran's unit with the longest edge takes each piece: an arbitrary choice, as is the
    one for the overlap. ``land`` is what may be filled: all land but the neighbours';
    ``anything`` is all land.
    """
    sides = [
        shapely.coverage_union_all(atoms.geometry.values[atoms["iso3"] == iso]) for iso in ("IRN", "PAK")
    ]
    wide, narrow = (
        shapely.buffer(sides[0], reach) & shapely.buffer(sides[1], reach)
        for reach in (_COMMON_GAP_DEG, _TRIPOINT_DEG)
    )
    # Where three countries meet, Natural Earth's wedge between the two is part of the gap.
    pieces = shapely.get_parts((((wide & land) | (narrow & anything)) - sides[0]) - sides[1])
    own = (atoms["iso3"] == "IRN").values
    shapes = list(atoms.geometry.values)
    # A hair wider than the edge: a new corner on an old edge is off it by rounding.
    hems = shapely.buffer(shapes, 1e-6)
    for piece in pieces:
        lengths = np.where(own, shapely.length(shapely.boundary(piece) & hems), 0.0)
        if lengths.max() > 1e-5:
            winner = int(lengths.argmax())
            shapes[winner] = keep_polygons(shapes[winner] | piece)
    return atoms.set_geometry(
        shapely.coverage_clean(np.asarray(shapes), merge_strategy="min_index"), crs=4326
    )


def _close_gaps(stack: gpd.GeoDataFrame, *, keep: set[str]) -> gpd.GeoDataFrame:
    shapes = stack.geometry.values
    tree = shapely.STRtree(shapes)
    edges = shapely.boundary(shapes)
    own = stack["atom"].isin(keep).values
    filled = list(shapes)
    for hole in _narrow_holes(shapes):
        around = [int(i) for i in np.sort(tree.query(hole, predicate="intersects"))]
        shared = {i: edges[i] & hole.exterior for i in around}
        shared = {i: line for i, line in shared.items() if shapely.length(line) > 0}
        # The neighbours take the gap, unless only the dissolve's own units touch it.
        takers = {i: line for i, line in shared.items() if not own[i]} or shared
        for i, piece in _divide(hole, takers):
            filled[i] = keep_polygons(filled[i] | piece)
    cleaned = shapely.coverage_clean(np.asarray(filled), merge_strategy="min_index")
    return stack.set_geometry(cleaned, crs=4326)


def _narrow_holes(shapes: npt.NDArray[Any]) -> list[Any]:
    whole = shapely.coverage_union_all(shapes)
    holes = [
        shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in shapely.get_rings(part)[1:]
    ]
    width = [2 * shapely.maximum_inscribed_circle(hole, tolerance=0.01).length for hole in holes]
    return [hole for hole, across in zip(holes, width, strict=True) if across <= _GAP_WIDTH_DEG]


def _divide(hole: Any, takers: dict[int, Any]) -> list[tuple[int, Any]]:
    """Return the hole in pieces, each with the taker whose edge is nearest to it."""
    if len(takers) == 1:
        return [(next(iter(takers)), hole)]
    points = {
        i: shapely.get_coordinates(shapely.segmentize(line, _DIVIDE_STEP_DEG)) for i, line in takers.items()
    }
    owners = np.repeat(list(points), [len(xy) for xy in points.values()])
    seeds = shapely.points(np.concatenate(list(points.values())))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(list(seeds)), extend_to=hole))
    cell, seed = shapely.STRtree(seeds).query(cells, predicate="covers")
    pieces = []
    for i in points:
        mine = shapely.union_all(cells[np.unique(cell[owners[seed] == i])])
        pieces.append((i, keep_polygons(mine & hole)))
    return pieces


def simplify_cover(cover: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the coverage simplified and rounded for the screen; shared edges stay shared."""
    shapes = snap_screen(shapely.coverage_simplify(cover.geometry.values, _TOLERANCE_DEG))
    shapes = shapely.coverage_clean(shapes, merge_strategy="min_index")
    cover = cover.set_geometry(snap_screen(_drop_islets(shapes)), crs=4326)
    return cover[~cover.geometry.is_empty].reset_index(drop=True)


def _drop_islets(shapes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the shapes without small islands; an exclave inside other land is none."""
    islands = shapely.get_parts(shapely.coverage_union_all(shapes))
    small = shapely.STRtree([island for island in islands if area_km2(island) < _SMALL_ISLAND_KM2])
    kept = []
    for shape in shapes:
        parts = shapely.get_parts(shape)
        drop = np.zeros(len(parts), dtype=bool)
        drop[small.query(parts, predicate="within")[0]] = True
        if drop.all() and len(parts):
            drop[int(np.argmax(shapely.area(parts)))] = False  # a unit never vanishes
        kept.append(shapely.MultiPolygon(list(parts[~drop])) if (~drop).sum() != 1 else parts[~drop][0])
    return np.asarray(kept)


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
    order: npt.NDArray[np.int_] = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return order


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
    or the like for the same two countries close by, wherever it bounds land that no unit
    claims, and between Pakistan and Jammu and Kashmir or Ladakh, where the dissolve's
    line is up to 40 km from Natural Earth's. Columns: a, b, kind, geometry.
    """
    merged = dissolve_by(cover.assign(key=[iso or f"~{n}" for n, iso in enumerate(cover["iso3"])]), "key")
    edges = shared_edges(merged, "key")
    doubtful = _disputed_zones(source, codes)
    beyond = shapely.union_all(cover.geometry.values[cover["atom"].isin(["IN-JK", "IN-LA"])])
    doubtful[("IND", "PAK")] = (shapely.buffer(beyond, 0.005), "line of control")
    glacier = shapely.buffer(
        shapely.union_all(source.geometry.values[source["BRK_A3"] == "B45"]), _GLACIER_DEG
    )
    zone, kind = doubtful[("CHN", "PAK")]
    doubtful[("CHN", "PAK")] = (zone | glacier, kind)
    settled: list[dict[str, Any]] = []
    disputed: list[dict[str, Any]] = []
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
