"""Every error that ``geodata`` raises on purpose: what, where, and what to do."""

from __future__ import annotations


class GeodataError(Exception):
    """An input or request that cannot be served as it is.

    Parameters
    ----------
    reason
        What is wrong, as one sentence without a final stop.
    remedy
        What the reader can do about it.
    file, row, column, value
        Where it is; ``row`` as a spreadsheet numbers rows. Each is optional.
    """

    def __init__(
        self,
        reason: str,
        *,
        remedy: str = "",
        file: str = "",
        row: int | None = None,
        column: str = "",
        value: object = None,
    ) -> None:
        self.reason, self.remedy = reason, remedy
        self.file, self.row, self.column, self.value = file, row, column, value
        super().__init__(self.message())

    def message(self) -> str:
        """Return place, reason and remedy as one line of text."""
        place = [self.file] if self.file else []
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column}")
        if self.value is not None:
            place.append(f"value {str(self.value)[:120]!r}")
        head = f"{', '.join(place)}: " if place else ""
        tail = f". {self.remedy}" if self.remedy else ""
        return f"{head}{self.reason}{tail}"

    def as_dict(self) -> dict[str, object]:
        """Return the parts under the names of a report's rows, without empty ones."""
        parts = {
            "reason": self.reason,
            "remedy": self.remedy,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": None if self.value is None else str(self.value),
        }
        return {key: value for key, value in parts.items() if value not in ("", None)}


class UsageError(GeodataError):
    """A wrong option, an unknown case, a path that does not exist (exit 2)."""


class InputError(GeodataError):
    """A file that cannot be read at all, or holds no usable event (exit 1)."""


class BoundaryError(GeodataError):
    """A boundary id, level or pack that does not exist."""


class CrsError(GeodataError):
    """A frame without a CRS, or in another one than it must be."""
