"""A case as one page of HTML: map, slider of dates, evidence and legend, without a server or a network.

The map is the live one, with the same scripts; what those would ask a server for is in the
page. A policy in the page forbids every request, so that opening it tells nobody anything.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from html import escape

from geodata import __version__, boundaries
from geodata.caption import alt_text
from geodata.cards import Card, card_dict, event_cards
from geodata.days import day_words, local_words
from geodata.display import EVERYTHING, Display
from geodata.errors import InputError
from geodata.filters import Bbox, EventFilter, query_words
from geodata.opening import opening_on, opening_view
from geodata.record import Record
from geodata.render import page_assets
from geodata.render.evidence_html import card_html
from geodata.render.markup import tag, text
from geodata.render.page_scenes import LISTS, WHOLE, Scenes, all_scenes
from geodata.render.print_fonts import arabic_face
from geodata.render.web import all_named_units_json, base_json, scene_json, script_json, units_json
from geodata.scene import Scene
from geodata.scene_build import build_scene

# What a page of more events would weigh and take is no page to send to anybody.
MOST_EVENTS = 400
# Provinces and districts of countries with events, as long as they fit.
_UNITS_BYTES = 450_000
# Level 9 takes three times as long as this, for 2 % fewer bytes.
_GZIP_LEVEL = 7


def html_page(
    record: Record,
    wanted: EventFilter,
    *,
    title: str = "",
    production_date: date | None = None,
    extent: Bbox | None = None,
    display: Display = EVERYTHING,
) -> bytes:
    """Return the page of the events that a filter keeps.

    Parameters
    ----------
    wanted
        Where its dates are not those with which the case opens, the page holds these dates alone;
        else the whole window of the case, opened at those dates.
    title
        Stands in for the title of the case.
    production_date
        Day that the page states; default: the case's day of information.
    extent
        Where the map opens; default: the filter's box, else as the case does.
    display
        Layers with which the map opens, its control can still switch them on; and the language of its names.

    Returns
    -------
    bytes
        UTF-8; the same input gives the same bytes.

    Raises
    ------
    InputError
        If there are more than ``MOST_EVENTS`` events.
    """
    wanted, opened = page_windows(record, wanted)
    selected = record.select(wanted)
    if len(selected.events) > MOST_EVENTS:
        raise InputError(
            f"{len(selected.events):,} events are too many for one page; up to {MOST_EVENTS} are written",
            file=record.meta.id,
            remedy="Narrow the filters, or write a picture (.png, .svg, .pdf) or a table (.csv, .xlsx)",
        )
    cards = event_cards(record, list(selected.events["event_id"]))
    scene = build_scene(record, wanted)
    data = _data(record, wanted, opened, extent or wanted.bbox, cards)
    data["hide"], data["names"] = display.hide, display.names
    if display.names != "english":
        data["font"] = _gzip(arabic_face())
    words, address = scene.marginalia, _address(record, wanted, display)
    name = title.strip() or words.title
    body = [
        _head(record, scene, name),
        '<div id="fault" role="alert"></div>',
        "<noscript><p>The map needs scripts; the evidence below does not.</p></noscript>",
        _dates(),
        f'<div id="map" role="application" aria-label="{escape(name, quote=True)}"></div>',
        _events(record, cards),
        _unknowns(words.unknowns),
        _foot(record, scene, address, production_date),
        '<script type="application/json" id="strikemap-data">',
        script_json(data) + "</script>",
        *(f"<script>{script}</script>" for script in (*page_assets.scripts(), page_assets.page_script())),
    ]
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(page_assets.policy(), quote=True)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        tag("title", text(name)),
        *(_meta(key, value) for key, value in _metadata(record, scene, wanted, address).items()),
        f"<style>{page_assets.style()}</style>",
    ]
    page = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        *head,
        "</head>",
        "<body>",
        *body,
        "</body>",
        "</html>",
    ]
    return ("\n".join(page) + "\n").encode()


def page_windows(record: Record, wanted: EventFilter) -> tuple[EventFilter, tuple[date, date]]:
    """Return the filter of what the page holds, and the dates at which it opens."""
    meta, home = record.meta, record.default_filter
    given = (wanted.date_from or meta.date_from, wanted.date_to or meta.date_to)
    opening = (home.date_from or meta.date_from, home.date_to or meta.date_to)
    if given in (opening, (meta.date_from, meta.date_to)):
        return replace(wanted, date_from=meta.date_from, date_to=meta.date_to), opening
    return replace(wanted, date_from=given[0], date_to=given[1]), given


def _head(record: Record, scene: Scene, name: str) -> str:
    words = scene.marginalia
    as_of = tag("b", text(f"Information as of {words.information_as_of}.")) + " "
    shown = "; ".join(part for part in (words.period, words.subtitle) if part)
    parts = tag("h1", text(name)) + tag("p", as_of + text(record.meta.summary))
    return tag("header", parts + tag("p", text(f"{shown}. {' '.join(words.notes)}")))


def _dates() -> str:
    sliders = "".join(
        f'<label>{label} <output id="{key}-day"></output>'
        f'<input type="range" id="{key}" min="0" max="0" step="1" value="0"></label>'
        for key, label in (("from", "First day"), ("to", "Last day"))
    )
    return f'<div class="page-dates">{sliders}<p id="counts" role="status"></p></div>'


def _events(record: Record, cards: Mapping[str, Card]) -> str:
    rows = []
    for event_id, card in cards.items():
        when = local_words(record.times[event_id]).replace(", time not known", "")
        line = tag("small", text(when)) + tag("b", text(card.title)) + tag("small", text(card.killed))
        rows.append(
            f'<li data-event="{escape(event_id, quote=True)}">'
            f"{tag('details', tag('summary', line) + card_html(card))}</li>"
        )
    return tag("h2", f"Events ({len(rows)})") + tag("ul", "".join(rows), "page-events")


def _unknowns(sentences: tuple[str, ...]) -> str:
    if not sentences:
        return ""
    listed = "".join(tag("li", text(sentence)) for sentence in sentences)
    return tag("h2", "What is not known") + tag("ul", listed, "sm-unknown-list")


def _foot(record: Record, scene: Scene, address: str, production_date: date | None) -> str:
    words, meta = scene.marginalia, record.meta
    day = production_date or (meta.information_as_of if meta.information_stated else None)
    made = f"Produced {day_words(day)} with" if day else "Produced with"
    log = "".join(tag("li", text(f"{day_words(line.date)}: {line.text}")) for line in meta.corrections)
    parts = [
        tag("h2", "Sources") + tag("p", text(f"{'; '.join(words.sources) or 'none cited'}.")),
        tag("h2", "Corrections") + tag("ul", log) if log else "",
        tag("h2", "Terms"),
        tag("p", text(f"Data: {meta.licence or 'licence not stated'}. {meta.citation}".strip())),
        tag("p", text(" ".join(f"{credit}." for credit in words.credits))),
        tag("p", text(boundaries.DISCLAIMER)),
        tag(
            "p",
            text(f"{made} {words.producer}. View: ?{address}"),
        ),
    ]
    return tag("footer", "".join(parts), "page-small")


def _address(record: Record, wanted: EventFilter, display: Display) -> str:
    query = query_words(wanted, EventFilter(), record.meta.generalised, display)
    return f"case={record.meta.id}" + (f"&{query}" if query else "")


def _metadata(record: Record, scene: Scene, wanted: EventFilter, address: str) -> dict[str, str]:
    meta, words = record.meta, scene.marginalia
    return {
        "description": alt_text(scene),
        "generator": f"Strikemap {__version__}",
        "strikemap:data-hash": record.case.data_hash,
        "strikemap:case": " ".join(part for part in (meta.id, meta.version) if part),
        "strikemap:filters": wanted.words(with_period=True),
        "strikemap:view": f"?{address}",
        "strikemap:information-as-of": words.information_as_of,
        "strikemap:licence": meta.licence,
        "strikemap:citation": meta.citation,
        "strikemap:credits": " ".join(f"{credit}." for credit in words.credits),
    }


def _meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{escape(content, quote=True)}">' if content else ""


def _data(
    record: Record,
    wanted: EventFilter,
    opened: tuple[date, date],
    extent: Bbox | None,
    cards: Mapping[str, Card],
) -> dict[str, object]:
    scenes = all_scenes(record, wanted)
    selected = record.select(wanted)
    view = opening_on(extent) if extent else opening_view(record)
    home = {"lat": view.latitude, "lon": view.longitude, "zoom": view.zoom, "stated": False, "box": view.box}
    return {
        "starts": [day.isoformat() for day in scenes.starts],
        "ends": [day.isoformat() for day in scenes.ends],
        "coarse": scenes.is_coarse,
        "from": opened[0].isoformat(),
        "to": opened[1].isoformat(),
        "index": scenes.index,
        "scenes": scenes.scenes,
        "marks": scenes.marks,
        "lists": LISTS,
        "whole": WHOLE,
        "titles": {event_id: card.title for event_id, card in cards.items()},
        "borders": _borders(record, wanted, selected),
        "home": home,
        "packed": _packed(scenes, record, selected, cards),
    }


def _borders(record: Record, wanted: EventFilter, selected: Record) -> dict[str, object]:
    """Return the shared border of each event that one is drawn for while it is chosen."""
    attacks = selected.attacks
    found: dict[str, object] = {}
    for event_id in dict.fromkeys(attacks.loc[attacks["origin_basis"] == "attacker_territory", "event_id"]):
        scene = json.loads(scene_json(build_scene(record, wanted, chosen=str(event_id))))
        if scene["borders"]:
            found[str(event_id)] = scene["borders"]
    return found


def _packed(scenes: Scenes, record: Record, selected: Record, cards: Mapping[str, Card]) -> dict[str, str]:
    told = {event_id: card_dict(card) for event_id, card in cards.items()}
    packed = {"base": _gzip(base_json()), "cards": _gzip(json.dumps(told, ensure_ascii=False).encode())}
    named = sorted(scenes.named_units)
    if named:
        packed["named"] = _gzip(all_named_units_json(named))
    room = _UNITS_BYTES
    for country in _countries(record, selected):
        for level in (1, 2):
            zipped = _gzip(units_json(country, level))
            if len(zipped) <= room:
                packed[f"{country}:{level}"] = zipped
                room -= len(zipped)
    return packed


def _countries(record: Record, selected: Record) -> list[str]:
    """Return the countries of the events, those with most of them first."""
    focus = [boundaries.unit(unit_id).iso3 for unit_id in record.focus]
    drawn = selected.events["drawn_as"] != ""
    counts = selected.events.loc[drawn, "adm0_id"].value_counts()
    return [code for code in dict.fromkeys([*focus, *map(str, counts.index)]) if code]


def _gzip(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data, _GZIP_LEVEL, mtime=0)).decode()
