"""The head of a store from those of all its files; a store of one case keeps that case's head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from geodata.cases.meta import CaseMeta, read_meta
from geodata.detail import PRECISIONS
from geodata.readers.acled import LICENCE
from geodata.readers.citation import Part, composed
from geodata.rights import with_statement, without_statement
from geodata.slugs import slug


def merged_head(
    runs: Sequence[Mapping[str, Any]], *, title: str, name: str, accessed: date | None, statement: str
) -> CaseMeta:
    """Return the head of a store.

    Parameters
    ----------
    runs
        Summaries of runs, in the order of files by name and of rows.
    title
        Stands in for a title of their own; ``name``, that of the folder, where there are several files.
    accessed
        When the files were got, for their citations.
    statement
        On what ground the user may pass ACLED's rows on; recorded where there are any.
    """
    heads = [read_meta(str(run["head"])) for run in runs if run.get("head")]
    labels = list(dict.fromkeys(run["label"] for run in runs))
    made = heads[0] if len(heads) == 1 else _merged(heads, is_one_file=len(labels) == 1, name=name)
    made = replace(made, citation=" ".join(_citations(runs, accessed)) or made.citation)
    if title.strip():
        made = replace(made, title=title.strip())
    if statement.strip() and LICENCE in made.licence:
        made = with_statement(made, " ".join(statement.split()))
    return made


def _merged(heads: Sequence[CaseMeta], *, is_one_file: bool, name: str) -> CaseMeta:
    first = heads[0]
    words = name.replace("_", " ").replace("-", " ").strip() or "store"
    zones = {head.time_zone for head in heads}
    stated = all(head.information_stated for head in heads)
    low, high = min(head.date_from for head in heads), max(head.date_to for head in heads)
    parties = {party.id: party for head in reversed(heads) for party in head.parties}
    kept_zones = dict(pair for head in reversed(heads) for pair in head.party_zones)
    corrections = {(item.date, item.text): item for head in heads for item in head.corrections}
    return CaseMeta(
        id=first.id if is_one_file else slug(words) or "store",
        title=first.title if is_one_file else words,
        summary="",
        version="",
        information_as_of=max(head.information_as_of for head in heads) if stated else high,
        time_zone=zones.pop() if len(zones) == 1 else "UTC",
        date_from=low,
        date_to=high,
        focus=_distinct(unit for head in heads for unit in head.focus),
        licence="; ".join(_distinct(without_statement(head.licence) for head in heads)),
        citation=" ".join(_distinct(head.citation for head in heads)),
        unknowns=_distinct(text for head in heads for text in head.unknowns),
        view=None,
        inferred_rule="; ".join(_distinct(head.inferred_rule for head in heads)),
        corrections=tuple(corrections[key] for key in sorted(corrections)),
        parties=tuple(parties[key] for key in sorted(parties)),
        party_zones=tuple(
            (parties[key].name, kept_zones[parties[key].name])
            for key in sorted(parties)
            if parties[key].name in kept_zones
        ),
        information_stated=stated,
        generalised=_finest(head.generalised for head in heads),
        excerpt="; ".join(_distinct(head.excerpt for head in heads)),
    )


def _finest(levels: Iterable[str]) -> str:
    """Return the finest level that is left: that of a whole case, where one of several is whole."""
    found = set(levels)
    if "" in found:
        return ""
    return next((level for level in PRECISIONS if level in found), "")


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _citations(runs: Sequence[Mapping[str, Any]], accessed: date | None) -> list[str]:
    """Return one citation a provider, of all its files together, and those of the other files."""
    parts: dict[str, list[Mapping[str, Any]]] = {}
    others = []
    for run in runs:
        if "work" in run:
            parts.setdefault(str(run["work"]), []).append(run)
        elif run.get("head"):
            others.append(read_meta(str(run["head"])).citation)
    found = []
    for work, of_work in parts.items():
        days = [run[name] for run in of_work for name in ("first", "last") if run[name]]
        countries = {name for run in of_work for name in run["countries"]}
        found.append(composed(work, Part(min(days, default=""), max(days, default=""), countries), accessed))
    return list(_distinct([*found, *others]))
