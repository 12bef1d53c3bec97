"""Write the table and the plot of what ``benchmarks.live`` and ``benchmarks.join`` measured.

``python -m benchmarks.live_report [--folder docs/benchmarks]``
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

_WORDS = {
    "cluster": "`st_folium` with FastMarkerCluster",
    "geojson": "folium GeoJson through `feature_group_to_add`",
    "st_map": "`st.map` (arrival at the browser, not its drawing)",
    "pydeck": "pydeck (arrival at the browser, not its drawing)",
}


def table(live: dict[str, Any], join: dict[str, float] | None) -> str:
    """Return the figures in Markdown."""
    floor, figures = live["floor"], live["figures"]
    bundled, last = figures[0], figures[-1]
    million = next((one for one in figures if one["rows"] == 1_000_000), last)
    lines = [
        "# The live map with very many events",
        "",
        f"One run of `make bench` on {live['machine']}, headless Chromium; made-up events from a seed. "
        "Medians. Trust ratios, not seconds.",
        "",
        "| events | date change, s | times the floor | pan or zoom, s | "
        "server's part (filtered by actor), ms | kB a change | "
        "script reruns of a pan | first map, s | memory (of it private; at its peak), MB |",
        "|---|---|---|---|---|---|---|---|---|",
        f"| floor: a slider and no map | {floor:.3f} | 1.0 | | | | | | |",
    ]
    for one in figures:
        filtered = f" ({1000 * one['filtered']:.0f})" if one.get("filtered") else ""
        pan = f"{one['pan']:.2f} | {1000 * one['server']:.0f}{filtered}" if one["pan"] else "no request |"
        peak = f"; {one['peak']:.0f}" if one.get("peak") else ""
        lines.append(
            f"| {one['rows']:,} | {one['date_change']:.3f} | {one['date_change'] / floor:.1f} | {pan} | "
            f"{one['change_kb']:.0f} | {one['reruns']} | {one['first_map']:.1f} | "
            f"{one['memory']:.0f} ({one['private']:.0f}{peak}) |"
        )
    lines += [
        "",
        f"First map of {million['rows']:,} events against the bundled case: "
        f"{million['first_map'] / bundled['first_map']:.2f} times. "
        f"Private memory on {last['rows']:,} events: {last['private']:.0f} MB with one session, "
        f"{last['ten_sessions']:.0f} MB with ten at a time.",
    ]
    if million.get("playback"):
        lines.append(
            f"Playback of {million['rows']:,} events: {million['playback']:.1f} frames a second "
            "in the browser where 20 are asked for, no script rerun."
        )
    if live["rivals"]:
        lines += [
            "",
            "| other way | events | date change, s | Strikemap at 1,000,000 is faster by |",
            "|---|---|---|---|",
        ]
        for name, seconds in live["rivals"].items():
            way, rows = name.split()
            if seconds is None:
                lines.append(f"| {_WORDS[way]} | {int(rows):,} | not measured: no change was seen | |")
                continue
            ratio = seconds / million["date_change"]
            lines.append(f"| {_WORDS[way]} | {int(rows):,} | {seconds:.2f} | {ratio:.1f} times |")
    if join:
        lines += [
            "",
            f"Join of {int(join['rows']):,} points with repeated coordinates, all levels: "
            f'{join["strikemap"]:.2f} s, `geopandas.sjoin(predicate="within")` {join["geopandas"]:.2f} s: '
            f"{join['geopandas'] / join['strikemap']:.1f} times; {join['differ']:.0f} units differ.",
        ]
    return "\n".join([*lines, "", "![How cost grows](live.svg)", ""])


def plot(live: dict[str, Any], path: Path) -> None:
    """Draw how time and memory grow with the number of events."""
    figures = [one for one in live["figures"] if one["pan"]]
    rows = [one["rows"] for one in figures]
    figure = Figure(figsize=(9.6, 3.6), layout="constrained")
    seconds, memory = figure.subplots(1, 2)

    def draw(axes: Any, name: str, form: str, colour: str, words: str) -> None:
        if all(one.get(name) for one in figures):
            axes.plot(rows, [one[name] for one in figures], form, color=colour, label=words)

    draw(seconds, "date_change", "o-", "#22262B", "date change")
    draw(seconds, "pan", "s-", "#7FA8BC", "pan or zoom")
    draw(seconds, "filtered", "v-", "#E0A458", "server's part of a pan, filtered by actor")
    draw(seconds, "server", "^-", "#B35900", "server's part of a pan")
    seconds.axhline(live["floor"], color="#8F959B", linestyle="--", label="a slider and no map")
    seconds.set(xlabel="events", ylabel="seconds", xscale="log", yscale="log", ylim=(0.003, 3))
    draw(memory, "peak", "o-", "#22262B", "resident, at its peak")
    draw(memory, "memory", "s-", "#7FA8BC", "resident, afterwards")
    draw(memory, "private", "^-", "#B35900", "private, afterwards")
    memory.axhline(2_000, color="#8F959B", linestyle="--", label="2 GB")
    memory.set(xlabel="events", ylabel="MB", xscale="log", ylim=(0, 2_600))
    for axes in (seconds, memory):
        axes.legend(frameon=False, fontsize=7)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Read, draw and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--folder", type=Path, default=Path("docs/benchmarks"))
    folder = parser.parse_args().folder
    live = json.loads((folder / "live.json").read_text(encoding="utf-8"))
    join = folder / "join.json"
    found = json.loads(join.read_text(encoding="utf-8")) if join.is_file() else None
    (folder / "live.md").write_text(table(live, found), encoding="utf-8")
    plot(live, folder / "live.svg")
    print(table(live, found))


if __name__ == "__main__":
    main()
