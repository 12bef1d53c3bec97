"""What ``streamlit run dashboard/app.py`` starts: the page and our routes in one process."""

import sys
from pathlib import Path
from threading import Thread

# ``streamlit run`` puts this folder on the path, not the root that holds both packages.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import streamlit as st
from streamlit import net_util

from dashboard.routes import routes, warm_up
from dashboard.state import DEFAULT_CASE


def _unknown() -> None:
    """Stand for an address of this machine that nobody looked up."""


# To judge a page of another origin Streamlit asks outside hosts for this machine's own addresses.
# Without them such a page is turned away all the same, and nothing leaves the machine.
net_util.get_external_ip = _unknown
net_util.get_internal_ip = _unknown

app = st.App(
    Path(__file__).with_name("page.py"),
    routes=routes(str(st.get_option("server.baseUrlPath") or "")),
)

Thread(target=warm_up, args=(DEFAULT_CASE,), daemon=True).start()
