"""How a picture is made: paper, resolution, date, title."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from geodata.errors import UsageError
from geodata.render.print_layout import PAPERS

DPI_RANGE = (96, 600)
LONGEST_TITLE = 500
PROJECTIONS = ("auto", "mercator")


@dataclass(frozen=True)
class PrintOptions:
    """How a picture is made.

    Parameters
    ----------
    production_date
        The date of the file, printed as "Produced …"; nothing else reads a clock.
    paper
        A name in :data:`PAPERS`.
    dpi
        Dots per inch, 96 to 600; a vector picture has the paper's size at any.
    title
        Stands in for the scene's title; plain text, at most 500 characters.
    projection
        ``auto`` for one that suits the extent, ``mercator`` for Web Mercator, as on screen.
    graticule
        Whether meridians and parallels are drawn.
    is_plain
        Leave title, legend, lists and locator to a graphics desk; the line with credits
        and disclaimer stays, and so do scale and north, which nobody can redraw.
    is_dated
        Whether the date is printed: not where it stands in for one that nobody stated.

    Raises
    ------
    UsageError
        If a value is none of these; the message names those that are.
    """

    production_date: date
    paper: str = "a4-landscape"
    dpi: int = 300
    title: str = ""
    projection: str = "auto"
    graticule: bool = False
    is_plain: bool = False
    is_dated: bool = True

    @property
    def printed_date(self) -> date | None:
        """The date that is printed, if any."""
        return self.production_date if self.is_dated else None

    def __post_init__(self) -> None:
        if self.paper not in PAPERS:
            raise UsageError(
                "unknown paper", column="paper", remedy=f"Choose one of {', '.join(PAPERS)}", value=self.paper
            )
        if self.projection not in PROJECTIONS:
            raise UsageError(
                "unknown projection",
                remedy=f"Choose one of {', '.join(PROJECTIONS)}",
                value=self.projection,
            )
        low, high = DPI_RANGE
        if isinstance(self.dpi, bool) or not isinstance(self.dpi, int) or not low <= self.dpi <= high:
            raise UsageError(
                f"dpi must be a whole number from {low} to {high}",
                remedy="Screens read 96, print 300",
                value=self.dpi,
            )
        if len(self.title) > LONGEST_TITLE:
            raise UsageError(
                f"the title is longer than {LONGEST_TITLE} characters",
                remedy="Shorten it",
                value=f"{len(self.title)} characters",
            )
        object.__setattr__(self, "title", one_line(self.title))

    @property
    def pixels(self) -> tuple[int, int]:
        """Return width and height of the picture at its resolution."""
        width, height = PAPERS[self.paper]
        return round(width / 25.4 * self.dpi), round(height / 25.4 * self.dpi)


def one_line(text: str) -> str:
    """Return a text without line breaks and control characters, which no format may hold."""
    shown = (" " if mark.isspace() else mark for mark in text)
    return "".join(mark for mark in shown if unicodedata.category(mark) not in ("Cc", "Cs")).strip()
