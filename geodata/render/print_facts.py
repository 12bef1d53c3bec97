"""What is embedded in every picture: hash of the data, filters, version, credits, the address.

The names are those of the PNG specification, then ours with the prefix ``Strikemap-``.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from geodata import __version__, boundaries
from geodata.render.print_options import PrintOptions
from geodata.scene import Scene
from geodata.scene_build import view_of_extent

NAMESPACE = "urn:strikemap:picture"
SOFTWARE = f"Strikemap {__version__}"


def picture_facts(scene: Scene, options: PrintOptions) -> dict[str, str]:
    """Return what is embedded in a picture, by name; what is empty is left out.

    ``Strikemap-Query`` is the address of the view, as the page takes it after "?": case,
    detail, filters, and centre and zoom of the picture's extent.
    """
    words = scene.marginalia
    facts = {
        "Title": options.title or words.title,
        "Author": words.producer,
        "Description": " ".join(part for part in (words.subtitle, words.period, words.counts) if part),
        "Copyright": " ".join(words.credits),
        "Disclaimer": words.disclaimer,
        "Software": SOFTWARE,
        "Strikemap-Case": scene.case_id,
        "Strikemap-Generalised": scene.generalised,
        "Strikemap-Data-Hash": scene.data_hash,
        "Strikemap-Filters": "; ".join(part for part in (words.period, words.subtitle) if part),
        "Strikemap-Query": view_query(scene),
        "Strikemap-Information": words.information_as_of,
        "Strikemap-Produced": options.production_date.isoformat() if options.is_dated else "",
        "Strikemap-Paper": f"{options.paper}, {options.dpi} dpi",
        "Strikemap-Notice": boundaries.DISCLAIMER,
    }
    return {name: text for name, text in facts.items() if text}


def view_query(scene: Scene) -> str:
    """Return the query of the page's address that shows this view again."""
    lat, lon, zoom = view_of_extent(scene.extent)
    pairs = [("case", scene.case_id), *parse_qsl(scene.query, keep_blank_values=True)]
    return urlencode([*pairs, ("lat", f"{lat:.4f}"), ("lon", f"{lon:.4f}"), ("zoom", f"{zoom:g}")])
