"""The pages of mapped files that count as this process's: given back when they have become many.

What is mapped is the system's to keep or drop, and dropping it loses nothing. Yet it counts as resident in
every process that has looked at it, up to the size of the files, until memory is short.
"""

from __future__ import annotations

import mmap
from pathlib import Path

# So much may be mapped and looked at, in MB, before it is given back; one answer looks at some 400 MB at
# most of ten million events.
MOST_RESIDENT_MB = 768
_STATM = Path("/proc/self/statm")
_DONT_NEED = getattr(mmap, "MADV_DONTNEED", None)


class Pages:
    """The mapped files of a store."""

    def __init__(self) -> None:
        self._maps: list[mmap.mmap] = []

    def add(self, mapped: object) -> None:
        """Note a mapped file; anything else is left alone."""
        if isinstance(mapped, mmap.mmap):
            self._maps.append(mapped)

    def relax(self) -> None:
        """Give all pages back if too many are resident; they come again when they are looked at."""
        if _DONT_NEED is not None and resident_mb() > MOST_RESIDENT_MB:
            for one in self._maps:
                one.madvise(_DONT_NEED)


def resident_mb() -> float:
    """Return how much of all mapped files is resident in this process; 0 where the system does not say."""
    try:
        pages = int(_STATM.read_text(encoding="ascii").split()[2])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * mmap.PAGESIZE / 1e6
