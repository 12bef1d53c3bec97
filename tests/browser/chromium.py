"""Find a Chromium for the browser tests, or install one.

``python -m tests.browser.chromium`` prints the one that would be used; with ``--install`` it gets
one first where there is none. No Chromium is an error that names what to do, never a skip.
"""

# ruff: noqa: T201  a command line prints

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_PATHS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
REMEDY = (
    "No Chromium found for the browser tests. Run `python -m tests.browser.chromium --install`, or "
    "`apt-get install chromium` (Debian), `brew install --cask chromium` (macOS), or set CHROMIUM to "
    "the path of one."
)


class NoChromiumError(RuntimeError):
    """There is no Chromium that starts."""


def find_chromium() -> str:
    """Return the path of ``$CHROMIUM``, else of the first Chromium here that starts.

    Raises
    ------
    NoChromiumError
        If none starts, or ``$CHROMIUM`` is set and does not.
    """
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        path = shutil.which(chosen)
        if path is None or not _starts(path):
            raise NoChromiumError(f"CHROMIUM is {chosen!r}, which does not start. Mend it, or unset it.")
        return path
    for path in _candidates():
        if _starts(path):
            return path
    raise NoChromiumError(REMEDY)


def install_chromium() -> str:
    """Return the path of a Chromium, installed first where there is none.

    Tried in order: the system's package (as root), Playwright's own build.
    """
    try:
        return find_chromium()
    except NoChromiumError:
        if os.environ.get("CHROMIUM"):
            raise
    for commands in _installers():
        if all(_run(command) for command in commands):
            try:
                return find_chromium()
            except NoChromiumError:
                continue  # a stub that only points to another store: the next installer
    raise NoChromiumError(REMEDY)


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    yield from filter(os.path.exists, MAC_PATHS)
    downloaded = _playwrights_own()
    if downloaded.exists():
        yield str(downloaded)


def _playwrights_own() -> Path:
    # Imported here: finding an installed Chromium needs no Playwright.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _installers() -> Iterator[list[list[str]]]:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        if shutil.which("apt-get"):
            install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]
            yield [["apt-get", "update"], install]
        elif shutil.which("dnf"):
            yield [["dnf", "install", "-y", "chromium"]]
    yield [[sys.executable, "-m", "playwright", "install", "chromium"]]


def _starts(path: str) -> bool:
    """Tell whether ``path`` is a browser: some systems ship a script that only says where to get one."""
    try:
        return (
            subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def _run(command: list[str]) -> bool:
    print("$", " ".join(command), file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode == 0


def main() -> int:
    """Print the path of the Chromium; return 1 where there is none."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.chromium", description=__doc__)
    parser.add_argument("--install", action="store_true", help="install one where there is none")
    wanted = parser.parse_args()
    try:
        print(install_chromium() if wanted.install else find_chromium())
    except NoChromiumError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
