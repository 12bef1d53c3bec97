"""Boundaries beside the bundled ones: a file of one's own, or a download when asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from dashboard.views.labels import distinct
from dashboard.views.markup import plain
from dashboard.workspace import Workspace
from geodata import boundaries
from geodata.boundaries.fetch import BASE_URL, RELEASES, fetch_layer, load_cached
from geodata.boundaries.layer import BoundaryLayer
from geodata.boundaries.layer_cache import list_cached
from geodata.boundaries.own import guess_columns, read_layer, read_table
from geodata.errors import GeodataError

# Another provider of the same answers, for instance a mirror inside an office.
PROVIDER_VARIABLE = "STRIKEMAP_GEOBOUNDARIES"

_LEVELS = {
    2: "Districts or counties (adm2)",
    1: "Provinces (adm1)",
    None: "None of these: draw them only",
}
_FETCHED_LEVELS = {1: "Provinces (ADM1)", 2: "Districts (ADM2)", 3: "Third level (ADM3)", 0: "Country (ADM0)"}
_JOIN_HELP = (
    "Events get these units at their level; elsewhere the bundled units stay. "
    "Filters, table and exports then name them."
)
_FOCUS_HELP = "The outlines are drawn as units in focus, on the map and in pictures."
_NONE = "(none)"
_LINES_SHOWN = 40
MOST_OUTLINED = 600


@dataclass(frozen=True)
class _Choice:
    """How a file is read."""

    level: int | None
    id_column: str
    name_column: str
    crs: str
    licence: str


def show_boundaries(workspace: Workspace) -> None:
    """Draw what is in use, and the two ways to add to it."""
    count = len(workspace.layers)
    label = f"Boundaries ({count} of your own in use)" if count else "Boundaries"
    with st.expander(label, key="boundaries", icon=":material/layers:"):
        _show_in_use(workspace)
        own, fetched = st.tabs(["A file of your own", "Download"])
        with own:
            _show_own(workspace)
        with fetched:
            _show_fetch(workspace)


def _show_in_use(workspace: Workspace) -> None:
    for layer in list(workspace.layers.values()):
        words, joins, focus, remove = st.columns([4, 1.4, 1.2, 1], vertical_alignment="center")
        level = layer.layer.level
        words.markdown(f"**{plain(layer.layer.title)}** · {len(layer.units)} units")
        words.caption(plain(layer.credit.text))
        can_join = level in (1, 2)
        joined = joins.toggle(
            "Join events",
            layer.joins and can_join,
            key=f"joins_{layer.key}",
            disabled=not can_join,
            help=_JOIN_HELP,
        )
        many = len(layer.units) > MOST_OUTLINED
        focused = focus.toggle(
            "Outline",
            layer.is_focus,
            key=f"focus_{layer.key}",
            disabled=many,
            help=f"More than {MOST_OUTLINED} outlines are not drawn at once." if many else _FOCUS_HELP,
        )
        if (joined, focused) != (layer.joins, layer.is_focus):
            workspace.add(layer.layer, joins=joined, is_focus=focused)
            st.rerun()
        remove.button("Remove", key=f"remove_{layer.key}", on_click=_remove, args=(workspace, layer.key))
        _show_report(layer.layer)
    for credit in boundaries.credits():
        st.caption(plain(credit.text))


def _remove(workspace: Workspace, key: str) -> None:
    """Let a layer go, and with it what the filter has of its units."""
    workspace.remove(key)
    own = f"{key}:"
    st.session_state.areas = [area for area in st.session_state.areas if not area.startswith(own)]


def _show_report(layer: BoundaryLayer) -> None:
    report = layer.report
    faults = len(report.table.rejected_rows) + len(report.repairs) + len(report.table.warnings)
    if not faults:
        return
    with st.popover(f"Report: {faults} to note"):
        lines = report.lines()
        st.code("\n".join(lines[:_LINES_SHOWN]), language=None, wrap_lines=True)
        if len(lines) > _LINES_SHOWN:
            st.download_button(
                f"All {len(lines)} lines",
                "\n".join(lines),
                file_name=f"{layer.key}.txt",
                key=f"report_{layer.key}",
                on_click="ignore",
            )


# -- a file of one's own --------------------------------------------------------------------------


def _show_own(workspace: Workspace) -> None:
    st.caption(
        "GeoJSON, zipped Shapefile, GeoPackage, GeoParquet, FlatGeobuf or KML, in any coordinate system. "
        "The file is read in this session alone: it is written nowhere, and no other session sees it."
    )
    # A new key empties the uploader once its file is in use.
    number = st.session_state.setdefault("boundary_files_used", 0)
    with st.container(key="boundary_file"):
        upload = st.file_uploader(
            "Boundary file", key=f"boundary_file_{number}", label_visibility="collapsed"
        )
    if upload is None:
        return
    data = upload.getvalue()
    try:
        with st.spinner("Reading the file …"):
            choice, layer_name = _ask_choice(data, upload.name)
    except GeodataError as error:
        st.error(plain(error.message()), icon=":material/error:")
        return
    if not st.button("Use these boundaries", key="boundary_use", type="primary"):
        return
    try:
        with st.spinner("Reading and checking the outlines …"):
            layer = read_layer(
                data,
                file_name=upload.name,
                level=choice.level,
                id_column=choice.id_column,
                name_column=choice.name_column,
                layer_name=layer_name or None,
                crs=choice.crs.strip() or None,
                licence=choice.licence.strip(),
            )
    except GeodataError as error:
        st.error(plain(error.message()), icon=":material/error:")
        return
    workspace.add(layer, joins=choice.level is not None, is_focus=len(layer.units) <= MOST_OUTLINED)
    st.session_state.boundary_files_used += 1
    st.rerun()


def _ask_choice(data: bytes, file_name: str) -> tuple[_Choice, str]:
    """Ask how the file is to be read, with a guess at each answer."""
    first, second = st.columns(2)
    layer_name = ""
    if file_name.lower().endswith((".gpkg", ".zip")):
        layer_name = first.text_input(
            "Layer",
            key="boundary_layer",
            help="Only where the file holds several; left empty, the only one is taken.",
        )
    level = second.selectbox(
        "What the units are",
        list(_LEVELS),
        format_func=_LEVELS.get,
        key="boundary_level",
        help=_JOIN_HELP,
    )
    table = read_table(data, file_name=file_name, layer_name=layer_name.strip() or None)
    guesses = guess_columns(table, level=level)
    columns = [str(column) for column in table.columns if str(column) != "geometry"]
    name_column = _column(first, "Column of names", columns, guesses.name, "boundary_name_column")
    id_column = _column(second, "Column of ids", columns, guesses.id, "boundary_id_column")
    crs = first.text_input(
        "Coordinate system",
        key="boundary_crs",
        placeholder="as the file says",
        help="Only where the file names none or a wrong one, for example EPSG:32642.",
    )
    licence = second.text_input(
        "Its licence",
        key="boundary_licence",
        placeholder="not stated",
        help="Printed with the credits of every map and export that shows these boundaries.",
    )
    return _Choice(level, id_column, name_column, crs, licence), layer_name.strip()


def _column(place: object, label: str, columns: list[str], guess: object, key: str) -> str:
    options = [_NONE, *columns]
    guessed = getattr(guess, "column", "")
    samples = ", ".join(getattr(guess, "samples", ())[:3])
    sure = f"Guessed, {getattr(guess, 'confidence', 0):.0%} sure; it holds: {samples}" if guessed else None
    chosen: str = place.selectbox(  # type: ignore[attr-defined]
        label,
        options,
        index=options.index(guessed) if guessed in options else 0,
        key=key,
        help=plain(sure) if sure else "No column looks like it.",
    )
    return "" if chosen == _NONE else chosen


# -- a download -----------------------------------------------------------------------------------


def _show_fetch(workspace: Workspace) -> None:
    st.caption(
        "From geoBoundaries, only when you press the button: this server then asks www.geoboundaries.org "
        "and its file store for the layer, and keeps it. Nothing else on this page uses the network."
    )
    names = distinct({unit.id: unit.name for unit in _countries()})
    order = sorted(names, key=lambda iso3: names[iso3])
    first, second, third = st.columns(3, vertical_alignment="bottom")
    iso3 = first.selectbox(
        "Country",
        order,
        index=order.index("PAK") if "PAK" in order else 0,
        format_func=names.get,
        key="fetch_country",
    )
    level = second.selectbox(
        "Level", list(_FETCHED_LEVELS), index=1, format_func=_FETCHED_LEVELS.get, key="fetch_level"
    )
    release = third.selectbox(
        "Release",
        RELEASES,
        key="fetch_release",
        help="gbOpen: open licences. gbHumanitarian: as the humanitarian offices share them. "
        "gbAuthoritative: as governments publish them. The licence is that of the layer.",
    )
    again = st.checkbox("Ask anew even if it is here already", key="fetch_again")
    if st.button("Download", key="fetch_make", icon=":material/download:"):
        _fetch(workspace, iso3, level, release, again=again)
    _show_kept(workspace)


@lru_cache(maxsize=1)
def _countries() -> list[boundaries.Unit]:
    return [unit for unit in map(boundaries.unit, boundaries.unit_ids()) if unit.level == 0]


def _fetch(workspace: Workspace, iso3: str, level: int, release: str, *, again: bool) -> None:
    bar = st.progress(0.0, text="Asking for the layer …")

    def tell(done: int, total: int | None, words: str) -> None:
        size = f"{done / 1e6:.1f}" + (f" of {total / 1e6:.1f} MB" if total else " MB")
        bar.progress(min(done / total, 1.0) if total else 0.0, text=plain(f"{words}: {size}"))

    base = os.environ.get(PROVIDER_VARIABLE, "") or BASE_URL
    try:
        found = fetch_layer(iso3, level, release=release, base_url=base, progress=tell, force=again)
    except GeodataError as error:
        bar.empty()
        st.error(plain(error.message()), icon=":material/cloud_off:")
        return
    bar.empty()
    if found.layer is None or found.problem is not None:
        st.warning(plain(found.message), icon=":material/cloud_off:")
    if found.layer is not None:
        workspace.add(found.layer, joins=found.layer.level in (1, 2), is_focus=False)
        if found.problem is None:
            st.rerun()


def _show_kept(workspace: Workspace) -> None:
    kept = {entry.key: entry for entry in list_cached() if entry.key not in workspace.layers}
    if not kept:
        return
    titles = distinct({key: f"{entry.title} ({entry.fetched_at[:10]})" for key, entry in kept.items()})
    choice, button = st.columns([4, 1], vertical_alignment="bottom")
    key = choice.selectbox("Downloaded before", list(titles), format_func=titles.get, key="kept_layer")
    if button.button("Use", key="kept_use"):
        found = load_cached(key)
        if found is None:
            st.error("The kept file is damaged; download it again.", icon=":material/error:")
            return
        layer = found[1]
        workspace.add(layer, joins=layer.level in (1, 2), is_focus=False)
        st.rerun()
