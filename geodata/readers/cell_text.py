"""Values of typed formats (workbooks, Parquet, JSON) as the text that a person sees in the cell."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, time, timedelta
from typing import Any

_DECIMALS = 10  # of a degree: a hundredth of a millimetre


def cell_text(value: Any) -> str:  # noqa: PLR0911 - one kind of value a line
    """Return a value as text: ISO dates, numbers without the dust of binary fractions.

    Sixteenth digits and decimals beyond the tenth are dust: a workbook stores 36.3 as
    36.300000000000004. A day at midnight is a day. Lists are joined by ``;``, other
    structures are JSON.

    Examples
    --------
    >>> cell_text(36.300000000004), cell_text(5.0), cell_text(None), cell_text(["A", "B"])
    ('36.3', '5', '', 'A; B')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, datetime):
        return _time_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    if isinstance(value, list | tuple) and not any(isinstance(item, dict | list) for item in value):
        return "; ".join(text for item in value if (text := cell_text(item)))
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value).strip()


def _number_text(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    seen = float(f"{value:.15g}")
    if 1e-4 <= abs(seen) < 1e15:
        seen = round(seen, _DECIMALS)
        return str(int(seen)) if seen.is_integer() else repr(seen)
    return repr(seen)


def _time_text(value: datetime) -> str:
    if value.tzinfo is None and value.time() == time():
        return value.date().isoformat()
    # A workbook counts days in binary fractions, which puts 18:00 at 17:59:59.999.
    if value.microsecond:
        rounded = value + timedelta(microseconds=500)
        value = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
    return value.isoformat(timespec="auto" if value.microsecond else "seconds" if value.second else "minutes")
