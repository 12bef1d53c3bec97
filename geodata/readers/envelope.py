"""Answers of providers' programming interfaces (JSON), as tables."""

from __future__ import annotations

import json

from geodata.errors import InputError
from geodata.readers.rows import Rows, without_halves

# ACLED's answer has its records under "data", each page of UCDP's under "Result".
_LISTS = ("data", "Result")


def is_envelope(text: str) -> bool:
    """Return whether text may be such an answer, or a list of its pages."""
    return text.lstrip()[:1] in ("{", "[") and any(f'"{name}"' in text for name in _LISTS)


def envelope_rows(text: str, file: str) -> tuple[Rows, list[str]] | None:
    """Return the records, the first of them row 1, and what is missing in words; None if it is other JSON.

    Raises
    ------
    InputError
        If it is no JSON, or a page among others is no page.
    """
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"is no valid JSON: {error}", file=file, remedy="Save the answer as the provider sent it"
        ) from error
    pages = answer if isinstance(answer, list) else [answer]
    if not any(isinstance(page, dict) and set(_LISTS) & set(page) for page in pages):
        return None
    records: list[dict[str, object]] = []
    for page in pages:
        found = (
            next((page[name] for name in _LISTS if name in page), None) if isinstance(page, dict) else None
        )
        if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
            raise InputError(
                "holds no list of records named data (ACLED) or Result (UCDP)",
                file=file,
                remedy="Save the answer as the provider sent it, or several of them as one list",
            )
        records += found
    header = tuple(dict.fromkeys(name for record in records for name in record))
    rows = tuple(
        (number, tuple(_text(record.get(name)) for name in header))
        for number, record in enumerate(records, start=1)
    )
    found = Rows(file, tuple(name.strip() for name in header), rows, header_width=len(header))
    return without_halves(found), _missing(pages, len(records))


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _missing(pages: list[dict[str, object]], count: int) -> list[str]:
    totals = [page["TotalCount"] for page in pages if isinstance(page.get("TotalCount"), int)]
    if totals and totals[0] != count:
        return [
            f"the file holds {count:,} of {totals[0]:,} records that the provider announced; pages "
            f"are missing"
        ]
    return []
