"""One download over HTTP: redirects, limits, stalls and cut-off answers, each with its words.

``requests`` rather than the standard library: it takes certificates from ``certifi`` (a
Python on a Mac has none of its own), knows the proxy settings of the system, has a limit
for connecting apart from the one for waiting, and undoes gzip as it arrives.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3.exceptions

from geodata import __version__
from geodata.errors import BoundaryError

Progress = Callable[[int, int | None, str], None]
_CHUNK = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)
LFS_POINTER = b"version https://git-lfs"


class FetchError(BoundaryError):
    """A download that did not come; ``offline`` where the host could not be reached at all."""

    def __init__(self, reason: str, *, offline: bool = False, **places: Any) -> None:
        self.offline = offline
        super().__init__(reason, **places)


class PointerError(FetchError):
    """The answer stands for the file instead of being it (Git LFS)."""


@dataclass(frozen=True)
class Limits:
    """What a download may take.

    ``connect_s`` seconds until a connection stands, ``stall_s`` seconds in which not one
    byte comes (a slow answer that keeps coming may take as long as it likes).
    """

    connect_s: float = 15.0
    stall_s: float = 60.0
    answer_bytes: int = 1_000_000
    geometry_bytes: int = 300_000_000
    redirects: int = 6


class _Session(requests.Session):
    """A session that leaves redirects to us, unread: their own bodies have no limit."""

    def get_redirect_target(self, resp: Any) -> None:
        """Return None: nothing is followed here."""


def check_url(url: str, *, before: str = "") -> str:
    """Return ``url`` if it may be asked: https, or any http host of this machine.

    ``before`` is the address that led there: from https only to https.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise _no_address(url) from error
    plain = parts.scheme == "http" and _is_loopback(host) and not before.startswith("https:")
    if not host or not (parts.scheme == "https" or plain):
        raise FetchError(
            "the provider leads to an address that is not https, which is not followed",
            value=url[:200],
            remedy="Download the file by hand if you trust it, and open it as your own",
        )
    return url


def _no_address(url: str) -> FetchError:
    return FetchError(
        "the provider leads to what is no address", value=url[:200], remedy="Report it to the provider"
    )


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise _no_address(location) from error


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _opened(session: requests.Session, url: str, limits: Limits, before: str) -> Iterator[Any]:
    """Give the answer at the end of the redirects."""
    for _ in range(limits.redirects + 1):
        check_url(url, before=before)
        response = session.get(
            url,
            stream=True,
            allow_redirects=False,
            timeout=(limits.connect_s, limits.stall_s),
            headers={"User-Agent": f"Strikemap/{__version__}", "Accept": "application/json, */*;q=0.5"},
        )
        with response:
            if response.status_code not in _REDIRECTS:
                _check_status(response)
                yield response
                return
            before, url = url, _joined(url, response.headers.get("location", ""))
    raise FetchError(f"more than {limits.redirects} redirects", value=url[:200], remedy="Try again later")


def _check_status(response: Any) -> None:
    status = response.status_code
    if status == 200:
        return
    host = urlsplit(response.url).hostname
    words = {
        404: "has no such layer",
        410: "has no such layer any more",
        401: "asks for a login",
        403: "refuses the request",
        407: "needs a login at the proxy",
        429: "asks to wait before the next request",
    }.get(status, "has a fault" if status >= 500 else "gave no file")
    raise FetchError(
        f"{host} {words} (HTTP {status})",
        value=response.url[:200],
        remedy="Try another level or release" if status in (404, 410) else "Try again later",
    )


def download(
    url: str,
    target: IO[bytes],
    *,
    limit_bytes: int,
    limits: Limits,
    words: str,
    progress: Progress | None = None,
    before: str = "",
) -> str:
    """Write what is at ``url`` to ``target`` and return the address it came from in the end.

    Parameters
    ----------
    limit_bytes
        The most that is taken, unpacked; a larger answer is refused as soon as it says so.
    words
        What is downloaded, for ``progress`` and messages.
    progress
        Called with bytes so far, bytes in all (None where not said), and ``words``.
    before
        The address that named this one.

    Raises
    ------
    FetchError
        Whatever goes wrong; ``target`` then holds rubbish.
    """
    try:
        with _Session() as session, _opened(session, url, limits, before) as response:
            _copy(response, target, limit_bytes, words, progress)
            return str(response.url)
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
        connecting = isinstance(error, requests.ConnectTimeout)
        wait = limits.connect_s if connecting else limits.stall_s
        raise FetchError(
            f"{_host(url)} cannot be reached in {wait:g} s"
            if connecting
            else f"the answer stalled: no byte for {wait:g} s",
            offline=connecting,
            remedy="Try again later",
        ) from error
    except requests.exceptions.SSLError as error:
        raise FetchError(
            f"{_host(url)} has no certificate that can be trusted",
            remedy="A network that inspects traffic needs its certificate in REQUESTS_CA_BUNDLE",
        ) from error
    except requests.exceptions.ProxyError as error:
        raise FetchError(
            "the proxy cannot be reached or refuses the request",
            offline=True,
            remedy="Check HTTPS_PROXY",
        ) from error
    except (
        requests.exceptions.ContentDecodingError,
        requests.exceptions.ChunkedEncodingError,
        urllib3.exceptions.HTTPError,
    ) as error:
        raise FetchError("the answer broke off or is damaged", value=url[:200], remedy="Try again") from error
    except requests.ConnectionError as error:
        if error.args and isinstance(error.args[0], urllib3.exceptions.ProtocolError):
            raise FetchError(
                f"{_host(url)} hung up without an answer", value=url[:200], remedy="Try again"
            ) from error
        raise FetchError(
            f"{_host(url)} cannot be reached", offline=True, remedy="Try again with a network"
        ) from error
    except (requests.RequestException, UnicodeError) as error:
        raise FetchError("the request failed", value=url[:200], remedy="Try again later") from error


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _copy(response: Any, target: IO[bytes], limit_bytes: int, words: str, progress: Progress | None) -> None:
    declared = response.headers.get("content-length", "")
    total = int(declared) if declared.isdecimal() else None
    if total is not None and total > limit_bytes:
        raise _too_large(total, limit_bytes, words)
    packed = response.headers.get("content-encoding", "identity") not in ("identity", "")
    done = 0
    start = b""
    # read1 gives what has come, so that every byte counts against the stall.
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        done += len(chunk)
        if done > limit_bytes:
            raise _too_large(done, limit_bytes, words)
        if len(start) < 64:
            start = (start + chunk)[:64]
            if start.startswith(LFS_POINTER):
                raise PointerError(
                    "the answer is a pointer of Git LFS, not the file",
                    value=response.url[:200],
                    remedy="Try the simplified outlines, or later",
                )
        target.write(chunk)
        if progress:
            progress(done, None if packed else total, words)
    if total is not None and response.raw.tell() < total:
        raise FetchError(
            f"the answer broke off after {response.raw.tell():,} of {total:,} bytes",
            value=response.url[:200],
            remedy="Try again",
        )


def _too_large(size: int, limit: int, words: str) -> FetchError:
    return FetchError(
        f"{words}: more than the {limit / 1e6:,.0f} MB that are taken ({size / 1e6:,.0f} MB)",
        remedy="Ask for the simplified outlines",
    )
