"""Which provider a table comes from, by the columns that only that provider has."""

from __future__ import annotations

from collections.abc import Callable

from geodata.readers.acled import read_acled
from geodata.readers.acled_columns import is_event_file, is_weekly_file
from geodata.readers.gdelt import read_gdelt
from geodata.readers.headerless import detect_headerless
from geodata.readers.provider import Imported
from geodata.readers.rows import Rows
from geodata.readers.ucdp import read_ucdp

__all__ = ["PROVIDERS", "detect_headerless", "detect_table"]

PROVIDERS: dict[str, Callable[[Rows], Imported]] = {
    "acled": read_acled,
    "ucdp": read_ucdp,
    "gdelt": read_gdelt,
}


def detect_table(rows: Rows) -> str:
    """Return ``acled``, ``ucdp`` or, for every other table, ``table``."""
    if is_event_file(rows.header) or is_weekly_file(rows.header):
        return "acled"
    names = {name.casefold() for name in rows.header}
    return "ucdp" if {"type_of_violence", "where_prec"} <= names else "table"
