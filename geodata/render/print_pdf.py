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
from geodata.render.print_text import (
    font_properties,
    is_shaped,
    is_spaced,
    spacing,
    unspaced,
)
from geodata.style import PAPER

PDF_SETTINGS: Any = {"pdf.fonttype": 42, "ps.fonttype": 42, "pdf.compression": 6}  # TrueType: text stays text
WORD_JOINER = "\u2060"  # invisible, and no letter
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
    from matplotlib.backends import backend_pdf

    from geodata.render.print_figure import figure_of

    pdf: Any = backend_pdf  # it has no types
    out = io.BytesIO()
    figure, artists = figure_of(sheet)
    figure.set_dpi(72)
    file = pdf.PdfFile(out, metadata={"Creator": None, "Producer": None, "CreationDate": None})
    file.newPage(sheet.width / 72, sheet.height / 72)
    renderer = pdf.RendererPdf(file, 72, sheet.height / 72, sheet.width / 72)
    figure.patch.set_facecolor(PAPER)
    figure.patch.draw(renderer)
    keys: list[str] = []
    for key, group in itertools.groupby(
        zip(sheet.marks(), artists, strict=True), key=lambda pair: pair[0].layer
    ):
        renderer.finalize()  # a layer begins and ends at the page's own graphics state
        file.output(pdf.Verbatim(b"/OC /L%d BDC" % len(keys)))
        keys.append(key)
        for mark, artist in group:
            _draw_mark(mark, artist, renderer, file, pdf.Verbatim)
        renderer.finalize()
        file.output(pdf.Verbatim(b"EMC"))
    file.finalize()
    file.close()
    return out.getvalue(), keys


def _draw_mark(mark: Mark, artist: Any, renderer: Any, file: Any, verbatim: Any) -> None:
    """Draw a mark; a line whose glyphs are not its letters one by one is set by us."""
    words = mark.what
    if not isinstance(words, Words) or not (is_shaped(words.text) or is_spaced(words.text)):
        artist.draw(renderer)
        return
    _set_glyphs(words, renderer, file, verbatim)


def _set_glyphs(words: Words, renderer: Any, file: Any, verbatim: Any) -> None:
    """Set a line glyph by glyph, each at its own place.

    matplotlib's own text advances by the widths of glyphs and puts marks and
    right-to-left runs in the wrong places (3.11). Glyphs stand in the order of the eye,
    which readers of right-to-left script expect; a mark on a letter says nothing more.
    """
    from matplotlib import _text_helpers

    each, text = words.style, unspaced(words.text)
    properties = font_properties(each.bold, each.italic).copy()
    properties.set_size(each.size)
    context = renderer.new_gc()
    context.set_foreground(each.colour)
    renderer.check_gc(context, context.get_rgb())
    left = words.left
    after_letter, after_space = spacing(each) if is_spaced(words.text) else (0.0, 0.0)
    shift = 0.0
    file.output(verbatim(b"BT"))
    for glyph in _text_helpers.layout(text, renderer._get_font_ttf(properties)):
        font = glyph.ft_object
        is_mark = font.load_glyph(glyph.glyph_index).horiAdvance == 0
        letter = WORD_JOINER if is_mark else glyph.char
        subset, code = file._character_tracker.track_glyph(font, letter, glyph.glyph_index)
        name = file.fontName(_font_path(font), subset)
        place = f"1 0 0 1 {left + glyph.x + shift:.3f} {words.y + glyph.y:.3f} Tm"
        shown = f"/{name.name.decode()} {each.size:g} Tf {place} <{code:04x}> Tj"
        shown = f"/Span <</ActualText ()>> BDC {shown} EMC" if is_mark else shown
        file.output(verbatim(shown.encode()))
        shift += after_letter + (after_space if glyph.char == " " else 0.0)
    file.output(verbatim(b"ET"))


def _font_path(font: Any) -> Any:
    from matplotlib.font_manager import FontPath

    return FontPath(font.fname, font.face_index)


def _finish(page: bytes, layers: list[str], facts: Mapping[str, str], produced: date) -> bytes:
    """Return a page with its layers, metadata and a file identifier made of its content."""
    from pypdf import PdfWriter
    from pypdf.generic import ArrayObject, BooleanObject, ByteStringObject, DictionaryObject, NameObject
    from pypdf.generic import TextStringObject as Text

    writer = PdfWriter(clone_from=io.BytesIO(page))
    writer.pdf_header = "%PDF-1.7"
    _name_layers(writer, layers)
    root = writer.root_object
    root[NameObject("/Lang")] = Text("en")
    root[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(True)}
    )
    writer.xmp_metadata = _xmp(facts, produced)
    stream: Any = root["/Metadata"]
    stream[NameObject("/Type")] = NameObject("/Metadata")
    stream[NameObject("/Subtype")] = NameObject("/XML")
    day = f"D:{produced:%Y%m%d}000000Z"
    writer.metadata = {
        "/Title": facts.get("Title", ""),
        "/Author": facts.get("Author", ""),
        "/Subject": facts.get("Description", ""),
        "/Creator": facts.get("Software", ""),
        "/Producer": facts.get("Software", ""),
        "/CreationDate": day,
        "/ModDate": day,
    }
    digest = hashlib.sha256(page + repr(sorted(facts.items())).encode()).digest()[:16]
    writer._ID = ArrayObject([ByteStringObject(digest), ByteStringObject(digest)])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _name_layers(writer: Any, keys: list[str]) -> None:
    """Make the marked parts of the page layers that a reader can switch."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject
    from pypdf.generic import TextStringObject as Text

    names = {layer.key: layer.name for layer in LAYERS}
    groups = [
        writer._add_object(
            DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): Text(names[key])})
        )
        for key in keys
    ]
    marked = {NameObject(f"/L{index}"): group for index, group in enumerate(groups)}
    writer.pages[0]["/Resources"][NameObject("/Properties")] = DictionaryObject(marked)
    shown = DictionaryObject(
        {
            NameObject("/Name"): Text("Layers"),
            NameObject("/BaseState"): NameObject("/ON"),
            NameObject("/ON"): ArrayObject(groups),
            # A panel of layers lists the topmost first.
            NameObject("/Order"): ArrayObject(reversed(groups)),
        }
    )
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject(groups), NameObject("/D"): shown}
    )


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
