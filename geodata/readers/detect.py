"""Which provider a delimited file comes from, by the columns that only that provider has."""

from __future__ import annotations

import re

from geodata.readers.rows import Rows

PROVIDERS = {"acled": "an ACLED export", "ucdp": "a UCDP GED export", "gdelt": "a GDELT event file"}
# GDELT 2.0, GDELT 1.0, and GDELT 1.0 before April 2013.
_GDELT_FIELDS = (61, 58, 57)
_SQLDATE = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\Z")


def detect_headerless(text: str) -> str:
    """Return ``gdelt`` for tab-separated text of its width with a date in the second field, else ``""``."""
    fields = text.split("\n", 1)[0].rstrip("\r").split("\t")
    is_gdelt = len(fields) in _GDELT_FIELDS and _SQLDATE.match(fields[1])
    return "gdelt" if is_gdelt else ""


def detect_table(rows: Rows) -> str:
    """Return ``acled``, ``ucdp`` or, for every other table, ``table``."""
    names = {name.casefold() for name in rows.header}
    if {"event_id_cnty", "event_date"} <= names:
        return "acled"
    return "ucdp" if {"type_of_violence", "where_prec"} <= names else "table"
