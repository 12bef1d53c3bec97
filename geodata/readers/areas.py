"""The unit that the names and codes of a row mean, where they mean exactly one."""

from __future__ import annotations

from functools import lru_cache

from geodata import boundaries

PRECISION_OF_LEVEL = {0: "country", 1: "admin1", 2: "admin2"}


@lru_cache(maxsize=4096)
def country_code(name: str) -> str:
    """Return the ISO 3166-1 alpha-3 code of a country by name or code, ``""`` where it is not one alone."""
    if len(name) == 3 and name.upper() in boundaries.unit_ids():
        return name.upper()
    found = boundaries.find_unit(name, level=0)
    if len(found) == 1:
        return str(found[0].id)
    prefix = set(_by_prefix().get(name.upper(), ()))
    return prefix.pop() if len(prefix) == 1 else ""


@lru_cache(maxsize=1)
def _by_prefix() -> dict[str, set[str]]:
    """Return the countries by ISO 3166-1 alpha-2, which the codes of their provinces begin with."""
    found: dict[str, set[str]] = {}
    for unit_id in boundaries.unit_ids():
        if "-" in unit_id:
            found.setdefault(unit_id.partition("-")[0], set()).add(boundaries.unit(unit_id).iso3)
    return found


@lru_cache(maxsize=1)
def _by_pcode() -> dict[str, str]:
    units = (boundaries.unit(unit_id) for unit_id in boundaries.unit_ids())
    return {item.pcode: item.id for item in units if item.pcode}


@lru_cache(maxsize=65_536)
def area_of(country: str, admin1: str, admin2: str, pcode: str) -> str:
    """Return the id of the deepest unit that is stated, ``""`` where it is not known or not one alone.

    Parameters
    ----------
    country
        ISO 3166-1 alpha-3, or empty.
    admin1, admin2
        Names, aliases or ids in any script; each inside what stands above it.
    pcode
        A p-code, or an ISO 3166-2 code.
    """
    if pcode:
        known = _by_pcode().get(pcode, pcode if boundaries.is_unit(pcode) else "")
        if known:
            return known
    above = country if country and boundaries.is_unit(country) else None
    if country and above is None:
        return ""
    for level, name in ((1, admin1), (2, admin2)):
        if not name:
            continue
        found = boundaries.find_unit(name, level=level, within=above)
        if len(found) != 1:
            return ""  # a finer name is stated than is known: the coarser unit is not where it was
        above = found[0].id
    return above or ""
