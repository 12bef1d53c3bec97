"""What ``streamlit run dashboard/app.py`` starts: the page and our routes in one process."""

import sys
from pathlib import Path

# ``streamlit run`` puts this folder on the path, not the root that holds both packages.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import streamlit as st

from dashboard.routes import routes

app = st.App(
    Path(__file__).with_name("page.py"),
    routes=routes(str(st.get_option("server.baseUrlPath") or "")),
)
