"""For every test: nothing skips, and nothing leaves this machine."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("strikemap", deadline=None)
settings.load_profile("strikemap")

OUTCOME = pytest.StashKey[dict[str, pytest.TestReport]]()


class OutsideConnectionError(AssertionError):
    """A test, or the code under test, asked another host for something."""


def is_outside(host: object) -> bool:
    """Tell whether ``host``, a name or an address, is another machine's."""
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in ("", "localhost"):
        return False
    try:
        address = ipaddress.ip_address(str(name).split("%")[0])
    except ValueError:
        return True
    return not (address.is_loopback or address.is_unspecified)


def _refuse_outside(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path: a socket of this machine
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if is_outside(host):
        raise OutsideConnectionError(f"{event} to {host!r}: tests work offline. Ship the data with the test.")


# An audit hook sees the calls of every package, and cannot be patched away by one of them.
sys.addaudithook(_refuse_outside)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail what skips, and keep each phase's report for the fixtures' teardown."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = _no_skip(report)
    item.stash.setdefault(OUTCOME, {})[report.when] = report
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that skips itself while it is read."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = _no_skip(report)
    return report


def _no_skip(report: pytest.TestReport | pytest.CollectReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    return f"{reason}\nWhat skips proves nothing: install what it needs, or delete it."
