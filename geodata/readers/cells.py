"""Cells that a spreadsheet would run: made harmless on the way out, restored on the way in.

A spreadsheet takes text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end
for a formula. Such text leaves with an apostrophe before it, the spreadsheet's own mark
for "this is text". Numbers are never marked: ``-64.2`` in a number column stays a number.
"""

from __future__ import annotations

# The wide forms of = + - @ are formulas where a Japanese or Chinese input method is on.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARK = "'"


def neutralised(text: str) -> str:
    """Return a text cell that no spreadsheet runs.

    Text that looks marked already is marked once more, so that :func:`restored` undoes it.

    Examples
    --------
    >>> neutralised("=1+1"), neutralised("'=1+1"), neutralised("Panjgur")
    ("'=1+1", "''=1+1", 'Panjgur')
    """
    return _MARK + text if text.lstrip(_MARK).startswith(_RUNS) else text


def restored(cell: str) -> str:
    """Return the text of a cell that :func:`neutralised` wrote."""
    is_marked = cell.startswith(_MARK) and cell.lstrip(_MARK).startswith(_RUNS)
    return cell[len(_MARK) :] if is_marked else cell
