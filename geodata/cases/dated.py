"""The day on which a provider's file was got, told after it was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from geodata.cases.read import Case
from geodata.cases.update import provider_of
from geodata.readers.citation import dated_citation


def dated(case: Case, accessed: date) -> Case:
    """Return a provider's case whose citation and own source name the day; any other case as it is."""
    provider = provider_of(case)
    if not provider:
        return case
    is_own = case.sources["source_id"] == provider
    day = case.sources["accessed"].mask(is_own & (case.sources["accessed"] == ""), accessed.isoformat())
    return replace(
        case,
        meta=replace(case.meta, citation=dated_citation(case.meta.citation, accessed)),
        sources=case.sources.assign(accessed=day.astype("str")),
    )
