"""Text of the data for Streamlit, and the page's own style."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from geodata.render.folium_map import STATIC

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!<>$~|:&])")


def plain(value: object) -> str:
    """Return a text for Streamlit's Markdown that shows as it is.

    Unescaped, ``![](http://…)`` in an address or a file would fetch from another host.
    """
    return _MARKDOWN.sub(r"\\\1", str(value)).replace("\n", " ")


def style_page() -> None:
    """Load the page's own style."""
    own = Path(__file__).parent.parent / "static" / "page.css"
    css = "".join(path.read_text(encoding="utf-8") for path in (STATIC / "evidence.css", own))
    st.html(f"<style>{css}</style>")
