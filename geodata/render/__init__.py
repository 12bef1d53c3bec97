"""One scene, several surfaces: the Folium map, the printed map, the browser's data."""
