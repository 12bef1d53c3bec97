"""The columns that have no place in our schema, as one JSON object a row, composed column by column."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.readers.texts import Codes, Mask, Texts

_ROWS = 65_536
# What JSON escapes; letters beyond ASCII stay as they are.
_ESCAPED = r'["\\\x00-\x1f]'


def composed_extra(columns: Mapping[str, Texts], keep: Mask, *, told: Callable[[float], None]) -> Texts:
    """Return the filled cells of rows as JSON, as ``json.dumps`` writes it; ``""`` for a row without.

    Parameters
    ----------
    keep
        Which rows of the columns are wanted; the others are left out of the answer.
    told
        Is told which part of the rows is done.
    """
    pieces = [_pieces(name, cells) for name, cells in columns.items()]
    chunks = []
    for start in range(0, len(keep), _ROWS):
        rows = slice(start, min(start + _ROWS, len(keep)))
        wanted = keep[rows]
        parts = [_rows_of(values, codes, rows, wanted) for values, codes in pieces]
        nothing = pa.array([""] * int(wanted.sum()), pa.large_string())
        chunks.append(_objects(parts) if parts else nothing)
        told(rows.stop / len(keep))
    return Texts(pa.chunked_array(chunks, pa.large_string()))


def _pieces(name: str, cells: Texts) -> tuple[Any, Codes | None]:
    """Return ``, "name": "value"`` for each value, ``""`` for the empty one."""
    values = _escaped(cells.values)
    empty = pa.scalar("", values.type)
    head = pa.scalar(f', {json.dumps(name, ensure_ascii=False)}: "', values.type)
    made = pc.binary_join_element_wise(head, values, pa.scalar('"', values.type), empty)
    return pc.if_else(pc.equal(pc.binary_length(values), 0), empty, made), cells.codes


def _escaped(values: Any) -> Any:
    if isinstance(values, pa.ChunkedArray):
        return pa.chunked_array([_escaped(chunk) for chunk in values.chunks], values.type)
    needs = pc.match_substring_regex(values, _ESCAPED)
    if not pc.any(needs).as_py():
        return values
    mended = [json.dumps(text, ensure_ascii=False)[1:-1] for text in values.filter(needs).to_pylist()]
    return pc.replace_with_mask(values, needs, pa.array(mended, values.type))


def _rows_of(values: Any, codes: Codes | None, rows: slice, wanted: Mask) -> Any:
    if codes is not None:
        return values.take(pa.array(codes[rows][wanted]))
    part = values.slice(rows.start, rows.stop - rows.start)
    whole = part.combine_chunks() if isinstance(part, pa.ChunkedArray) else part
    return whole if wanted.all() else whole.filter(pa.array(wanted))


def _objects(parts: list[Any]) -> Any:
    """Return the pieces of each row between braces."""
    kind = parts[0].type
    joined = pc.binary_join_element_wise(*parts, pa.scalar("}", kind), pa.scalar("", kind))
    made = pc.binary_replace_slice(joined, 0, 2, "{")
    is_bare = np.asarray(pc.equal(pc.binary_length(joined), 1)).astype(bool, copy=False)
    return pc.if_else(pa.array(is_bare), pa.scalar("", kind), made) if is_bare.any() else made
