"""Characters that XML cannot hold, as ``_x000B_``.

It is the way of workbooks (ECMA-376, ST_Xstring), and ours in KML.
"""

from __future__ import annotations

import re

_LACKING = "\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
# A line end of the old kind would come back from any XML as a new one.
_CODED = re.compile(f"[{_LACKING}\r]")
# Text that looks coded, or would once the character behind it is.
_LOOKS_CODED = re.compile(f"_(?=x[0-9A-Fa-f]{{4}}[_{_LACKING}\r])")
_CODE = re.compile("_x([0-9A-Fa-f]{4})_")


def xml_coded(text: str) -> str:
    r"""Return text that any XML can hold; :func:`xml_decoded` undoes it.

    Examples
    --------
    >>> xml_coded("a\rb"), xml_coded("_x000D_")
    ('a_x000D_b', '_x005F_x000D_')
    """
    marked = _LOOKS_CODED.sub("_x005F_", text)
    return _CODED.sub(lambda found: f"_x{ord(found[0]):04X}_", marked)


def xml_decoded(text: str) -> str:
    """Return the text that :func:`xml_coded`, or a workbook, wrote."""
    return _CODE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
