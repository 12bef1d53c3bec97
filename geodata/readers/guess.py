"""A guess at which column of a foreign table is which of ours: by its name and by what is in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geodata import schema
from geodata.boundaries.spelling import words
from geodata.readers.coordinates import beyond, parse_angle, parse_pair
from geodata.readers.dates import clock_text, date_form, parse_date
from geodata.readers.mapping import FIELDS, SEVERAL, Mapping
from geodata.readers.rows import Rows

THRESHOLD = 0.6
_SHOWN = 0.3  # below this a guess is not worth a line
_SAMPLE = 500
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FIGURE = re.compile(r"\D{0,12}\d[\d., ]*(\s*(-|–|to|à|a)\s*\d+)?\s*\+?\D{0,12}\Z")
# A bracket behind a name explains it: Latitude (decimal degrees).
_BRACKET = re.compile(r"\([^)]*\)\s*\Z")
# A day on which something else was done, and a part of the dead: not what the field asks for.
_OTHER_DAYS = frozenset(
    (
        *("report", "reported", "reporting", "publication", "published", "created", "updated"),
        *("modified", "entry", "upload", "accessed"),
    )
)
_PARTIAL = ("killed", "injured")
_CODE = re.compile(r"[A-Z]{2,3}[-\d][\w-]*\Z")


@dataclass(frozen=True)
class FieldGuess:
    """A column, the field that it may be, how sure (0 to 1), and some of its values."""

    field: str
    column: str
    confidence: float
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Guess:
    """A mapping, what it rests on, and what was not sure enough to be used."""

    mapping: Mapping
    used: tuple[FieldGuess, ...]
    unsure: tuple[FieldGuess, ...]


def guess_mapping(rows: Rows) -> Guess:
    """Return the likeliest field of each column; below ``THRESHOLD`` nothing is used.

    A column is one field, and a field one column, but for the actors.
    """
    candidates = sorted(
        _candidates(rows), key=lambda item: (-item.confidence, rows.header.index(item.column))
    )
    used: list[FieldGuess] = []
    unsure: list[FieldGuess] = []
    for item in candidates:
        is_taken = item.column in {other.column for other in used} or (
            item.field not in SEVERAL and item.field in {other.field for other in used}
        )
        if not is_taken and item.confidence >= THRESHOLD:
            used.append(item)
    named = {item.column for item in used}
    for item in candidates:
        if (
            item.column not in named
            and item.confidence < THRESHOLD
            and item.field not in {u.field for u in used}
        ):
            named.add(item.column)
            unsure.append(item)
    columns: dict[str, tuple[str, ...]] = {}
    for item in sorted(used, key=lambda item: rows.header.index(item.column)):
        columns[item.field] = (*columns.get(item.field, ()), item.column)
    if {"latitude", "longitude"} <= columns.keys():
        columns.pop("coordinates", None)
        used = [item for item in used if item.field != "coordinates"]
    mapping = Mapping(
        {name: columns[name] for name in FIELDS if name in columns},
        event_types=_values(rows, columns, "event_type", schema.EVENT_TYPES),
        precisions=_values(rows, columns, "location_precision", schema.LOCATION_PRECISIONS),
    )
    return Guess(mapping, tuple(used), tuple(unsure))


def _candidates(rows: Rows) -> list[FieldGuess]:
    found = []
    for at, column in enumerate(rows.header):
        if not column:
            continue
        values = [cells[at] for _, cells in rows.records[:_SAMPLE] if at < len(cells) and cells[at]]
        samples = tuple(dict.fromkeys(values))[:3]
        for field in FIELDS:
            named = _name_score(column, field)
            if not named:
                continue
            # An empty column is what its name says, and its place is kept in the mapping.
            fit = _FITS[field](values) if field in _FITS and values else 1.0
            confidence = round(named * (0.25 + 0.75 * fit) if fit else 0.0, 2)
            if confidence >= _SHOWN:
                found.append(FieldGuess(field, column, confidence, samples))
    return found


def name_key(text: str) -> str:
    """Return a name of a column as it is compared."""
    return " ".join(words(_CAMEL.sub(" ", _BRACKET.sub("", text) or text)))


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, int]]:
    text = (Path(__file__).parent / "column_names.toml").read_text(encoding="utf-8")
    return {
        field: {name_key(name): at for at, name in reversed(list(enumerate(names)))}
        for field, names in tomllib.loads(text).items()
    }


def _name_score(column: str, field: str) -> float:
    """Return how surely a name means a field: the name itself, or one that begins or ends with it."""
    key, names = name_key(column), _names()[field]
    if key in names:
        return 1.0 - 0.005 * min(names[key], 20)
    parts = key.split()
    is_other = field in ("start", "end") and bool(_OTHER_DAYS & set(parts))
    weak = field in _PARTIAL or is_other
    best = 0.0
    for name in names:
        known = name.split()
        if len(name) < 3 or len(parts) <= len(known):
            continue
        if parts[-len(known) :] == known:
            best = max(best, 0.5 if weak else 0.7 + 0.02 * len(known))
        elif parts[: len(known)] == known:
            best = max(best, 0.5)  # Location reference, Date received: about it, not it
    return best


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / len(values)


def _reads(function: Callable[[str], object]) -> Callable[[str], bool]:
    def test(value: str) -> bool:
        try:
            function(value)
        except ValueError:
            return False
        return True

    return test


def _dates(values: Sequence[str]) -> float:
    form = date_form(list(enumerate(values)), order="dmy")
    as_dmy = _share(values, _reads(lambda text: parse_date(text, form)))
    form = date_form(list(enumerate(values)), order="mdy")
    return max(as_dmy, _share(values, _reads(lambda text: parse_date(text, form))))


def _angles(axis: str) -> Callable[[Sequence[str]], float]:
    def test(text: str) -> bool:
        try:
            return not beyond(parse_angle(text, axis), "longitude")  # a swapped column is still the one
        except ValueError:
            return False

    return lambda values: _share(values, test)


def _is_name(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _unique(values: Sequence[str]) -> float:
    return 1.0 if len(set(values)) == len(values) else 0.0


_FITS: dict[str, Callable[[Sequence[str]], float]] = {
    "event_id": _unique,
    "start": _dates,
    "end": _dates,
    "time": lambda values: _share(values, _reads(clock_text)),
    "latitude": _angles("latitude"),
    "longitude": _angles("longitude"),
    "coordinates": lambda values: _share(values, _reads(parse_pair)),
    "title": lambda values: _share(values, _is_name),
    "country": lambda values: _share(values, _is_name),
    "admin1": lambda values: _share(values, _is_name),
    "admin2": lambda values: _share(values, _is_name),
    "pcode": lambda values: _share(values, lambda text: bool(_CODE.match(text))),
    "place_name": lambda values: _share(values, _is_name),
    "actors": lambda values: _share(values, _is_name),
    "killed": lambda values: _share(values, lambda text: bool(_FIGURE.match(text))),
    "injured": lambda values: _share(values, lambda text: bool(_FIGURE.match(text))),
    "url": lambda values: _share(
        values, lambda text: text.lower().startswith(("http://", "https://", "www."))
    ),
    "source": lambda values: _share(values, _is_name),
}


# -- what the words of a column mean -------------------------------------------------------------


@lru_cache(maxsize=1)
def _value_words() -> dict[str, dict[str, tuple[tuple[str, ...], ...]]]:
    text = (Path(__file__).parent / "value_words.toml").read_text(encoding="utf-8")
    return {
        field: {ours: tuple(tuple(words(name)) for name in names) for ours, names in table.items()}
        for field, table in tomllib.loads(text).items()
    }


def guess_value(field: str, value: str, allowed: Sequence[str]) -> str:
    """Return what a value of theirs means to us, ``""`` where no word says it.

    Examples
    --------
    >>> guess_value("event_type", "Air/drone strike", ("strike",)), guess_value("event_type", "Protest", ())
    ('strike', '')
    """
    own = "_".join(words(value))
    if own in allowed:
        return own
    found = words(value)
    for ours, names in _value_words()[field].items():
        for name in names:
            if any(tuple(found[at : at + len(name)]) == name for at in range(len(found))):
                return ours
    return ""


def _values(
    rows: Rows, columns: dict[str, tuple[str, ...]], field: str, allowed: Sequence[str]
) -> dict[str, str]:
    if field not in columns:
        return {}
    at = rows.header.index(columns[field][0])
    values = dict.fromkeys(cells[at] for _, cells in rows.records if at < len(cells) and cells[at])
    if len(values) > 200:  # a text of its own in each row is no type
        return {}
    guessed = {value: guess_value(field, value, allowed) for value in values}
    return {value: ours for value, ours in guessed.items() if ours}
