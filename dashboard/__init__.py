"""The Streamlit app: routes, page, views. It uses ``geodata``; nothing uses it."""
