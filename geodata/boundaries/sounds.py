"""Find names that are spelled nearly alike: typing slips and other transcriptions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt

LEAST_SIMILARITY = 0.8
_LONGEST = 28  # letters compared; longer names are cut
# What transcriptions write in two ways, as one letter each.
_PAIRS = (
    ("sch", "s"), ("tch", "c"), ("sh", "s"), ("ch", "c"), ("kh", "k"), ("gh", "g"), ("zh", "j"), ("dj", "j"),
    ("ph", "f"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("ck", "k"), ("ou", "u"), ("oo", "u"), ("ee", "i"),
)  # fmt: skip
_ONE = str.maketrans({
    "e": "i", "y": "i", "o": "u", "w": "v", "q": "k",
    "ط": "ت", "ٹ": "ت", "ص": "س", "ث": "س", "ض": "ز", "ظ": "ز", "ذ": "ز", "ح": "ه", "ڈ": "د", "ڑ": "ر",
})  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")


def sound(key: str) -> str:
    """Return a folded name with letters that transcriptions mix up as one letter each.

    Examples
    --------
    >>> sound("panjgoor") == sound("panjgur") == sound("panjgor")
    True
    """
    for pair, one in _PAIRS:
        if pair in key:
            key = key.replace(pair, one)
    return _DOUBLED.sub(r"\1", key.translate(_ONE))


class NearIndex:
    """Folded names, to be searched for those that nearly are another one."""

    def __init__(self, keys: Iterable[str]) -> None:
        by_sound: dict[str, list[str]] = {}
        for key in keys:
            by_sound.setdefault(sound(key)[:_LONGEST], []).append(key)
        self._keys = list(by_sound.values())
        self._letters = _letters(list(by_sound))
        self._lengths = (self._letters > 0).sum(axis=1)
        self._masks = _masks(self._letters)

    def nearest(self, key: str) -> list[tuple[float, str]]:
        """Return ``(similarity, key)`` of the nearest names, best first; none below the threshold.

        A name of up to three letters is never near another; up to six letters one slip
        is allowed (a letter wrong, missing, too many, or two exchanged), up to ten two,
        then three; with two and more, the first letter stands.
        """
        wanted = sound(key)[:_LONGEST]
        slips = _slips(len(wanted))
        if slips is None:
            return []
        query = _letters([wanted])
        apart = np.bitwise_count(self._masks ^ _masks(query)[0])
        near = (np.abs(self._lengths - len(wanted)) <= slips) & (apart <= 2 * slips)
        if slips > 1:  # a slip in the first letter is rare, and looking for it slow
            near &= self._letters[:, 0] == query[0, 0]
        rows = np.flatnonzero(near)
        distances = _distances(query[0, : len(wanted)], self._letters[rows, : len(wanted) + slips])
        found = []
        for row, distance in zip(rows[distances <= slips], distances[distances <= slips], strict=True):
            alike = 1.0 - int(distance) / max(len(wanted), int(self._lengths[row]))
            for other in self._keys[row]:
                spelled = SequenceMatcher(None, key, other, autojunk=False).ratio()
                similarity = round((alike + spelled) / 2, 3)
                if similarity >= LEAST_SIMILARITY:
                    found.append((similarity, other))
        return sorted(found, key=lambda item: (-item[0], item[1]))


def _slips(length: int) -> int | None:
    if length <= 3:
        return None
    return 1 if length <= 6 else 2 if length <= 10 else 3


def _letters(keys: list[str]) -> npt.NDArray[np.uint32]:
    """Return one row a key and one column a letter, 0 behind the last."""
    texts = np.array(keys, dtype=f"U{_LONGEST}")
    return texts.view(np.uint32).reshape(len(keys), _LONGEST)


def _masks(letters: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """Return which letters each key has, as bits."""
    bits = np.where(letters > 0, np.uint64(1) << (letters % 61).astype(np.uint64), np.uint64(0))
    masks: npt.NDArray[np.uint64] = np.bitwise_or.reduce(bits, axis=1)
    return masks


def _distances(query: npt.NDArray[np.uint32], others: npt.NDArray[np.uint32]) -> npt.NDArray[np.int16]:
    """Return the number of slips between one key and each of many (optimal string alignment)."""
    count, width = others.shape
    lengths = (others > 0).sum(axis=1)
    before = np.zeros((count, width + 1), dtype=np.int16)
    last = np.tile(np.arange(width + 1, dtype=np.int16), (count, 1))
    for i, letter in enumerate(query):
        row = np.empty_like(last)
        row[:, 0] = i + 1
        wrong = (others != letter).astype(np.int16)
        for j in range(width):
            best = np.minimum(np.minimum(last[:, j + 1], row[:, j]) + 1, last[:, j] + wrong[:, j])
            if i and j:
                swapped = (others[:, j] == query[i - 1]) & (others[:, j - 1] == letter)
                best = np.where(swapped, np.minimum(best, before[:, j - 1] + 1), best)
            row[:, j + 1] = best
        before, last = last, row
    distances: npt.NDArray[np.int16] = last[np.arange(count), lengths]
    return distances
