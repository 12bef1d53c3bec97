"""The head of a case: ``case.toml``, read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from geodata import boundaries
from geodata.days import zone
from geodata.detail import PRECISIONS
from geodata.errors import BoundaryError, InputError
from geodata.style import UNATTRIBUTED, Party

FILE = "case.toml"


@dataclass(frozen=True)
class Correction:
    """One line of the corrections log."""

    date: date
    text: str


@dataclass(frozen=True)
class View:
    """Where the map opens: degrees, Leaflet's zoom, and the dates of the slider."""

    latitude: float
    longitude: float
    zoom: float
    date_from: date
    date_to: date


@dataclass(frozen=True)
class CaseMeta:
    """What a case says of itself; ``date_from`` to ``date_to`` is its window, both inclusive.

    ``information_as_of`` of a bare table is the day of its last event, for want of another, and
    of a ``case.toml`` without the key ``date_to``; ``information_stated`` is then False, and no
    surface shows that day as if it were stated.

    ``generalised`` is the finest precision left in a case whose finer positions were removed:
    ``admin2``, ``admin1`` or ``country``; empty for a case as recorded. ``excerpt`` says in words
    which part of a case this is; empty for a whole one.
    """

    id: str
    title: str
    summary: str
    version: str
    information_as_of: date
    time_zone: str
    date_from: date
    date_to: date
    focus: tuple[str, ...]
    licence: str
    citation: str
    unknowns: tuple[str, ...]
    view: View | None
    inferred_rule: str = ""
    corrections: tuple[Correction, ...] = ()
    parties: tuple[Party, ...] = ()
    party_zones: tuple[tuple[str, str], ...] = ()
    information_stated: bool = True
    generalised: str = ""
    excerpt: str = ""


def read_meta(text: str, file: str = FILE) -> CaseMeta:
    """Return the head of a case.

    Raises
    ------
    InputError
        Naming the key, its value and the remedy.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not valid TOML: {error}", file=file, remedy="Mend that line") from error
    get = _Getter(table, file)
    date_from, date_to = get.day("date_from"), get.day("date_to")
    if date_to < date_from:
        raise InputError(
            "is before date_from", file=file, column="date_to", value=date_to, remedy="Swap the two dates"
        )
    return CaseMeta(
        id=get.text("id"),
        title=get.text("title"),
        summary=get.text("summary", ""),
        version=get.text("version", ""),
        information_as_of=get.day("information_as_of", date_to),
        time_zone=get.zone("time_zone"),
        date_from=date_from,
        date_to=date_to,
        focus=get.units("focus"),
        licence=get.text("licence", ""),
        citation=get.text("citation", ""),
        unknowns=get.texts("unknowns"),
        view=_view(get, date_from, date_to),
        inferred_rule=get.sub("direction").text("inferred_rule", ""),
        corrections=tuple(
            Correction(item.day("date"), item.text("text")) for item in get.items("corrections")
        ),
        parties=tuple(_party(item) for item in get.items("parties")),
        party_zones=tuple(
            (item.text("name"), item.zone("time_zone"))
            for item in get.items("parties")
            if item.has("time_zone")
        ),
        information_stated=get.has("information_as_of"),
        generalised=get.choice("generalised", PRECISIONS),
        excerpt=get.text("excerpt", ""),
    )


def _view(get: _Getter, date_from: date, date_to: date) -> View | None:
    if not get.has("view"):
        return None
    view = get.sub("view")
    low = view.day("date_from", date_from)
    high = view.day("date_to", date_to)
    if not date_from <= low <= high <= date_to:
        raise InputError(
            f"opens on {low} to {high}, outside the case's window {date_from} to {date_to}",
            file=get.file,
            column="view.date_from",
            remedy="Keep the opening dates inside date_from and date_to",
        )
    return View(
        view.number("latitude", -90, 90),
        view.number("longitude", -180, 180),
        view.number("zoom", 0, 18),
        low,
        high,
    )


def _party(item: _Getter) -> Party:
    name = item.text("name")
    return Party(
        id=item.text("id"),
        name=name,
        colour=item.text("colour", UNATTRIBUTED),
        letter=item.text("letter", name[:1].upper()),
        members=item.texts("members"),
    )


class _Getter:
    """Typed access to a TOML table; every error names file, key, value and remedy."""

    def __init__(self, table: Mapping[str, object], file: str, path: str = "") -> None:
        self.table, self.file, self.path = table, file, path

    def has(self, key: str) -> bool:
        return key in self.table

    def _fail(self, key: str, reason: str, remedy: str) -> InputError:
        value = self.table.get(key)
        return InputError(reason, file=self.file, column=self.path + key, value=value, remedy=remedy)

    def _get(self, key: str, default: object) -> object:
        if key in self.table:
            return self.table[key]
        if default is None:
            raise self._fail(key, "the key is missing", f"Add {key} = … to the file")
        return default

    def text(self, key: str, default: str | None = None) -> str:
        value = self._get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self._fail(key, "is not a text", 'Write it in quotation marks: key = "…"')
        return value.strip()

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key, "")
        if value and value not in allowed:
            raise self._fail(key, "is not a known value", f"Use {', '.join(allowed)}, or leave the key out")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._fail(key, "is not a list of texts", 'Write it as ["…", "…"]')
        return tuple(item.strip() for item in value)

    def day(self, key: str, default: date | None = None) -> date:
        value = self._get(key, default)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise self._fail(key, "is not a date", 'Write it as "2024-01-16"') from error

    def number(self, key: str, low: float, high: float) -> float:
        value = self._get(key, None)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self._fail(key, f"is not a number from {low:g} to {high:g}", "Correct the number")
        return float(value)

    def zone(self, key: str) -> str:
        value = self.text(key)
        try:
            zone(value)
        except ValueError as error:
            raise self._fail(key, "is not an IANA time zone", "Write a name like Asia/Karachi") from error
        return value

    def units(self, key: str) -> tuple[str, ...]:
        ids = self.texts(key)
        for unit_id in ids:
            try:
                boundaries.unit(unit_id)
            except BoundaryError as error:
                if error.value is None:  # a pack is missing, the id may be right
                    raise
                raise InputError(
                    "is not a known boundary id",
                    file=self.file,
                    column=self.path + key,
                    value=unit_id,
                    remedy=error.remedy,
                ) from error
        return ids

    def sub(self, key: str) -> _Getter:
        value = self._get(key, {})
        if not isinstance(value, dict):
            raise self._fail(key, "is not a table", f"Write [{key}] and its keys below")
        return _Getter(value, self.file, f"{self.path}{key}.")

    def items(self, key: str) -> list[_Getter]:
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._fail(key, "is not a list of tables", f"Write [[{key}]] and its keys below")
        return [_Getter(item, self.file, f"{self.path}{key}[{n}].") for n, item in enumerate(value, start=1)]
