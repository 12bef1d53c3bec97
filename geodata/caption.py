"""The words that go with a picture: caption, description for those who cannot see it, file name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from geodata import boundaries
from geodata.days import day_words
from geodata.scene import AreaMark, LineMark, Scene, SideMark, WedgeMark
from geodata.slugs import slug
from geodata.style import NOBODY

_WORLD = "wld"


def caption_text(scene: Scene) -> str:
    """Return the caption of a scene's picture, as plain text in paragraphs.

    Title, period and filters, counts, what is not known, sources, credits and the
    disclaimer in full.
    """
    words = scene.marginalia
    # The counts of a scene that is not cut to its picture name the placeless events themselves.
    placeless = "" if "without a place" in words.counts else _placeless(scene)
    what = _sentences([words.period, words.subtitle, f"Shown: {words.counts}", placeless, *words.notes])
    parts = [
        words.title,
        what,
        _listing("Not known", words.unknowns),
        f"Sources: {'; '.join(words.sources)}." if words.sources else "Sources: none cited.",
        _sentences(words.credits),
        boundaries.DISCLAIMER,
        f"{words.producer}; information as of {words.information_as_of}.",
    ]
    return "\n\n".join(part for part in parts if part)


def caption_markdown(scene: Scene) -> str:
    """Return the same caption as Markdown: the title bold, lists as lists, texts of the data as they are."""
    title, *rest = caption_text(scene).split("\n\n")
    paragraphs = [
        "\n".join(
            f"- {marked(line[2:])}" if line.startswith("- ") else marked(line) for line in part.split("\n")
        )
        # A list needs a blank line before it.
        for part in (piece.replace(":\n- ", ":\n\n- ", 1) for piece in rest)
    ]
    return "\n\n".join([f"**{marked(title)}**", *paragraphs])


_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


def marked(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return _MARKS.sub(r"\\\1", text)


def citation_text(scene: Scene, citation: str, produced: date, address: str) -> str:
    """Return how the map, with its filters and data, is cited in a publication.

    Parameters
    ----------
    citation
        That of the case; empty where it has none.
    address
        The query that restores the view.
    """
    words = scene.marginalia
    shown = "; ".join(part for part in (words.period, words.subtitle) if part)
    map_words = f"{words.title} [map], {shown}. {words.producer}, {day_words(produced)}; ?{address}"
    data = citation.strip() or "Data: no citation stated"
    return f"{_sentences([map_words])} {data} Data hash (SHA-256): {scene.data_hash}."


def alt_text(scene: Scene) -> str:
    """Return what the map shows, in plain sentences: what, by whom, where, from which side.

    Places are as precise as the map draws them, and each direction is as it was stated.
    """
    words = scene.marginalia
    names = {party.id: party.name for party in scene.parties if party is not NOBODY}
    parts = [f"Map. {words.title}, {words.period}", scene.generalised]
    parts += [_area_sentence(mark, scene.sides) for mark in scene.areas]
    for mark in scene.points:
        by = names.get(mark.party, "")
        parts.append(f"{mark.words}; by {by}" if by else mark.words)
        parts += _directions(set(mark.ids), scene)
    titles = dict(scene.titles)
    parts += [f"As a claim only, of {titles[mark.event_id]}: {mark.words}" for mark in scene.claimed]
    if not scene.display.shows("events"):
        parts.append("Events are left out of this map by choice")
    elif not scene.areas and not scene.points:
        parts.append("No event lies on this map for these filters")
    return _sentences([*parts, _placeless(scene)])


def _placeless(scene: Scene) -> str:
    if not scene.placeless:
        return ""
    if scene.placeless == 1:
        return "1 event has no known place and is not on the map"
    return f"{scene.placeless} events have no known place and are not on the map"


def _area_sentence(mark: AreaMark, sides: Iterable[SideMark]) -> str:
    stated = [f"{side.label}, {side.words}" for side in sides if side.event_id in mark.ids]
    told = "; ".join(stated or ([mark.label] if mark.label else []))
    return f"{mark.words}: {told}" if told else mark.words


def _directions(event_ids: set[str], scene: Scene) -> list[str]:
    """Return the directions of a point's attacks; the line and the wedge of one attack say the same."""
    marks: list[LineMark | WedgeMark | SideMark] = [*scene.lines, *scene.wedges, *scene.sides]
    return list(dict.fromkeys(mark.words for mark in marks if mark.event_id in event_ids))


def file_name(scene: Scene, paper: str, produced: date, ext: str) -> str:
    """Return a picture's name: ``irn-pak_iran-pakistan-2024_a4-landscape_20240424.png``.

    Countries (ISO 3166-1 alpha-3) of the focus, else of the areas drawn, else ``wld``;
    the case; the paper; the day of production.
    """
    named = scene.focus or tuple(mark.area for mark in scene.areas)
    return name_of(named, scene.case_id, paper, produced, ext)


def name_of(named: Iterable[str], case_id: str, paper: str, produced: date, ext: str) -> str:
    """Return the name of a file of a case about some units; otherwise as :func:`file_name`."""
    codes = {boundaries.unit(unit_id).iso3.casefold() for unit_id in named}
    countries = "-".join(sorted(codes - {""})) or _WORLD
    parts = (countries, slug(case_id)[:60] or "map", slug(paper), f"{produced:%Y%m%d}")
    return f"{'_'.join(parts)}.{ext.removeprefix('.')}"


def _sentences(parts: Iterable[str]) -> str:
    """Join parts as sentences, each with one full stop and a capital."""
    trimmed = (part.strip().rstrip(".") for part in parts)
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in trimmed if part)


def _listing(head: str, items: Iterable[str]) -> str:
    lines = [f"- {item}" for item in items]
    return "\n".join([f"{head}:", *lines]) if lines else ""
