"""What makes a folder a store."""

from __future__ import annotations

from pathlib import Path

STORE_FILE, FORMAT, VERSION = "store.json", "strikemap-store", 1
WORK, ABOUT = "work", "about.json"
# Folder of the arrays of a store, and in its work of what they are made of.
COLUMNS = "columns"


def is_store(path: Path) -> bool:
    """Return whether a folder is a store, or the unfinished beginning of one."""
    return path.is_dir() and ((path / STORE_FILE).is_file() or (path / WORK / ABOUT).is_file())
