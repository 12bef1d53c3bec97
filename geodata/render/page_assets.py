"""Scripts and styles of an exported page, put into it whole, with the hashes that its policy names."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import xstatic.pkg.leaflet

from geodata.render.folium_map import SCRIPTS, STATIC, STYLES

_LEAFLET = Path(xstatic.pkg.leaflet.BASE_DIR)
_IMAGE = re.compile(r"url\((images/[\w.-]+\.png)\)")


@lru_cache(maxsize=1)
def scripts() -> tuple[str, ...]:
    """Return Leaflet's script and ours, in the order in which they run; the page's own comes last."""
    ours = [(STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return tuple(map(_closed, [_without_map((_LEAFLET / "leaflet.js").read_text(encoding="utf-8")), *ours]))


def page_script() -> str:
    """Return the script that starts an exported page; it needs the body that it works on."""
    return _closed((STATIC / "exported.js").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def style() -> str:
    """Return all styles as one, pictures inside it."""
    leaflet = (_LEAFLET / "leaflet.css").read_text(encoding="utf-8")
    names = (*STYLES, "evidence.css", "exported.css")
    ours = [(STATIC / name).read_text(encoding="utf-8") for name in names]
    return "\n".join([_IMAGE.sub(_inlined, leaflet).replace("behavior: url(#default#VML);", ""), *ours])


def policy() -> str:
    """Return the Content-Security-Policy of the page: these scripts, this style, no request to anywhere."""
    allowed = " ".join(f"'{_hash(script)}'" for script in (*scripts(), page_script()))
    return (
        f"default-src 'none'; script-src {allowed}; style-src '{_hash(style())}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _inlined(found: re.Match[str]) -> str:
    data = base64.b64encode((_LEAFLET / found[1]).read_bytes()).decode()
    return f"url(data:image/png;base64,{data})"


def _without_map(script: str) -> str:
    """Return a script without the address of its source map, which a browser's tools would ask for."""
    return re.sub(r"^//# sourceMappingURL=.*$", "", script, flags=re.MULTILINE)


def _closed(script: str) -> str:
    if "</script" in script.lower():
        raise AssertionError("a script that ends itself cannot stand in a page")
    return script


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
