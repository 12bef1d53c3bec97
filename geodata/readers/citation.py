"""Citations that compose themselves: the provider, what of it is in the file, and when it was got."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from geodata.days import day_words

_SHOWN = 5


@dataclass(frozen=True)
class Part:
    """Which part of a provider's data a file holds: the first and last day, and ISO 3166-1 codes or names."""

    first: str
    last: str
    countries: Collection[str]

    @property
    def words(self) -> str:
        """Return the part as the filters by which it was chosen."""
        named = sorted(self.countries)
        more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
        countries = ", ".join(named[:_SHOWN]) + more
        days = f"{self.first} to {self.last}" if self.first else "no days"
        return f"Filters: events of {days}; countries: {countries or 'not stated'}."


NOT_ACCESSED = "Accessed: not stated."


def composed(work: str, part: Part, accessed: date | None) -> str:
    """Return the citation of a provider's file.

    Parameters
    ----------
    work
        How the provider wants to be cited, a sentence or several.
    accessed
        The day on which the user got the file; no file says it.
    """
    return dated_citation(f"{work} {part.words} {NOT_ACCESSED}", accessed)


def dated_citation(citation: str, accessed: date | None) -> str:
    """Return a citation with the day on which the data were got, where it lacks one and there is one."""
    return citation.replace(NOT_ACCESSED, f"Accessed: {day_words(accessed)}.") if accessed else citation
