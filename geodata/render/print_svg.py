"""A sheet as SVG: a named layer each, text that is text, fonts and facts inside.

Written by hand rather than by matplotlib, whose groups have neither names nor unique
ids and whose text loses its halo or becomes outlines. Lengths are points; the picture
has the paper's size in millimetres.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from geodata.render.print_facts import NAMESPACE
from geodata.render.print_fonts import embedded_faces
from geodata.render.print_layers import LAYERS
from geodata.render.print_layout import POINTS_PER_MM
from geodata.render.print_options import one_line
from geodata.render.print_sheet import Mark, Shape, Sheet, Words
from geodata.render.print_text import is_right_to_left, is_spaced, spacing, unspaced
from geodata.render.projection import Frame
from geodata.style import PAPER

# Narrow ones follow, so that no line outgrows its column where a program ignores embedded fonts.
FAMILIES = (
    "'Source Sans 3', 'Source Sans Pro', 'Noto Naskh Arabic', 'Liberation Sans Narrow', 'Arial Narrow', "
    "'DejaVu Sans Condensed', 'DejaVu Sans', sans-serif"
)
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_DUBLIN = {"Title": "title", "Author": "creator", "Description": "description", "Copyright": "rights"}


def write_svg(sheet: Sheet, facts: Mapping[str, str], *, caption: str = "") -> bytes:
    """Return a sheet as SVG in UTF-8.

    Parameters
    ----------
    facts
        What is embedded as ``<metadata>``, by name.
    caption
        What the picture shows, for those who cannot see it.
    """
    width, height = sheet.width, sheet.height
    marks = sheet.marks()
    clips = _clip_ids(marks)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" version="1.1" role="img" '
        f'width="{width / POINTS_PER_MM:.3f}mm" height="{height / POINTS_PER_MM:.3f}mm" '
        f'viewBox="0 0 {_number(width)} {_number(height)}" font-family={quoteattr(FAMILIES)} '
        'text-rendering="geometricPrecision">',
        f"<title>{escape(facts.get('Title', ''))}</title>",
        f"<desc>{escape(caption)}</desc>" if caption else "",
        _metadata(facts),
        f"<style>{embedded_faces(mark.what for mark in marks if isinstance(mark.what, Words))}</style>",
        "<defs>",
        *(_clip_path(key, frame, height) for frame, key in clips.items()),
        "</defs>",
        '<g id="layer-paper" inkscape:groupmode="layer" inkscape:label="Paper">'
        f'<rect id="paper" width="{_number(width)}" height="{_number(height)}" fill="{PAPER}"/></g>',
        *_layers(marks, clips, height),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part).encode()


def _layers(marks: list[Mark], clips: Mapping[Frame, str], height: float) -> Iterator[str]:
    """Yield the layers that hold something, bottom to top, each mark with an id of its own."""
    seen: Counter[str] = Counter()
    names = {layer.key: layer.name for layer in LAYERS}
    for key, group in itertools.groupby(marks, key=lambda mark: mark.layer):
        label = quoteattr(names[key])
        yield f'<g id="layer-{key}" class="layer" inkscape:groupmode="layer" inkscape:label={label}>'
        for frame, run in itertools.groupby(group, key=lambda mark: mark.what.clip):
            if frame is not None:
                yield f'<g clip-path="url(#{clips[frame]})">'
            for mark in run:
                kind = mark.gid or key
                seen[kind] += 1
                head = f'id="{kind}-{seen[kind]}" class="{kind}"'
                what = mark.what
                yield _shape(what, head, height) if isinstance(what, Shape) else _words(what, head, height)
            if frame is not None:
                yield "</g>"
        yield "</g>"


def _shape(shape: Shape, head: str, height: float) -> str:
    attributes = [head, f'd="{_path_data(shape, height)}"', f'fill="{shape.fill}"']
    if shape.fill != "none":
        attributes.append('fill-rule="nonzero"')
        if shape.alpha < 1:
            attributes.append(f'fill-opacity="{shape.alpha:g}"')
    if shape.edge != "none":
        attributes.append(f'stroke="{shape.edge}" stroke-width="{_number(shape.width)}"')
        attributes.append('stroke-linejoin="round"')
        if shape.cap != "butt":
            attributes.append(f'stroke-linecap="{shape.cap}"')
        if shape.dash:
            attributes.append(f'stroke-dasharray="{" ".join(map(_number, shape.dash))}"')
    return f"<path {' '.join(attributes)}/>"


def _path_data(shape: Shape, height: float) -> str:
    """Return a path's commands with y downwards, to a hundredth of a point."""
    path = shape.path
    points = np.round(path.vertices * (1, -1) + (0, height), 2) + 0.0
    text = [f"{x:g} {y:g}" for x, y in points.tolist()] if np.abs(points).max() < 1e4 else []
    text = text or [f"{x:.2f} {y:.2f}" for x, y in points.tolist()]
    if path.codes is None:
        return f"M{text[0]}L{' '.join(text[1:])}"
    letters = {path.MOVETO: "M", path.LINETO: "L", path.CURVE3: "Q", path.CURVE4: "C"}
    commands: list[str] = []
    last = ""
    for code, spot in zip(path.codes.tolist(), text, strict=True):
        if code == path.CLOSEPOLY:
            commands.append("Z")
            last = ""
            continue
        letter = letters[code]
        commands.append(f" {spot}" if letter == last != "M" else f"{letter}{spot}")
        last = letter
    return "".join(commands)


def _words(words: Words, head: str, height: float) -> str:
    each = words.style
    is_rtl = is_right_to_left(words.text)
    anchor = _ANCHORS[words.align]
    if is_rtl:  # "start" is then the right-hand end
        anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
    attributes = [head, f'x="{_number(words.x)}" y="{_number(height - words.y)}"']
    attributes.append(f'font-size="{_number(each.size)}" fill="{each.colour}"')
    if each.bold:
        attributes.append('font-weight="700"')
    elif each.italic:
        attributes.append('font-style="italic"')
    if anchor != "start":
        attributes.append(f'text-anchor="{anchor}"')
    if is_rtl:
        attributes.append('direction="rtl" unicode-bidi="embed"')
    if each.language:
        attributes.append(f'lang="{each.language}" xml:lang="{each.language}"')
    text = one_line(unspaced(words.text))
    if is_spaced(words.text):
        after_letter, after_space = spacing(each)
        attributes.append(f'letter-spacing="{_number(after_letter)}" word-spacing="{_number(after_space)}"')
    return f"<text {' '.join(attributes)}>{escape(text)}</text>"


def _metadata(facts: Mapping[str, str]) -> str:
    """Return what is embedded, Dublin Core where it has a word for it, as RDF."""
    lines = [
        f"<{tag}>{escape(text)}</{tag}>"
        for name, text in facts.items()
        for tag in [f"dc:{_DUBLIN[name]}" if name in _DUBLIN else f"strikemap:{fact_tag(name)}"]
    ]
    return (
        '<metadata id="metadata"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:strikemap="{NAMESPACE}"><rdf:Description rdf:about="">\n'
        + "\n".join(lines)
        + "\n</rdf:Description></rdf:RDF></metadata>"
    )


def fact_tag(name: str) -> str:
    """Return the name of a fact as a tag: ``Strikemap-Data-Hash`` gives ``DataHash``."""
    return name.removeprefix("Strikemap-").replace("-", "")


def _clip_ids(marks: Iterable[Mark]) -> dict[Frame, str]:
    frames = dict.fromkeys(mark.what.clip for mark in marks if mark.what.clip is not None)
    return {frame: f"clip-{index}" for index, frame in enumerate(frames, start=1)}


def _clip_path(key: str, frame: Frame, height: float) -> str:
    left, _, _, top = frame.box
    return (
        f'<clipPath id="{key}"><rect x="{_number(left)}" y="{_number(height - top)}" '
        f'width="{_number(frame.width)}" height="{_number(frame.height)}"/></clipPath>'
    )


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
