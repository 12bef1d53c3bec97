"""The words around a map: period, counts, sources, credits, what is not known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from geodata import boundaries, schema
from geodata.days import EventTime, day_words, period_words
from geodata.detail import generalised_words
from geodata.display import EVERYTHING, Display
from geodata.filters import EventFilter
from geodata.positions import most_sites
from geodata.record import Record
from geodata.scene import Marginalia
from geodata.style import EVENT_TYPE_WORDS

PRODUCER = "Strikemap"
DISCLAIMER_LINE = "Boundaries and names shown do not imply endorsement by the producer."


def date_words(when: EventTime) -> str:
    """Return the day or span of days of an event: "16 Jan 2024"."""
    if when.first_day == when.last_day:
        return day_words(when.first_day)
    return f"{day_words(when.first_day)} – {day_words(when.last_day)}"


def event_counts(kinds: Mapping[str, int]) -> str:
    """Return counts by kind of event: "2 reported strikes, 1 reported attack"."""
    parts = [
        f"{kinds[kind]:,} {EVENT_TYPE_WORDS[kind][kinds[kind] != 1]}"
        for kind in schema.EVENT_TYPES
        if kinds.get(kind)
    ]
    return ", ".join(parts)


def marginalia_of(
    record: Record, wanted: EventFilter, *, placeless: int, outside: int, display: Display = EVERYTHING
) -> Marginalia:
    """Return what the map must carry in words, for the selected events of ``record``.

    Parameters
    ----------
    placeless
        Of these events, how many have no place.
    outside
        How many wanted events are left out of the picture, since they lie elsewhere.
    display
        What is left out of the map by choice: the notes say it.
    """
    meta = record.meta
    first, last = wanted.date_from or meta.date_from, wanted.date_to or meta.date_to
    counts = _counts(record, placeless)
    filters = wanted.words()
    as_of = day_words(meta.information_as_of) if meta.information_stated else ""
    notes = [f"Not exhaustive; as reported by {as_of}." if as_of else "Not exhaustive."]
    if meta.generalised:
        notes.insert(0, f"{generalised_words(meta.generalised)}.")
    if meta.excerpt:
        notes.insert(0, f"Part of a case: {meta.excerpt}.")
    if display.hide:
        notes.insert(0, display.words())
    if outside:
        some = "1 event lies" if outside == 1 else f"{outside} events lie"
        notes.insert(0, f"{some} outside this picture.")
    return Marginalia(
        title=meta.title,
        subtitle=filters[:1].upper() + filters[1:],
        period=period_words(first, last),
        counts=counts,
        information_as_of=as_of or "a day that is not stated",
        unknowns=meta.unknowns,
        sources=_sources(record),
        credits=tuple(credit.text for credit in _credits(record)),
        disclaimer=DISCLAIMER_LINE,
        producer=PRODUCER,
        notes=tuple(notes),
    )


def _credits(record: Record) -> list[boundaries.Credit]:
    """Return the credits of the basemap, which every picture holds, and of the layers in use."""
    return [*boundaries.credits(), *(layer.credit for layer in record.layers)]


def _counts(record: Record, placeless: int) -> str:
    events = record.events
    if events.empty:
        return "no events"
    text = event_counts(Counter(events["event_type"]))
    sites = most_sites(record)
    if sites > 1:
        text = text.replace("reported strikes", f"reported strikes (up to {sites} sites in one)", 1)
        text = re.sub(r"^1 reported strike\b(?!s)", f"1 reported strike (up to {sites} sites)", text)
    if placeless:
        text += f"; {placeless} without a place, listed only"
    return text


def _sources(record: Record) -> tuple[str, ...]:
    """Return the sources of the selected events, their attacks and claims, one line each."""
    cited: dict[str, None] = {}
    for table in (record.events, record.attacks):
        for cell in table["source_ids"]:
            cited.update(dict.fromkeys(schema.split(cell)))
    claims = record.case.claims
    cited.update(dict.fromkeys(claims.loc[claims["event_id"].isin(record.events["event_id"]), "source_id"]))
    lines: dict[str, None] = {}
    columns = (record.case.sources[name] for name in ("source_id", "publisher", "published", "accessed"))
    for source_id, publisher, published, accessed in zip(*columns, strict=True):
        if source_id in cited and source_id != schema.NOT_RECORDED:
            day = f", {published}" if published else ""
            read_on = f" (accessed {accessed})" if accessed else ""
            lines[f"{publisher}{day}{read_on}"] = None
    if schema.NOT_RECORDED in cited:
        lines["and claims whose printing page is not recorded"] = None
    return tuple(lines)
