"""A place's name in the language of the place, where a map has letters for it.

The fonts that are shipped hold Latin, Greek, Cyrillic and Arabic script. A name in another
script, such as Hebrew or Devanagari, is not lettered, and the English one stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from geodata.boundaries.packs import children, unit
from geodata.boundaries.scripts import is_arabic

LocalName = tuple[str, str]  # language (BCP 47) and name

# What the shipped fonts hold of these scripts; a test compares every packed name with them.
_EUROPEAN = re.compile(r"[ -~\u00a0-\u024f\u0259\u02bb-\u02bc\u0370-\u03ff\u0400-\u052f\u1e00-\u1eff’–—]+")
# Arabic and its neighbours have this letter at the end of a word alone: elsewhere it is Uighur.
_INNER_MAKSURA = re.compile(r"ى(?=[\u0621-\u06d3])")


def can_letter(name: str) -> bool:
    """Return whether all letters of a name are in the fonts of maps, and in one script."""
    if is_arabic(name):
        return not _INNER_MAKSURA.search(name)
    return bool(_EUROPEAN.fullmatch(name))


@lru_cache(maxsize=16384)
def local_name(unit_id: str) -> LocalName | None:
    """Return a unit's name in its country's own language, the first of its local names.

    Returns
    -------
    LocalName or None
        ``None`` where there is none, where it is the English name again, where no font has its
        letters, and where the source gives it to a sister unit too: whose it is, nobody knows.
    """
    found = unit(unit_id)
    if not found.local_names or found.name_local == found.name or not can_letter(found.name_local):
        return None
    sisters = children(found.parent_id) if found.parent_id else ()
    if any(
        one.name_local == found.name_local and one.name != found.name and one.level == found.level
        for one in sisters
    ):
        return None
    return found.local_names[0]


def name_with_country(unit_id: str) -> LocalName | None:
    """Return a unit's local name with its country's, where both are in one language."""
    own, country = local_name(unit_id), local_name(unit(unit_id).iso3) if unit(unit_id).level else None
    if own and country and own[0] == country[0]:
        return own[0], f"{own[1]} ({country[1]})"
    return own


def local_town_names(
    names: Iterable[str], own: Iterable[str], languages: Iterable[str], kinds: Iterable[str]
) -> list[LocalName | None]:
    """Return the local name of each place, from columns of the gazetteer.

    A sea has none: each one borders on countries of several languages.

    Parameters
    ----------
    names, own, languages, kinds
        The columns ``name``, ``name_local``, ``local_names`` and ``kind``.
    """
    return [
        (pairs.partition("=")[0], local)
        if kind == "town" and local and local != name and can_letter(local)
        else None
        for name, local, pairs, kind in zip(names, own, languages, kinds, strict=True)
    ]
