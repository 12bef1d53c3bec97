"""Compare names: what is the same to a reader, and what sounds alike."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Words for the kind of unit, which sources put before or after the name or leave out.
_KINDS = (
    "district province county division governorate shahrestan ostan zila zilla tehsil tahsil taluka "
    "bakhsh subdivision agency mohafazat muhafazah wilayat woleswali of the "
    "شهرستان استان ضلع صوبه ایالت ولایت محافظه تحصیل بخش ولسوالی"
)
# Words that only tie two others: written in full, as one letter, as a hyphen, or not at all.
_TIES = frozenset(["e", "ye", "i", "yi", "o", "u", "va", "wa", "and", "و"])
_VARIANTS = {
    **dict.fromkeys("يىېۍےێ", "ی"), **dict.fromkeys("كڪ", "ک"), **dict.fromkeys("ہھةۀەۂ", "ه"), "ں": "ن",
    "ګ": "گ", "ټ": "ٹ", "ډ": "ڈ", "ړ": "ڑ", "ۆ": "و", "ۇ": "و", "ۈ": "و",
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ə": "a", "ħ": "h",
}  # fmt: skip
# Apostrophes and ayns stand inside a word, a zero-width joint and a tatweel are no space.
_SILENT = frozenset("'’‘`´ʿʾʻʼ\u200c\u200d\u200e\u200f\u00ad\u0640")


class _Letters(dict[int, str]):
    """What each character counts as; worked out once a character."""

    def __missing__(self, point: int) -> str:
        self[point] = value = _letter(chr(point))
        return value


def _letter(character: str) -> str:
    if character in _SILENT:
        return ""
    kept = []
    for part in unicodedata.normalize("NFKD", character).casefold():
        if unicodedata.combining(part):
            continue
        c = _VARIANTS.get(part, part)
        kept.append(c if c.isalnum() and unicodedata.category(c[0]) != "Lm" else " ")
    return "".join(kept)


_LETTERS = _Letters()


def words(name: str) -> list[str]:
    """Return the words of a name as they are compared, kinds of unit included."""
    return name.translate(_LETTERS).split()


@lru_cache(maxsize=1)
def _kinds() -> frozenset[str]:
    return frozenset(word for kind in _KINDS.split() for word in words(kind))


def fold(name: str) -> str:
    """Return a name as it is compared: no case, marks, spaces, hyphens or kind of unit.

    Arabic, Persian, Urdu and Pashto forms of one letter count as one, and the small words
    that tie two others (``-e-``, ``va``, ``and``, ``و``) as nothing.

    Examples
    --------
    >>> fold("Sistan-o-Baluchestan Province") == fold("sistān  & baluchestan")
    True
    """
    found = words(name)
    if len(found) > 1:
        kinds = _kinds()
        kept = [word for word in found if word not in kinds] or found
        if len(kept) > 2:
            kept = [kept[0], *(word for word in kept[1:-1] if word not in _TIES), kept[-1]]
        return "".join(kept)
    return found[0] if found and found[0] not in _kinds() else "".join(found)
