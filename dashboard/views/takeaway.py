"""Take-away: a snapshot or the data of what is shown, and a caption to copy."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.state import current_display, view_of_address, workspace
from dashboard.views.markup import plain
from geodata.caption import (
    alt_text,
    caption_markdown,
    caption_text,
    citation_text,
    file_name,
    marked,
    name_of,
)
from geodata.display import Display
from geodata.errors import GeodataError
from geodata.exports import export_bytes
from geodata.filters import Bbox, EventFilter
from geodata.record import Record
from geodata.render.html_page import html_page
from geodata.render.print_map import FORMATS, PAPERS, PrintOptions, draw_with_preview
from geodata.scene import Scene
from geodata.store.record import held, picture_scene, store_for

_FORMATS = {
    "png": ("Picture (PNG)", "image/png"),
    "svg": ("Drawing with layers (SVG)", "image/svg+xml"),
    "pdf": ("Page with layers (PDF)", "application/pdf"),
    "html": ("Page with map and evidence (HTML)", "text/html"),
    "csv": ("Data (CSV)", "text/csv"),
    "xlsx": (
        "Case (XLSX workbook)",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "geojson": ("Data (GeoJSON)", "application/geo+json"),
    "gpkg": ("Case (GeoPackage)", "application/geopackage+sqlite3"),
    "parquet": ("Data (GeoParquet)", "application/vnd.apache.parquet"),
    "kml": ("Data (KML)", "application/vnd.google-earth.kml+xml"),
    "zip": ("Case (zip)", "application/zip"),
}
_USES = {
    "html": "One file for any browser: dates, map and evidence. It works from disk, without a network.",
    "csv": "For any program: one table, a row an attack. Text that begins as a formula has an apostrophe.",
    "xlsx": "For a spreadsheet: all tables as sheets; units, ranges and directions in italics beside them.",
    "geojson": "For web maps: points, areas and lines that somebody stated.",
    "gpkg": "For QGIS: all tables as layers, with the areas and with styles.",
    "parquet": "For pandas, DuckDB and R: as GeoJSON, with typed columns.",
    "kml": "For Google Earth: as GeoJSON, in folders.",
    "zip": "For passing on and editing: the case itself, its tables as text.",
}
_PROJECTIONS = {"auto": "Suited to the extent", "mercator": "Web Mercator, as on screen"}
_MADE = "made_export"


@dataclass(frozen=True)
class _Wish:
    """What a file is made of; a file made for another wish is not offered."""

    data_hash: str
    layers: str
    wanted: EventFilter
    extent: Bbox | None
    display: Display
    kind: str
    paper: str
    dpi: int
    projection: str
    graticule: bool
    plain: bool


@st.fragment
def show_takeaway(record: Record, wanted: EventFilter) -> None:
    """Draw the export form; it reruns by itself and leaves the map alone."""
    st.subheader("Take away", anchor=False)
    st.caption("What you export is what you see: these filters and, for the picture, this part of the map.")
    columns = st.columns([3, 3, 2], vertical_alignment="bottom")
    kind = columns[0].selectbox(
        "Format", list(_FORMATS), format_func=lambda key: _FORMATS[key][0], key="export_format"
    )
    is_picture = kind in FORMATS
    paper = columns[1].selectbox("Paper", list(PAPERS), key="export_paper", disabled=not is_picture)
    # Lines and letters have no dots.
    dpi = columns[2].selectbox(
        "Dots per inch", [150, 300, 600], index=1, key="export_dpi", disabled=kind != "png"
    )
    looks = st.columns([3, 3, 2], vertical_alignment="bottom")
    projection = looks[0].selectbox(
        "Projection",
        list(_PROJECTIONS),
        format_func=lambda key: _PROJECTIONS[key],
        key="export_projection",
        disabled=not is_picture,
    )
    graticule = looks[1].checkbox("Meridians and parallels", key="export_graticule", disabled=not is_picture)
    bare = looks[2].checkbox(
        "Map only, with credits and disclaimer", key="export_plain", disabled=not is_picture
    )
    extent, display = view_of_address(), current_display()
    # Of very many events a scene is made when it is asked for, not on every change.
    scene = None if store_for(record) else picture_scene(record, wanted, extent, display)
    wish = _Wish(
        record.case.data_hash,
        workspace().stamp(),
        wanted,
        extent,
        display,
        kind,
        paper,
        dpi,
        projection,
        graticule,
        bare,
    )
    if kind in _USES:
        st.caption(_USES[kind])
    if kind == "html" and display.show:
        st.caption("Events by unit are not in this page; a picture has them.")
    # Below all that it heeds, also where a narrow window puts one under the other.
    if st.button("Make the file", key="export_make", type="primary", icon=":material/print:"):
        _make(record, scene, wish)
    _show_made(wish)
    with st.expander("Caption, citation and alt text to copy"):
        is_markdown = st.segmented_control(
            "As", ["Plain text", "Markdown"], default="Plain text", key="caption_form"
        )
        if scene is None and st.button("Write the words", key="export_words"):
            try:
                scene = picture_scene(record, wanted, extent, display)
            except GeodataError as error:
                st.error(plain(error.message()))
        if scene:
            _show_words(record, scene, is_markdown=is_markdown == "Markdown")


def _show_words(record: Record, scene: Scene, *, is_markdown: bool) -> None:
    st.caption("Caption")
    words = caption_markdown(scene) if is_markdown else caption_text(scene)
    st.code(words, language=None, wrap_lines=True)
    st.caption("Citation")
    cited = citation_text(
        scene, record.meta.citation, record.meta.information_as_of, f"case={scene.case_id}&{scene.query}"
    )
    st.code(marked(cited) if is_markdown else cited, language=None, wrap_lines=True)
    st.caption("Alt text")
    st.code(alt_text(scene), language=None, wrap_lines=True)


def _make(record: Record, scene: Scene | None, wish: _Wish) -> None:
    """Make the file and keep it in the session, telling how far it is."""
    as_of = record.meta.information_as_of
    bar = st.progress(0.0, "Starting …")
    preview = b""
    try:
        if wish.kind in FORMATS:
            scene = scene or picture_scene(record, wish.wanted, wish.extent, wish.display)
            options = PrintOptions(
                as_of,
                paper=wish.paper,
                dpi=wish.dpi,
                projection=wish.projection,
                graticule=wish.graticule,
                is_plain=wish.plain,
                is_dated=record.meta.information_stated,
            )
            data, preview = draw_with_preview(scene, options, format=wish.kind, on_step=bar.progress)
        elif wish.kind == "html":
            bar.progress(0.3, "Writing the page …")
            data = html_page(held(record, wish.wanted), wish.wanted, extent=wish.extent, display=wish.display)
        else:
            bar.progress(0.3, "Writing the data …")
            data = export_bytes(held(record, wish.wanted), wish.wanted, wish.kind)
    except GeodataError as error:
        st.error(plain(error.message()))
        return
    finally:
        bar.empty()
    what = wish.paper if wish.kind in FORMATS else "page" if wish.kind == "html" else "data"
    if scene:
        name = file_name(scene, what, as_of, wish.kind)
    else:
        name = name_of(record.focus, record.meta.id, what, as_of, wish.kind)
    st.session_state[_MADE] = (wish, data, name, preview)


def _show_made(wish: _Wish) -> None:
    made = st.session_state.get(_MADE)
    if not made:
        return
    made_for, data, name, preview = made
    if made_for != wish:
        st.caption("The view or the choice has changed since the last file was made.")
        return
    size = f"{len(data) / 1e6:.1f} MB" if len(data) > 1e5 else f"{len(data) / 1e3:.0f} kB"
    st.download_button(
        f"Download {name} ({size})",
        data,
        file_name=name,
        mime=_FORMATS[wish.kind][1],
        key="export_download",
        on_click="ignore",
        icon=":material/download:",
    )
    if preview:
        st.image(preview, caption="Preview", width="stretch")
