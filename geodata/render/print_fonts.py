"""The shipped fonts inside an SVG, cut down to the letters that it sets."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from geodata.render.print_sheet import Words

# Family, weight and slant of each file that a line of text may need.
FACES = {
    "SourceSans3-Regular.ttf": ("Source Sans 3", False, False),
    "SourceSans3-Bold.ttf": ("Source Sans 3", True, False),
    "SourceSans3-It.ttf": ("Source Sans 3", False, True),
    "NotoNaskhArabic-Regular.ttf": ("Noto Naskh Arabic", False, False),
    "NotoNaskhArabic-Bold.ttf": ("Noto Naskh Arabic", True, False),
}

_ARABIC = "NotoNaskhArabic-Regular.ttf"


def embedded_faces(lines: Iterable[Words]) -> str:
    """Return ``@font-face`` rules with all that some lines of text need and no more."""
    letters: dict[tuple[bool, bool], set[str]] = {}
    for line in lines:
        cut = line.style.bold, line.style.italic and not line.style.bold
        letters.setdefault(cut, set()).update(line.text)
    rules = []
    for file, (family, bold, italic) in FACES.items():
        wanted = set(letters.get((bold, italic), ()))
        if family != "Source Sans 3" and not italic:
            wanted |= letters.get((False, True), set()) if not bold else set()  # it has no italic
        held = wanted & _letters_of(file)
        if family != "Source Sans 3":
            held = {letter for letter in held if letter not in _letters_of("SourceSans3-Regular.ttf")}
        if held:
            data = base64.b64encode(_subset(file, "".join(sorted(wanted & _letters_of(file))))).decode()
            rules.append(
                f"@font-face{{font-family:'{family}';font-weight:{700 if bold else 400};"
                f"font-style:{'italic' if italic else 'normal'};"
                f"src:url(data:font/ttf;base64,{data}) format('truetype')}}"
            )
    return "\n".join(rules)


@lru_cache(maxsize=1)
def arabic_face() -> bytes:
    """Return the font of local names on a screen: Noto Naskh Arabic with the letters of names alone."""
    letters = _letters_of(_ARABIC) & {chr(code) for code in range(0x600, 0x700)}
    return _subset(_ARABIC, "".join(sorted(letters | set(" -'()\u200c") & _letters_of(_ARABIC))))


def _file_bytes(file: str) -> bytes:
    return (resources.files("geodata.render") / "fonts" / file).read_bytes()


@lru_cache(maxsize=8)
def _letters_of(file: str) -> frozenset[str]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(io.BytesIO(_file_bytes(file)), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@lru_cache(maxsize=32)
def _subset(file: str, letters: str) -> bytes:
    """Return a font with some letters only, what shapes them included, without hints and dates."""
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = Options(hinting=False, notdef_outline=True, recalc_timestamp=False, name_IDs=[0, 1, 2, 13, 14])
    with TTFont(io.BytesIO(_file_bytes(file)), recalcTimestamp=False) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=letters)
        subsetter.subset(font)
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()
