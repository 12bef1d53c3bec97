"""A column of text in which cells repeat: each distinct value once, and which of them a row has.

What is judged or changed by value alone is judged once for each distinct value. A column in which
hardly a value comes twice (ids, notes) is kept as it is, and factorised when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]
_STR = pd.StringDtype("pyarrow", na_value=np.nan)


class Texts:
    """Text cells, ``""`` where empty; never changed in place.

    Parameters
    ----------
    values
        Arrow strings: the value of each row, or, with ``codes``, the values that rows have.
    codes
        Which of ``values`` each row has. Of two codes one value may be found.
    """

    def __init__(self, values: Any, codes: Codes | None = None) -> None:
        self.values, self.codes = values, codes

    @classmethod
    def of(cls, cells: Iterable[str]) -> Texts:
        """Return cells as a column."""
        return cls(pa.chunked_array([pa.array(list(cells), pa.large_string())]))

    @classmethod
    def constant(cls, text: str, count: int) -> Texts:
        """Return a column of one value."""
        return cls(pa.array([text], pa.large_string()), np.zeros(count, dtype=np.int32))

    @classmethod
    def of_dictionary(cls, cells: Any) -> Texts:
        """Return a column from a chunked Arrow dictionary array."""
        whole = cells.unify_dictionaries()
        values = whole.chunk(0).dictionary if whole.num_chunks else pa.array([], pa.string())
        codes = [np.asarray(chunk.indices) for chunk in whole.chunks]
        joined = np.concatenate(codes) if codes else np.empty(0, dtype=np.int32)
        return cls(values.cast(pa.large_string()), joined.astype(np.int32, copy=False))

    def __len__(self) -> int:
        return len(self.values) if self.codes is None else len(self.codes)

    @cached_property
    def coded(self) -> Texts:
        """The column with its codes."""
        if self.codes is not None:
            return self
        return Texts.of_dictionary(pa.chunked_array(self.values).dictionary_encode())

    @property
    def _values_and_codes(self) -> tuple[Any, Codes]:
        coded = self.coded
        assert coded.codes is not None
        return coded.values, coded.codes

    @property
    def plain(self) -> Any:
        """The value of each row, as Arrow strings."""
        return self.values if self.codes is None else self.values.take(pa.array(self.codes))

    @property
    def distinct(self) -> list[str]:
        """The values that rows have, or may have had before some were taken out."""
        found: list[str] = self._values_and_codes[0].to_pylist()
        return found

    @cached_property
    def is_empty(self) -> Mask:
        """Which cells are empty."""
        return self._marked(pc.equal(pc.binary_length(self.values), 0))

    def _marked(self, of_values: Any) -> Mask:
        mask = np.asarray(of_values).astype(bool, copy=False)
        return mask if self.codes is None else mask[self.codes]

    def at(self, position: int) -> str:
        """Return the cell of a row by its position."""
        place = position if self.codes is None else int(self.codes[position])
        return str(self.values[place].as_py())

    def equals(self, other: Texts | str) -> Mask:
        """Return where the cells are those of another column, or one text."""
        if isinstance(other, str):
            return self._marked(pc.equal(self.values, pa.scalar(other, pa.large_string())))
        if self.codes is not None and self.codes is other.codes:
            return self._marked(pc.equal(self.values, other.values))
        return np.asarray(pc.equal(self.plain, other.plain)).astype(bool, copy=False)

    def is_before(self, other: Texts) -> Mask:
        """Return where the cells sort before those of another column, letter by letter."""
        return np.asarray(pc.less(self.plain, other.plain)).astype(bool, copy=False)

    def tested(self, test: Callable[[str], bool]) -> Mask:
        """Return where a test holds; each distinct value is tested once."""
        values, codes = self._values_and_codes
        return np.fromiter(map(test, values.to_pylist()), dtype=bool, count=len(values))[codes]

    def changed(self, change: Callable[[str], str]) -> Texts:
        """Return the column with each distinct value changed."""
        values, codes = self._values_and_codes
        return Texts(pa.array(list(map(change, values.to_pylist())), pa.large_string()), codes)

    def changed_at_once(self, change: Callable[[pd.Series], pd.Series]) -> Texts:
        """Return the column with its distinct values changed; ``change`` gets them as a pandas column."""
        values, codes = self._values_and_codes
        return Texts(_arrow(change(as_series(values))), codes)

    def numbers(self, read: Callable[[Any], Floats]) -> Floats:
        """Return a number for each row; ``read`` gets the distinct values as a pandas column."""
        values, codes = self._values_and_codes
        return read(as_series(values))[codes]

    def where(self, keep: Mask, other: Texts | str) -> Texts:
        """Return the column with the cells of another one, or one text, where ``keep`` does not hold."""
        if isinstance(other, str) and self.codes is None:
            instead = pa.scalar(other, pa.large_string())
            return Texts(pc.if_else(_mask(keep, self.values), self.values, instead))
        values, codes = self._values_and_codes
        if isinstance(other, str):
            more, theirs = pa.array([other], pa.large_string()), np.zeros(1, dtype=np.int32)
        else:
            more, theirs = other._values_and_codes
        both = pa.concat_arrays([values, more])
        return Texts(both, np.where(keep, codes, theirs + np.int32(len(values))).astype(np.int32, copy=False))

    def without(self, where: Mask) -> Texts:
        """Return the column with some cells emptied."""
        return self.where(~where, "") if where.any() else self

    def taken(self, positions: Positions) -> Texts:
        """Return some rows, in order; values that no row has any longer are left out."""
        if self.codes is None:
            keep = np.zeros(len(self), dtype=bool)
            keep[positions] = True
            return Texts(self.values.filter(_mask(keep, self.values)))
        codes = self.codes[positions]
        is_used = np.zeros(len(self.values), dtype=bool)
        is_used[codes] = True
        if is_used.all():
            return Texts(self.values, codes)
        renumbered = (np.cumsum(is_used) - 1).astype(np.int32)
        return Texts(self.values.filter(pa.array(is_used)), renumbered[codes])

    def cleaned(self, blanks: frozenset[str]) -> Texts:
        """Return the column without white space around cells, and without those that mean "no value"."""
        values = pc.utf8_trim_whitespace(self.values)
        if blanks:
            is_blank = pc.is_in(values, value_set=pa.array(sorted(blanks), values.type))
            values = pc.if_else(is_blank, pa.scalar("", values.type), values)
        if self.codes is None:
            return Texts(values)
        if values.equals(self.values):
            return self
        merged = values.dictionary_encode()
        return Texts(merged.dictionary, np.asarray(merged.indices).astype(np.int32, copy=False)[self.codes])

    def series(self, index: pd.Index) -> pd.Series:
        """Return the column for a frame."""
        return as_series(self.plain, index)


def as_series(values: Any, index: pd.Index | None = None) -> pd.Series:
    """Return Arrow strings as a pandas column, without a copy."""
    return pd.Series(_STR.__from_arrow__(values), index=index, copy=False)  # type: ignore[attr-defined]


def _arrow(values: pd.Series) -> Any:
    made = pa.array(values.array, pa.large_string())
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def pairs(one: Texts, other: Texts) -> tuple[Any, Any, Codes]:
    """Return the distinct pairs of two columns, as two Arrow arrays, and which of them each row has."""
    values, codes = one._values_and_codes
    more, theirs = other._values_and_codes
    keys = codes.astype(np.int64) * max(len(more), 1) + theirs
    which, distinct = pd.factorize(keys)
    first, second = np.divmod(distinct, max(len(more), 1))
    return values.take(pa.array(first)), more.take(pa.array(second)), which.astype(np.int32)


def _mask(mask: Mask, values: Any) -> Any:
    """Return a mask in chunks like those of the values that it is for."""
    if not isinstance(values, pa.ChunkedArray):
        return pa.array(mask)
    ends = np.cumsum([len(chunk) for chunk in values.chunks])
    return pa.chunked_array([pa.array(part) for part in np.split(mask, ends[:-1])], pa.bool_())
