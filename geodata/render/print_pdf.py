"""A sheet as PDF: layers that a reader can switch, text that can be found, facts as XMP.

matplotlib draws the page and embeds the fonts, cut down to the letters used; the
layers (optional content groups) and the metadata, which it does not know, are added
with pypdf. No date but the production date, no random id.
"""

# matplotlib and pypdf are imported where they draw: what does not print should not wait.
# ruff: noqa: PLC0415

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Mapping
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from geodata.render.print_facts import NAMESPACE
from geodata.render.print_layers import LAYERS
from geodata.render.print_sheet import Mark, Sheet, Words
from geodata.render.print_svg import fact_tag
from geodata.style import PAPER

PDF_SETTINGS = {"pdf.fonttype": 42, "ps.fonttype": 42, "pdf.compression": 6}  # TrueType: text stays text
_DUBLIN_LIST = {"Author": "creator"}
_DUBLIN_LANGUAGES = {"Title": "title", "Description": "description", "Copyright": "rights"}


def write_pdf(sheet: Sheet, facts: Mapping[str, str], produced: date) -> bytes:
    """Return a sheet as PDF of one page, its layers named and switchable.

    Parameters
    ----------
    facts
        What is embedded as XMP, by name.
    produced
        The production date, which stands as the date of creation.
    """
    import matplotlib as mpl

    with mpl.rc_context(PDF_SETTINGS):
        page, layers = _draw_page(sheet)
    return _finish(page, layers, facts, produced)


def _draw_page(sheet: Sheet) -> tuple[bytes, list[str]]:
    """Return a bare PDF, and the keys of its layers: the first is marked ``/L0`` in it."""
    from matplotlib.backends.backend_pdf import PdfFile, RendererPdf, Verbatim

    out = io.BytesIO()
    figure = sheet.figure
    figure.set_dpi(72)
    figure.set_size_inches(sheet.width / 72, sheet.height / 72)
    file = PdfFile(out, metadata={"Creator": None, "Producer": None, "CreationDate": None})
    file.newPage(sheet.width / 72, sheet.height / 72)
    renderer = RendererPdf(file, 72, sheet.height / 72, sheet.width / 72)
    figure.patch.set_facecolor(PAPER)
    figure.patch.draw(renderer)
    keys: list[str] = []
    for key, group in itertools.groupby(sheet.marks(), key=lambda mark: mark.layer):
        renderer.finalize()  # a layer begins and ends at the page's own graphics state
        file.output(Verbatim(b"/OC /L%d BDC" % len(keys)))
        keys.append(key)
        for mark in group:
            _draw_mark(mark, renderer, file)
        renderer.finalize()
        file.output(Verbatim(b"EMC"))
    file.finalize()
    file.close()
    return out.getvalue(), keys


def _draw_mark(mark: Mark, renderer: Any, file: Any) -> None:
    """Draw a mark; a line of shaped script says in letters what its glyphs spell."""
    from matplotlib.backends.backend_pdf import Verbatim

    is_shaped = isinstance(mark.what, Words) and not mark.what.text.isascii() and _is_shaped(mark.what.text)
    if is_shaped and isinstance(mark.what, Words):
        letters = mark.what.text.encode("utf-16-be").hex().upper()
        file.output(Verbatim(f"/Span <</ActualText <FEFF{letters}>>> BDC".encode()))
    mark.artist.draw(renderer)
    if is_shaped:
        renderer.finalize()
        file.output(Verbatim(b"EMC"))


def _is_shaped(text: str) -> bool:
    """Return whether a line holds Arabic script, whose glyphs are not its letters."""
    return any("\u0600" <= letter <= "\u08ff" or "\ufb50" <= letter <= "\ufefc" for letter in text)


def _finish(page: bytes, layers: list[str], facts: Mapping[str, str], produced: date) -> bytes:
    """Return a page with its layers, metadata and a file identifier made of its content."""
    from pypdf import PdfWriter
    from pypdf.generic import (
        ArrayObject,
        BooleanObject,
        ByteStringObject,
        DictionaryObject,
        NameObject,
        TextStringObject,
    )

    writer = PdfWriter(clone_from=io.BytesIO(page))
    names = {layer.key: layer.name for layer in LAYERS}
    groups = [
        writer._add_object(
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/OCG"),
                    NameObject("/Name"): TextStringObject(names[key]),
                }
            )
        )
        for key in layers
    ]
    resources: Any = writer.pages[0]["/Resources"]
    resources[NameObject("/Properties")] = DictionaryObject(
        {NameObject(f"/L{index}"): group for index, group in enumerate(groups)}
    )
    shown = DictionaryObject(
        {
            NameObject("/Name"): TextStringObject("Layers"),
            NameObject("/BaseState"): NameObject("/ON"),
            # A panel of layers lists the topmost first.
            NameObject("/Order"): ArrayObject(reversed(groups)),
            NameObject("/ON"): ArrayObject(groups),
        }
    )
    root = writer.root_object
    root[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject(groups), NameObject("/D"): shown}
    )
    root[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(True)}
    )
    root[NameObject("/Lang")] = TextStringObject("en")
    writer.pdf_header = "%PDF-1.7"
    writer.xmp_metadata = _xmp(facts, produced)
    stream: Any = root["/Metadata"]
    stream[NameObject("/Type")] = NameObject("/Metadata")
    stream[NameObject("/Subtype")] = NameObject("/XML")
    writer.metadata = {
        "/Title": facts.get("Title", ""),
        "/Author": facts.get("Author", ""),
        "/Subject": facts.get("Description", ""),
        "/Creator": facts.get("Software", ""),
        "/Producer": facts.get("Software", ""),
        "/CreationDate": f"D:{produced:%Y%m%d}000000Z",
        "/ModDate": f"D:{produced:%Y%m%d}000000Z",
    }
    digest = hashlib.sha256(page + repr(sorted(facts.items())).encode()).digest()[:16]
    writer._ID = ArrayObject([ByteStringObject(digest), ByteStringObject(digest)])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _xmp(facts: Mapping[str, str], produced: date) -> bytes:
    """Return what is embedded as an XMP packet."""
    lines = []
    for name, text in facts.items():
        words = escape(text)
        if name in _DUBLIN_LIST:
            tag = f"dc:{_DUBLIN_LIST[name]}"
            lines.append(f"<{tag}><rdf:Seq><rdf:li>{words}</rdf:li></rdf:Seq></{tag}>")
        elif name in _DUBLIN_LANGUAGES:
            tag = f"dc:{_DUBLIN_LANGUAGES[name]}"
            lines.append(f'<{tag}><rdf:Alt><rdf:li xml:lang="x-default">{words}</rdf:li></rdf:Alt></{tag}>')
        else:
            lines.append(f"<strikemap:{fact_tag(name)}>{words}</strikemap:{fact_tag(name)}>")
    lines.append(f"<xmp:CreatorTool>{escape(facts.get('Software', ''))}</xmp:CreatorTool>")
    lines.append(f"<xmp:CreateDate>{produced.isoformat()}</xmp:CreateDate>")
    body = "\n".join(lines)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:strikemap="{NAMESPACE}">\n{body}\n'
        '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
    ).encode()
