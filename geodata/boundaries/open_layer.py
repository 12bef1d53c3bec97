"""Open a layer by what a user types: the name of a file, or the key of a download."""

from __future__ import annotations

from pathlib import Path

from geodata.boundaries.fetch import load_cached
from geodata.boundaries.layer import BoundaryLayer
from geodata.boundaries.layer_cache import list_cached
from geodata.boundaries.own import read_layer
from geodata.errors import UsageError


def open_layer(name: str, *, level: int | None = None, licence: str = "") -> BoundaryLayer:
    """Return a boundary layer from a file, or one that was downloaded before.

    Parameters
    ----------
    name
        A path, or a key such as ``gbopen-PAK-ADM2``. A file of that name goes first.
    level
        What the units of a file are, 2 by default; a downloaded layer has its own level.
    licence
        Licence of a file; a downloaded layer has its own.

    Raises
    ------
    UsageError
        If there is neither such a file nor such a layer, or if a downloaded layer is told a
        level or a licence that are not its own.
    BoundaryError, InputError
        If the file cannot be used; see ``read_layer``.
    """
    path = Path(name)
    if path.is_file():
        return read_layer(path, level=2 if level is None else level, licence=licence)
    found = load_cached(name)
    if found is None:
        kept = ", ".join(entry.key for entry in list_cached()) or "none"
        raise UsageError(
            "is neither a file nor a downloaded layer",
            column="boundaries",
            value=name,
            remedy=f"Downloaded are: {kept}. See: python -m geodata boundaries fetch --help",
        )
    layer = found[1]
    if licence or level not in (None, layer.level):
        raise UsageError(
            f"a downloaded layer has its own level ({layer.level}) and licence",
            column="boundaries",
            value=name,
            remedy="Leave out --boundaries-level and --boundaries-licence",
        )
    return layer
