"""The head of a case to the text of ``case.toml``, which reads back as the same head."""

from __future__ import annotations

import json
from collections.abc import Iterable

from geodata.cases.meta import CaseMeta, read_meta


def meta_text(meta: CaseMeta) -> str:
    """Return ``case.toml``, in a fixed order of keys, without keys that say nothing.

    Raises
    ------
    InputError
        If it would not read back as the same head, as with an empty title.
    """
    pairs: list[tuple[str, object]] = [
        ("id", meta.id),
        ("title", meta.title),
        ("summary", meta.summary),
        ("version", meta.version),
        ("information_as_of", meta.information_as_of.isoformat() if meta.information_stated else ""),
        ("time_zone", meta.time_zone),
        ("date_from", meta.date_from.isoformat()),
        ("date_to", meta.date_to.isoformat()),
        ("focus", meta.focus),
        ("generalised", meta.generalised),
        ("excerpt", meta.excerpt),
        ("licence", meta.licence),
        ("citation", meta.citation),
        ("unknowns", meta.unknowns),
    ]
    lines = _pairs(pairs)
    if meta.view:
        view = meta.view
        lines += ["", "[view]"]
        lines += [f"{name} = {getattr(view, name)!r}" for name in ("latitude", "longitude", "zoom")]
        lines += _pairs([("date_from", view.date_from.isoformat()), ("date_to", view.date_to.isoformat())])
    if meta.inferred_rule:
        lines += ["", "[direction]", *_pairs([("inferred_rule", meta.inferred_rule)])]
    for correction in meta.corrections:
        lines += ["", "[[corrections]]"]
        lines += _pairs([("date", correction.date.isoformat()), ("text", correction.text)])
    zones = list(meta.party_zones)
    for party in meta.parties:
        has_zone = bool(zones) and zones[0][0] == party.name
        lines += ["", "[[parties]]", *_pairs([("id", party.id), ("name", party.name)])]
        lines += [f"colour = {_string(party.colour)}", f"letter = {_string(party.letter)}"]
        lines += _pairs([("time_zone", zones.pop(0)[1] if has_zone else ""), ("members", party.members)])
    text = "\n".join([*lines, ""])
    read_meta(text)
    return text


def _pairs(pairs: Iterable[tuple[str, object]]) -> list[str]:
    lines = []
    for key, value in pairs:
        if isinstance(value, tuple):
            if value:
                items = [_string(str(item)) for item in value]
                short = f"{key} = [{', '.join(items)}]"
                lines += [short] if len(short) <= 100 else [f"{key} = [", *(f"  {i}," for i in items), "]"]
        elif value or key in ("id", "title"):
            lines.append(f"{key} = {_string(str(value))}")
    return lines


def _string(text: str) -> str:
    """Return a TOML basic string: JSON's escapes are TOML's, but for DEL, which TOML wants escaped."""
    return json.dumps(text.strip(), ensure_ascii=False).replace("\x7f", "\\u007f")
