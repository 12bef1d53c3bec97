"""What the benchmark of the live map compares with: a Streamlit page with a slider of dates and a map.

``WAY`` says which map, ``ROWS`` how many events: ``floor`` has no map; ``cluster`` is st_folium with
FastMarkerCluster, ``geojson`` st_folium with a GeoJson layer, both through ``feature_group_to_add``;
``st_map`` is ``st.map``, ``pydeck`` a scatterplot without a background. All filter the same made-up events.
"""

import os
from datetime import date, timedelta

import folium
import numpy as np
import pandas as pd
import streamlit as st
from folium.plugins import FastMarkerCluster
from streamlit_folium import st_folium

from benchmarks.synthetic import make_events

WAY, ROWS = os.environ["WAY"], int(os.environ["ROWS"])
EPOCH = date(1970, 1, 1)
STATIC = "../../app/static"
SCRIPTS = ("leaflet", "leaflet.markercluster") if WAY == "cluster" else ("leaflet",)
MARKER = "function (row) { return L.marker(new L.LatLng(row[0], row[1])); }"
FastMarkerCluster.default_js = FastMarkerCluster.default_css = []


@st.cache_resource
def points() -> pd.DataFrame:
    """Return places and days of the events, by day."""
    made = make_events(ROWS)
    frame = pd.DataFrame({"lat": made.lat, "lon": made.lon, "day": made.first})
    return frame.sort_values("day", ignore_index=True)


def layer(shown: pd.DataFrame) -> folium.FeatureGroup:
    """Return the folium layer of the shown points."""
    group = folium.FeatureGroup()
    if WAY == "cluster":
        # Its own callback wants a further plugin for the icon; this one is the lighter.
        FastMarkerCluster(shown[["lat", "lon"]].to_numpy().tolist(), callback=MARKER).add_to(group)
        return group
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
        for lat, lon in shown[["lat", "lon"]].itertuples(index=False)
    ]
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features}, marker=folium.CircleMarker(radius=2)
    ).add_to(group)
    return group


low, high = st.slider(
    "Dates", date(1989, 1, 1), date(2023, 12, 31), (date(1989, 1, 1), date(2023, 12, 31)), key="date_range"
)
if WAY != "floor":
    every = points()
    edges = np.searchsorted(every["day"], [(low - EPOCH).days, (high - EPOCH + timedelta(days=1)).days])
    shown = every.iloc[edges[0] : edges[1]]
if WAY in ("cluster", "geojson"):
    base = folium.Map(location=[30, 60], zoom_start=4, tiles=None, prefer_canvas=True, maxZoom=18)
    # From the folder beside this file; a plugin that first comes with a later group would lose it.
    base.default_js = [(name, f"{STATIC}/{name}.js") for name in SCRIPTS]
    base.default_css = [("leaflet_css", f"{STATIC}/leaflet.css")]
    st_folium(base, key="map", feature_group_to_add=layer(shown), returned_objects=[], height=600)
elif WAY == "st_map":
    st.map(shown[["lat", "lon"]])
elif WAY == "pydeck":
    import pydeck as pdk

    scatter = pdk.Layer("ScatterplotLayer", shown[["lat", "lon"]], get_position="[lon, lat]", get_radius=2000)
    view = pdk.ViewState(latitude=30, longitude=60, zoom=3)
    st.pydeck_chart(pdk.Deck([scatter], initial_view_state=view, map_style=None))
st.html(f"<div class='told'>{low} {high}</div>")
