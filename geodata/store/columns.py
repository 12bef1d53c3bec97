"""What is mapped for every view, made from finished parts: see ``docs/decisions/store.md``."""

from __future__ import annotations

from pathlib import Path


def finish_columns(folder: Path) -> None:
    """Write ``columns/`` of a store from its finished parts; not built here yet."""
