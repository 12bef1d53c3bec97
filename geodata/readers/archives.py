"""Zips from strangers: what is in them, refused where it would unpack to more than it says or should."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from geodata.errors import InputError

MOST_UNPACKED = 600_000_000
_MOST_MEMBERS = 2_000
_MOST_RATIO = 200  # a sheet of one value repeated packs to a hundredth; a bomb to a thousandth
_SMALL = 30_000_000  # below this a ratio proves nothing
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@contextmanager
def opened(data: bytes, file: str) -> Iterator[zipfile.ZipFile]:
    """Give the archive, its sizes checked; what is broken in it is an InputError here and inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive, file)
            yield archive
    except _BROKEN as error:
        raise InputError(
            f"is a zip that cannot be read: {str(error)[:120]}", file=file, remedy="Save or send it again"
        ) from error


def names(data: bytes) -> frozenset[str]:
    """Return the names in a zip; empty where it cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except (*_BROKEN, OSError, ValueError):
        return frozenset()


def member(archive: zipfile.ZipFile, name: str, file: str) -> bytes:
    """Return a member, no larger than the archive says that it is."""
    info = archive.getinfo(name)
    with archive.open(info) as handle:
        body = handle.read(info.file_size + 1)
    if len(body) != info.file_size:
        raise InputError(
            "is a zip that lies about a size", file=file, value=info.filename, remedy="Zip it again"
        )
    return body


def refuse_entities(body: bytes, file: str) -> None:
    """Refuse XML that defines entities: a few bytes of them can grow into gigabytes."""
    if b"<!doctype" in body[:4096].lower() or b"<!entity" in body[:65536].lower():
        raise InputError("has entities of its own, which are not read", file=file, remedy="Save it again")


def _check(archive: zipfile.ZipFile, file: str) -> None:
    infos = archive.infolist()
    if len(infos) > _MOST_MEMBERS:
        raise InputError(
            f"is a zip of {len(infos):,} files", file=file, remedy="Give the table alone, without the others"
        )
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise InputError(
                "holds a file that would land outside its folder",
                file=file,
                value=info.filename,
                remedy="Save it again",
            )
        if info.flag_bits & 1:
            raise InputError(
                "is locked with a password", file=file, value=info.filename, remedy="Save it without"
            )
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if total > MOST_UNPACKED or (total > _SMALL and total > _MOST_RATIO * max(packed, 1)):
        raise InputError(
            f"would unpack to {total / 1e6:,.0f} MB from {packed / 1e6:,.1f} MB",
            file=file,
            remedy="Cut it to the rows that you need, or save it as CSV",
        )
