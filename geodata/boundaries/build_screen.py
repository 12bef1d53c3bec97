"""One coverage of the whole map for the screen, so that every border is one line."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.boundaries.build_frames import area_km2, keep_lines, keep_polygons, snap_screen
from geodata.boundaries.build_regional import dissolve_by
from geodata.boundaries.build_world import NEAR, NEIGHBOURS
from geodata.errors import BoundaryError

_TOLERANCE_DEG = 0.012
_BASE_TOLERANCE_DEG = 0.006  # of the whole world, before anything is cut
_FAR_TOLERANCES_DEG = ((1_500_000.0, 0.1), (200_000.0, 0.06), (0.0, 0.035))  # by area of the country, km²
_LARGE = ["CHN", "IND"]  # their many provinces are only the map's margin
_LARGE_TOLERANCE_DEG = 0.035
_GAP_WIDTH_DEG = 0.3  # Natural Earth's border is up to 8.6 km off; wider gaps are water
_COMMON_GAP_DEG = 0.05  # wider than the gap between the layers of Iran and Pakistan
_TRIPOINT_DEG = 0.015
_DIVIDE_STEP_DEG = 0.03
_SMALL_ISLAND_KM2 = 60.0
_DISPUTED_NEAR_DEG = 0.08  # between the 1:10m line and the screen's
_STUB_DEG = 0.1  # an edge that only crosses the zone of a line
_DISPUTED_DISSOLVE_DEG = 0.4  # the same where the dissolve draws the line, between Pakistan and China
_ROUNDS = 6
_GLACIER_DEG = 0.4  # around Siachen, which the dissolve gives to Pakistan in part
_KEYS = ["atom", "iso3", "adm1_id", "adm2_id", "later_id", "geometry"]
# Lines between two countries of the source that lie inside one of ISO 3166.
_INSIDE = {("RUS", "UKR"): "UKR", ("ESH", "MAR"): "ESH"}
_EVERYWHERE = shapely.box(-180, -90, 180, 90)
_NOT_DRAWN = {"International boundary (verify)", "Lease limit", "Overlay limit"}


def cover_region(atoms: gpd.GeoDataFrame, world: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the world as one coverage with Iran and Pakistan in it, coarse far from them.

    Columns atom, iso3, adm1_id, adm2_id, later_id, geometry. The dissolve of Iran and
    Pakistan wins over Natural Earth. Gaps along their borders go to the neighbour, so
    that the dissolve keeps its own line.

    Parameters
    ----------
    atoms
        Iran's and Pakistan's third-level units, or what stands for them; their mutual
        overlap is resolved already.
    world
        Natural Earth as ``build_world.cover_world`` returns it; rows without an iso3
        are land that no unit claims.
    """
    world = coarsen_world(world)
    anything = shapely.coverage_union_all(world.geometry.values)
    world = world[~world["iso3"].isin(["IRN", "PAK"])]
    beside = world["iso3"].isin(NEIGHBOURS).values
    others = shapely.coverage_union_all(world.geometry.values[beside])
    atoms = close_common_gap(atoms, anything - others, anything)
    stack = pd.concat([atoms[_KEYS], world[_KEYS]], ignore_index=True)
    stack["geometry"] = shapely.coverage_clean(stack.geometry.values, merge_strategy="min_index")
    stack = stack[~stack.geometry.is_empty].reset_index(drop=True)
    return _close_gaps(stack, keep=set(atoms["atom"]))


def coarsen_world(world: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the coverage simplified: fine near the region, coarse elsewhere, no seam between.

    Each group is simplified inside the outline of its neighbours, which stays. The sea
    is a member of every group, so that coasts are simplified too.
    """
    shapes = np.asarray(shapely.coverage_simplify(world.geometry.values, _BASE_TOLERANCE_DEG))
    sea = shapely.box(-180, -90, 180, 90) - shapely.coverage_union_all(shapes)
    for group, tolerance in _screen_groups(world):
        members = [*shapes[group], *shapely.get_parts(sea)]
        coarse = shapely.coverage_simplify(np.asarray(members), tolerance, simplify_boundary=False)
        shapes[group] = coarse[: int(group.sum())]
        # The coast has moved: the next group meets the sea of this one.
        sea = shapely.MultiPolygon(list(shapely.get_parts(coarse[int(group.sum()) :])))
    return world.set_geometry(shapes, crs=4326)


def _screen_groups(world: gpd.GeoDataFrame) -> list[tuple[npt.NDArray[np.bool_], float]]:
    sizes = pd.Series([area_km2(shape) for shape in world.geometry], index=world.index)
    size = sizes.groupby(world["iso3"]).transform("sum")
    large = world["iso3"].isin(_LARGE).to_numpy()
    left = ~large & ~world["iso3"].isin([*NEAR, "IRN", "PAK", ""]).to_numpy()
    groups = [(large, _LARGE_TOLERANCE_DEG)]
    for least, tolerance in _FAR_TOLERANCES_DEG:
        own = left & (size >= least).to_numpy()
        groups.append((own, tolerance))
        left = left & ~own
    return groups


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
    """Return the coverage simplified and rounded for the screen; shared edges stay shared.

    Raises
    ------
    BoundaryError
        If rounding breaks the coverage again and again.
    """
    shapes = shapely.coverage_clean(
        snap_screen(shapely.coverage_simplify(cover.geometry.values, _TOLERANCE_DEG)),
        merge_strategy="min_index",
    )
    shapes = _drop_islets(shapes)
    for _ in range(_ROUNDS):
        shapes = snap_screen(shapes)
        if shapely.coverage_is_valid(shapes):
            cover = cover.set_geometry(shapes, crs=4326)
            return cover[~cover.geometry.is_empty].reset_index(drop=True)
        # Rounding can fold a corner over its neighbour; cleaning adds corners off the grid.
        shapes = shapely.coverage_clean(shapes, merge_strategy="min_index")
    raise BoundaryError(
        "the rounded coverage stays invalid", remedy="raise SCREEN_DECIMALS or the tolerance of the screen"
    )


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


def screen_units(cover: gpd.GeoDataFrame, joined: dict[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
    """Return the screen frames by pack, with the columns of the join frames of the same packs.

    The packs are ``adm0``, ``adm1``, ``adm2``, ``adm2_later`` and ``adm3``; all dissolve
    from the same simplified atoms, so that they nest.
    """
    cover = cover[cover["iso3"] != ""]
    deepest = cover.assign(adm3_id=np.where(cover["atom"].str.contains(".", regex=False), cover["atom"], ""))
    keys = {"adm0": "iso3", "adm1": "adm1_id", "adm2": "adm2_id", "adm2_later": "later_id", "adm3": "adm3_id"}
    frames = {}
    for pack, frame in joined.items():
        key = keys[pack]
        shape = dissolve_by(deepest[deepest[key] != ""], key)[[key, "geometry"]].rename(columns={key: "id"})
        columns = frame.drop(columns="geometry")
        found = columns.merge(shape, on="id", how="inner", validate="1:1")
        cut = ~found["iso3"].isin(["IRN", "PAK"]) & found["iso3"].isin(NEIGHBOURS)
        found.loc[cut, "source"] += ", cut to geoBoundaries' Iran and Pakistan"
        found.loc[cut, "licence"] = "ODbL-1.0"
        # Labels and areas are those of the accurate outline, on every scale.
        found = found.sort_values("id", kind="stable").reset_index(drop=True)
        frames[pack] = gpd.GeoDataFrame(found[frame.columns], geometry="geometry", crs=4326)
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
    claims, between Morocco and Western Sahara, and between Pakistan and Jammu and Kashmir
    or Ladakh, where the dissolve's line is up to 40 km from Natural Earth's. An edge
    inside one country is disputed where the source draws such a line. Columns: a, b,
    kind, geometry.
    """
    merged = dissolve_by(cover.assign(key=[iso or f"~{n}" for n, iso in enumerate(cover["iso3"])]), "key")
    edges = shared_edges(merged, "key")
    doubtful = _disputed_zones(source, codes)
    beyond = shapely.union_all(cover.geometry.values[cover["adm1_id"].isin(["IN-JK", "IN-LA"])])
    doubtful[("IND", "PAK")] = (shapely.buffer(beyond, 0.005), "line of control")
    doubtful[("ESH", "MAR")] = (_EVERYWHERE, "disputed")
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
    inside = _lines_inside(cover, source, codes)
    return {
        "borders": gpd.GeoDataFrame(settled, columns=columns, geometry="geometry", crs=4326),
        "disputed": gpd.GeoDataFrame([*disputed, *inside], columns=columns, crs=4326),
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


def _lines_inside(
    cover: gpd.GeoDataFrame, source: gpd.GeoDataFrame, codes: dict[str, str]
) -> list[dict[str, Any]]:
    """Return disputed lines inside one ISO country: the coverage's edge there, else as drawn."""
    rows = []
    for a, b, kind, line in _disputed_rows(source, codes):
        country = _INSIDE.get((a, b), a if a == b else "")
        if not country and a != b:
            continue
        own = cover[(cover["iso3"] == country) & (cover["adm1_id"] != "")] if country else cover[:0]
        zone = shapely.buffer(line, _DISPUTED_NEAR_DEG)
        edges = shared_edges(dissolve_by(own[own.intersects(zone)], "adm1_id"), "adm1_id")
        pieces = [piece for piece in (edge & zone for edge in edges.geometry) if piece.length > _STUB_DEG]
        found = keep_lines(shapely.union_all(pieces))
        if shapely.length(found) < 0.5 * shapely.length(line):
            found = shapely.simplify(line, _TOLERANCE_DEG)
        rows.append({"a": country, "b": country, "kind": kind, "geometry": found})
    return rows


def land_and_coast(cover: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the land of the screen as polygons and its coast as lines, one row each a part."""
    land = shapely.get_parts(shapely.coverage_union_all(cover.geometry.values))
    coast = shapely.get_parts(shapely.line_merge(shapely.get_parts(shapely.boundary(land))))
    return gpd.GeoDataFrame(geometry=land, crs=4326), gpd.GeoDataFrame(geometry=coast, crs=4326)
