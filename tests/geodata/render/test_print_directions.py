"""Directions in print: a look for each status, and glyphs that hide neither each other nor the point."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import shapely

from geodata.render.print_map import compose_map
from geodata.render.print_margins import Key
from geodata.render.print_symbols import fanned
from geodata.scene import Scene, SideMark, WedgeMark
from geodata.scene_build import build_scene
from tests.geodata.render.scenes import ERBIL, TALTITA, WIDE
from tests.geodata.render.test_print_map import options

NEAR_ERBIL = (42.0, 33.0, 48.0, 39.0)
FAR = replace(WIDE, areas=(), sides=(), wedges=(), lines=(), legend=())  # its keys are the same glyphs
STATUSES = ("claimed", "assessed", "inferred")


def patches(scene: Scene, gid: str) -> list[Any]:
    drawn = compose_map(scene, options()).axes[0].patches
    return [patch for patch in drawn if patch.get_gid() == gid]


def shape(patch: Any) -> Any:
    """Return what a patch covers on the page; the data of the one axes are page points."""
    vertices = patch.get_path().vertices
    return shapely.convex_hull(shapely.MultiPoint(vertices))


def wedge(mark: str, **more: Any) -> WedgeMark:
    return WedgeMark((mark,), "taltita", TALTITA, 5, 260, 280, "", **more)


def side(mark: str, **more: Any) -> SideMark:
    return SideMark((mark,), "erbil", ERBIL, 300, "iran", "", "Iran", "", "from Iran", ring_km=5, **more)


def test_a_status_has_its_own_wedge_and_chevrons() -> None:
    looks = set()
    for status in STATUSES:
        (drawn,) = patches(replace(FAR, wedges=(wedge("w", status=status),)), "attack-wedge")
        looks.add((str(drawn.get_linestyle()), tuple(drawn.get_facecolor())))
    assert len(looks) == 3
    chevrons = {status: replace(FAR, sides=(side("s", status=status),)) for status in STATUSES}
    assert len(patches(chevrons["assessed"], "side-core")) == 3
    assert not patches(chevrons["claimed"], "side-core")
    hues = {patches(chevrons[status], "attack-side")[0].get_edgecolor() for status in STATUSES}
    assert len(hues) == 2  # an inferred one has no party's hue


def test_glyphs_on_their_tiers_hide_neither_each_other_nor_the_point() -> None:
    marks = tuple(wedge(f"w{tier}", tier=tier, alternative=True) for tier in range(3))
    beside = tuple(side(f"s{tier}", tier=tier, alternative=True) for tier in range(2))
    for scene, glyphs in (
        (replace(FAR, wedges=marks), {"attack-wedge": 3, "alternative": 3}),
        (replace(FAR, extent=NEAR_ERBIL, sides=beside), {"attack-side": 6, "alternative": 2}),
    ):
        drawn: dict[str, list[Any]] = {}
        for patch in compose_map(scene, options()).axes[0].patches:
            drawn.setdefault(str(patch.get_gid()), []).append(shape(patch))
        assert {gid: len(drawn[gid]) for gid in glyphs} == glyphs
        chevrons = drawn.pop("attack-side", [])  # a mark's own three stand close
        others = [*drawn.get("attack-wedge", []), *drawn["alternative"], *drawn["event-point"]]
        assert not any(first.intersects(second) for first, second in combinations(others, 2))
        assert not any(one.intersects(shapely.union_all(others)) for one in chevrons)
        if chevrons:
            assert not shapely.union_all(chevrons[:3]).intersects(shapely.union_all(chevrons[3:]))


def test_a_bundle_spreads_from_its_heads_to_its_origins() -> None:
    line = np.column_stack([np.linspace(100, 0, 20), np.zeros(20)])  # the target lies in the west
    (right,), (left,), (middle,) = (fanned([line], fan, 1.0) for fan in (0.5, -0.5, 0.0))
    apart = np.hypot(*(right - left).T)
    assert apart[-1] == pytest.approx(9) and apart[0] == pytest.approx(15)
    assert np.all(np.diff(apart) < 0)
    assert right[0][1] < 0 < left[0][1], "clockwise, seen from the target, is south of a line to the east"
    assert np.array_equal(middle, line)


def test_a_line_is_as_wide_as_its_munitions_and_open_without_a_number() -> None:
    lines = tuple(replace(WIDE.lines[0], munitions=number) for number in (4, 24, None))
    scenes = [replace(FAR, lines=(line,)) for line in lines]
    widths = [patches(scene, "attack-arrow")[0].get_linewidth() for scene in scenes]
    assert widths[2] < widths[0] < widths[1]
    heads = [tuple(patches(scene, "arrow-head")[0].get_facecolor()) for scene in scenes]
    assert heads[0] == heads[1] != heads[2]


def test_chevrons_of_the_legend_come_from_the_side_on_which_they_stand_on_the_map(bundled):
    scene = build_scene(bundled, bundled.default_filter)
    key = Key(scene.legend, scene.parties, scene.sides)
    outward = {entry.party: key.outward(entry) for entry in scene.legend if entry.symbol == "side"}
    # Iran lies west of Panjgur, Pakistan east of Saravan.
    assert outward == {"iran": (-1, 0), "pakistan": (1, 0)}
