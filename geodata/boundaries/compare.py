"""Compare the dissolved districts with layers of other makers, and write the report.

``python -m geodata.boundaries.compare --pakistan FILE --iran FILE --out docs/boundaries-report.md``
reads layers that are for checking only: nothing of them goes into a pack or a table.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geodata.boundaries.build_assign import persian_key, read_rows
from geodata.boundaries.build_sources import read_table
from geodata.errors import BoundaryError

PACKS = Path(__file__).parent / "data" / "geoboundaries-odbl"
FLOOR = 0.9
LINE_KM = 3.0  # how far a line of about fifty corners strays from the true one
_TOWN = 10_000
_EQUAL_AREA = "ESRI:54034"
_MOVED_SHARE = 0.05


@dataclass(frozen=True)
class Comparison:
    """One unit against the same unit of the other layer; areas in km², ``iou`` in 0 to 1.

    ``near_line`` is the share of the difference that lies within ``LINE_KM`` of the unit's
    own line; ``moved`` lists ``(unit, km²)`` for what lies beyond that and in which unit.
    """

    id: str
    name: str
    area: float
    other_area: float
    iou: float
    near_line: float
    moved: tuple[tuple[str, float], ...]


def read_pakistan(path: Path) -> gpd.GeoDataFrame:
    """Return the other layer's districts of Pakistan with our ``id``; EPSG:4326."""
    frame = _read(path, {"province_name", "district_name"})
    return frame.assign(id=_match(frame["district_name"], ["PK"] * len(frame)))


def read_iran(path: Path) -> gpd.GeoDataFrame:
    """Return the other layer's counties of Iran with our ``id``; EPSG:4326."""
    frame = _read(path, {"iso", "name_fa"})
    names = [re.sub(r"^شهرستان (ویژه )?", "", name) for name in frame["name_fa"]]
    return frame.assign(id=_match(names, frame["iso"]))


def _read(path: Path, columns: set[str]) -> gpd.GeoDataFrame:
    frame = gpd.read_file(path).to_crs(4326)
    missing = sorted(columns - set(frame.columns))
    if missing:
        raise BoundaryError(
            "the layer is not the one this comparison reads",
            file=str(path),
            column=missing[0],
            remedy="give the district layer named in docs/decisions/boundaries.md",
        )
    frame["geometry"] = [item if item.is_valid else shapely.make_valid(item) for item in frame.geometry]
    return frame


def _match(names: Iterable[str], provinces: Iterable[str]) -> list[str]:
    """Return the id of the base unit that each name means; "" where no unit has it."""
    units = [row for row in read_rows("units") if row["level"] == "2" and not row["id"].endswith("-2024")]
    parents = {row["id"]: row["parent_id"] for row in units}
    index: dict[tuple[str, str], str] = {}
    for column in ("name", "name_local", "aliases"):
        for row in units:
            base = row["parent_id"] if row["parent_id"] in parents else row["id"]
            for name in filter(None, row[column].split(";")):
                for scope in (row["id"][:2], row["id"][:5]):
                    index.setdefault((scope, persian_key(name)), base)
    for row in read_rows("irn_counties"):
        if row["register_name"]:
            index[row["adm2_id"][:5], persian_key(row["register_name"])] = row["base_id"]
    # Counties that only the other layer has: known for this check alone, and built nowhere.
    for row in read_rows("compare_later"):
        for name in (row["name"], row["name_local"]):
            index.setdefault((row["base_id"][:5], persian_key(name)), row["base_id"])
    return [index.get((scope, persian_key(name)), "") for name, scope in zip(names, provinces, strict=True)]


def compare_layers(own: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> list[Comparison]:
    """Return one comparison a unit, worst first.

    Parameters
    ----------
    own
        Our base units: id, name, geometry; EPSG:4326.
    other
        The other layer with our ``id`` ("" where nothing matches); EPSG:4326. Rows of one
        id are merged, so that later districts count in the unit they were cut from, and
        everything is cut to our outline: the other layer holds the territorial sea.

    Notes
    -----
    Areas are those of a cylindrical equal-area projection. A unit that the other layer does
    not have is left out.
    """
    ours = own.set_index("id").to_crs(_EQUAL_AREA)
    outline = shapely.union_all(shapely.buffer(ours.geometry.values, 0))
    theirs = other[other["id"] != ""].to_crs(_EQUAL_AREA)
    theirs["geometry"] = shapely.intersection(shapely.buffer(theirs.geometry.values, 0), outline)
    theirs = theirs.dissolve("id")
    found = []
    for unit_id in ours.index.intersection(theirs.index):
        mine, yours = shapely.buffer(ours.geometry[unit_id], 0), theirs.geometry[unit_id]
        common = mine.intersection(yours).area
        difference = mine.symmetric_difference(yours)
        far = difference.difference(mine.boundary.buffer(LINE_KM * 1000))
        moved = _whose(mine.difference(yours).intersection(far), theirs, unit_id)
        moved += _whose(yours.difference(mine).intersection(far), ours, unit_id)
        found.append(
            Comparison(
                id=str(unit_id),
                name=str(ours.loc[unit_id, "name"]),
                area=mine.area / 1e6,
                other_area=yours.area / 1e6,
                iou=common / (mine.area + yours.area - common),
                near_line=1.0 - far.area / difference.area if difference.area else 1.0,
                moved=tuple(sorted(moved, key=lambda item: -item[1])[:3]),
            )
        )
    return sorted(found, key=lambda item: item.iou)


def _whose(piece: Any, layer: gpd.GeoDataFrame, but: str) -> list[tuple[str, float]]:
    if piece.is_empty:
        return []
    rows = layer.iloc[layer.sindex.query(piece, predicate="intersects")]
    areas = [
        (str(unit_id), piece.intersection(shapely.buffer(shape, 0)).area / 1e6)
        for unit_id, shape in rows.geometry.items()
        if unit_id != but
    ]
    return [(unit_id, area) for unit_id, area in areas if area >= 1]


def is_moved(item: Comparison) -> bool:
    """Return whether land beyond the line's own error changed hands with a neighbour.

    Then the unit is not the same in both layers: its limits changed between the vintages, or
    one of the layers has them wrong; no whole third-level unit mends it.
    """
    return sum(area for _, area in item.moved) >= _MOVED_SHARE * max(item.area, item.other_area)


def reason(item: Comparison, notes: dict[str, str]) -> str:
    """Return in words why a unit is below the floor."""
    if item.id in notes:
        return notes[item.id]
    if is_moved(item):
        parts = ", ".join(f"{unit_id} {area:,.0f} km²" for unit_id, area in item.moved)
        return f"the line lies elsewhere, with {parts}; no whole third-level unit lies there"
    return f"coarse source: {item.near_line:.0%} of the difference is within {LINE_KM:g} km of the line"


@dataclass(frozen=True)
class Misfit:
    """A third-level unit of which most lies in another district of the other layer."""

    id: str
    name: str
    ours: str
    theirs: str
    share: float
    area: float


def place_third_level(
    third: gpd.GeoDataFrame, own: gpd.GeoDataFrame, other: gpd.GeoDataFrame
) -> tuple[list[Misfit], float]:
    """Return the third-level units that lie mostly elsewhere, and the reachable share.

    Parameters
    ----------
    third
        Third-level units: id, parent_id, name, geometry; EPSG:4326.
    own, other
        As in ``compare_layers``.

    Returns
    -------
    tuple
        The misfits, largest first; and the share of districts (0 to 1) that would reach the
        floor if every third-level unit stood where the other layer has most of it: what no
        table can better, because the lines are the source's.
    """
    theirs = other[other["id"] != ""].to_crs(_EQUAL_AREA)
    theirs["geometry"] = shapely.buffer(theirs.geometry.values, 0)
    theirs = theirs.dissolve("id")
    flat = third.to_crs(_EQUAL_AREA)
    best, misfits = [], []
    for row in flat.itertuples():
        shape = shapely.buffer(row.geometry, 0)
        near = theirs.iloc[theirs.sindex.query(shape, predicate="intersects")]
        areas = {str(key): shape.intersection(item).area for key, item in near.geometry.items()}
        top = max(areas, key=lambda key: areas[key]) if areas else row.parent_id
        best.append(top)
        if top != row.parent_id:
            share = areas[top] / shape.area
            misfits.append(Misfit(row.id, row.name, row.parent_id, top, share, shape.area / 1e6))
    ideal = third.assign(id=best, name="")[["id", "name", "geometry"]].dissolve("id", as_index=False)
    reached = [item.iou >= FLOOR for item in compare_layers(ideal, other)]
    return sorted(misfits, key=lambda item: -item.area), sum(reached) / len(own)


def join_places(places: pd.DataFrame, own: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the places that the other layer knows, with the district of either layer.

    Parameters
    ----------
    places
        Columns name, population, longitude, latitude (degrees, EPSG:4326).
    own, other
        As in ``compare_layers``.

    Returns
    -------
    GeoDataFrame
        Columns name, population, ours, theirs; "" where a place is in no district of ours.
    """
    points = gpd.GeoDataFrame(
        places[["name", "population"]].reset_index(drop=True),
        geometry=gpd.points_from_xy(places["longitude"], places["latitude"]),
        crs=4326,
    )
    for column, layer in (("ours", own), ("theirs", other)):
        hits = points[["geometry"]].sjoin(layer[["id", "geometry"]], predicate="within")
        first = hits[~hits.index.duplicated()]["id"]
        points[column] = first.reindex(points.index).fillna("")
    return points[points["theirs"] != ""].drop(columns="geometry")


def write_report(pakistan: Path, iran: Path, out: Path, packs: Path = PACKS) -> None:
    """Compare the packs with both layers and write the report as Markdown."""
    districts = gpd.read_parquet(packs / "adm2_join.parquet")
    third = gpd.read_parquet(packs / "adm3_join.parquet")
    layers = {"PAK": read_pakistan(pakistan), "IRN": read_iran(iran)}
    notes = {row["id"]: row["reason"] for row in read_rows("compare_notes")}
    tables = {"PAK": read_table("pak_tehsils"), "IRN": read_table("irn_bakhsh")}
    compared: dict[str, list[Comparison]] = {}
    misfits: dict[str, list[Misfit]] = {}
    reachable: dict[str, float] = {}
    for iso3, layer in layers.items():
        own = districts[districts["iso3"] == iso3]
        compared[iso3] = compare_layers(own, layer)
        misfits[iso3], reachable[iso3] = place_third_level(third[third["iso3"] == iso3], own, layer)
    towns = pd.read_parquet(packs.parent / "geonames" / "places.parquet")
    towns = towns[towns["longitude"].notna() & (towns["kind"] != "sea")]
    joined = {
        iso3: join_places(towns[towns["iso3"] == iso3], districts[districts["iso3"] == iso3], layer)
        for iso3, layer in layers.items()
    }
    parts = [_HEAD, _counts(compared, misfits, reachable, tables, third), _places(joined)]
    parts += [_misfits(misfits, tables), _below(compared, notes), _later(), _unassigned(tables)]
    parts += [_evidence(tables)]
    out.write_text("\n".join(parts), encoding="utf-8")


_HEAD = f"""# Districts compared with other layers

Written by `python -m geodata.boundaries.compare`; not edited by hand. Our districts are dissolved from
tehsils and bakhsh. They are compared with OCHA's districts of Pakistan (COD-AB, 2022, 160 units) and
OpenStreetMap's counties of Iran (2025, 478 units), both simplified. These layers serve for checking only:
no line of theirs is in a pack. They were in view when the tables were first made. The rows set by hand and
the districts made later were gone through since, and what only these layers knew is out: every row now rests
on the source that it names.

"Order of the list" means that the source's list runs by district. The list does not name the districts:
where one ends was set by hand, so a row resting on the order alone rests on that.

- Districts made later count in the unit that they were cut from. The other layer is cut to our country's
  outline, because it holds the territorial sea.
- Overlap (IoU) is the common area divided by the joint one. The floor is {FLOOR}.
- A unit counts as unchanged between the vintages unless land of {_MOVED_SHARE:.0%} of its area or more,
  farther than {LINE_KM:g} km from its line, is on the other side in the other layer. The source draws a unit
  with some fifty corners, so a line may stray that far.
- "Reachable" is the share of districts that would pass the floor if every third-level unit stood where the
  other layer has most of it. The rest of the way is the source's lines: no table of assignments can mend it.
"""


def _counts(
    compared: dict[str, list[Comparison]],
    misfits: dict[str, list[Misfit]],
    reachable: dict[str, float],
    tables: dict[str, pd.DataFrame],
    third: gpd.GeoDataFrame,
) -> str:
    lines = ["## Counts", "", "| | Pakistan | Iran |", "|---|---|---|"]
    rows: dict[str, list[str]] = {}
    for iso3, items in compared.items():
        same = [item for item in items if not is_moved(item)]
        units = int((third["iso3"] == iso3).sum())
        passed = sum(item.iou >= FLOOR for item in items)
        passed_same = sum(item.iou >= FLOOR for item in same)
        table = tables[iso3]
        for label, value in {
            "rows of the source": f"{len(table):,}",
            "third-level units": f"{units:,}",
            "of these in no district": f"{(table['adm2_id'] == '').sum()}",
            "third-level units that lie mostly in the same district there": _of(
                units - len(misfits[iso3]), units
            ),
            "districts (base vintage)": f"{table.loc[table['adm2_id'] != '', 'adm2_id'].nunique()}",
            "districts compared": f"{len(items)}",
            f"at {FLOOR} or more": _of(passed, len(items)),
            "reachable": f"{reachable[iso3]:.1%}",
            "unchanged between the vintages": f"{len(same)}",
            f"unchanged, at {FLOOR} or more": _of(passed_same, len(same)),
            "median overlap": f"{sorted(item.iou for item in items)[len(items) // 2]:.3f}",
        }.items():
            rows.setdefault(label, []).append(value)
    lines += [f"| {label} | {' | '.join(values)} |" for label, values in rows.items()]
    return "\n".join([*lines, ""])


def _of(count: int, whole: int) -> str:
    return f"{count:,} of {whole:,} ({count / whole:.1%})"


def _places(joined: dict[str, pd.DataFrame]) -> str:
    lines = [
        "## Places",
        "",
        "Where a place of the gazetteer (GeoNames) falls, here and in the other layer:",
        "",
    ]
    lines += ["| | places | in the same district |", "|---|---|---|"]
    apart = []
    for iso3, rows in joined.items():
        same = rows["ours"] == rows["theirs"]
        lines.append(f"| {iso3} | {len(rows):,} | {int(same.sum()):,} ({same.mean():.1%}) |")
        apart += rows[~same & (rows["population"] >= _TOWN)].to_dict("records")
    lines += ["", f"Apart, of {_TOWN:,} people and more:", ""]
    lines += [
        f"- {row['name']} ({row['population']:,}): {row['ours'] or 'none'}, there {row['theirs']}"
        for row in sorted(apart, key=lambda row: (-int(row["population"]), str(row["name"])))
    ]
    return "\n".join([*lines, ""])


def _misfits(misfits: dict[str, list[Misfit]], tables: dict[str, pd.DataFrame]) -> str:
    lines = [
        "## Third-level units that lie mostly elsewhere in the other layer",
        "",
        "The assignment follows our evidence, not the other layer.",
        "",
        "| unit | name | ours | there | share there | km² | our evidence |",
        "|---|---|---|---|---|---|---|",
    ]
    for iso3, items in misfits.items():
        evidence = tables[iso3].drop_duplicates("adm3_id").set_index("adm3_id")["adm2_evidence"]
        lines += [
            f"| `{item.id}` | {item.name} | {item.ours} | {item.theirs} "
            f"| {item.share:.0%} | {item.area:,.0f} | {evidence[item.id]} |"
            for item in items
        ]
    return "\n".join([*lines, ""])


def _below(compared: dict[str, list[Comparison]], notes: dict[str, str]) -> str:
    lines = [f"## Districts below {FLOOR}", ""]
    lines += ["| unit | overlap | km² | km² there | reason |", "|---|---|---|---|---|"]
    for items in compared.values():
        lines += [
            f"| `{item.id}` | {item.iou:.3f} | {item.area:,.0f} | {item.other_area:,.0f} "
            f"| {reason(item, notes)} |"
            for item in items
            if item.iou < FLOOR
        ]
    return "\n".join([*lines, ""])


def _later() -> str:
    units = {row["id"]: row for row in read_rows("units")}
    made = [
        row
        for row in units.values()
        if row["level"] == "2" and units[row["parent_id"]]["level"] == "2" and "-2024" not in row["id"]
    ]
    lines = ["## Later units", "", f"{len(made)} districts made after the base vintage are built:", ""]
    lines += [
        f"- `{row['id']}` {row['name']}, from `{row['parent_id']}`; {row['valid_from'] or row['vintage']}"
        for row in made
    ]
    lines += ["", "Not built; the name is an alias of the unit that it is part of here:", ""]
    lines += [
        f"- {row['name']} (`{row['base_id']}`): {row['reason']}" for row in read_rows("later_not_built")
    ]
    return "\n".join([*lines, ""])


def _unassigned(tables: dict[str, pd.DataFrame]) -> str:
    lines = ["## Units in no district", ""]
    empty = [row for table in tables.values() for row in table[table["adm2_id"] == ""].itertuples()]
    lines += [f"- {row.name} (`{row.shape_id}`), {row.adm1_id}; {row.adm2_evidence}" for row in empty] or [
        "None."
    ]
    lines += [
        "",
        'The source\'s piece "Disputed territory" is left out. Lakes outside every unit are parts of',
    ]
    lines += ["a province without a district.", ""]
    return "\n".join(lines)


def _evidence(tables: dict[str, pd.DataFrame]) -> str:
    lines = ["## Evidence", "", "| country | evidence | rows |", "|---|---|---|"]
    for iso3, table in tables.items():
        kinds = table["adm2_evidence"].map(_kind).value_counts()
        lines += [f"| {iso3} | {kind} | {count} |" for kind, count in kinds.sort_index().items()]
    hand = sum(int(table["adm2_evidence"].str.contains("by hand").sum()) for table in tables.values())
    lines += ["", f"By hand, whatever else supports it: {hand} rows.", ""]
    return "\n".join(lines)


def _kind(evidence: str) -> str:
    """Return the evidence without its figures, so that rows of one kind count together."""
    return "; ".join(_without_figures(part) for part in evidence.split("; "))


def _without_figures(part: str) -> str:
    agree = re.fullmatch(r"(\d+) of (\d+) (towns|villages|places) inside", part)
    if not agree:
        return part.split(":", maxsplit=1)[0]
    count, whole, kind = agree.groups()
    return f"{'all' if count == whole else 'some' if count != '0' else 'no'} {kind} inside"


def main(arguments: list[str] | None = None) -> None:
    """Write the report; both layers are files of the user's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--pakistan", type=Path, required=True, help="districts of Pakistan (COD-AB), GeoJSON"
    )
    parser.add_argument("--iran", type=Path, required=True, help="counties of Iran (OpenStreetMap), GeoJSON")
    parser.add_argument("--out", type=Path, required=True, help="the report to write, Markdown")
    parser.add_argument("--packs", type=Path, default=PACKS, help="folder of the built packs")
    given = parser.parse_args(arguments)
    write_report(given.pakistan, given.iran, given.out, given.packs)


if __name__ == "__main__":
    main()
