"""Find a Chromium for the browser tests, or install one.

``python -m tests.browser.chromium`` prints the one that would be used; with ``--install`` it gets
one first where there is none, and sees to it that Playwright, which drives it, starts. Anything
missing is an error that names what to do, never a skip.
"""

# ruff: noqa: T201  a command line prints

from __future__ import annotations

import argparse
import os
import shlex
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
    """Return the path of a Chromium that Playwright can drive, installed first where there is none.

    Tried in order: the system's package (as root), Playwright's own build.

    Raises
    ------
    NoChromiumError
        If nothing helped.
    """
    _install_driver_library()
    try:
        return find_chromium()
    except NoChromiumError:
        if os.environ.get("CHROMIUM"):
            raise
    for command in _installers():
        if _run(command):
            try:
                return find_chromium()
            except NoChromiumError:
                continue  # a stub that only points to another store: the next installer
    raise NoChromiumError(REMEDY)


def _install_driver_library() -> None:
    """See to the one library that Playwright's driver needs and a bare Debian lacks."""
    driver = [sys.executable, "-m", "playwright", "--version"]
    if _answers(driver) or (_is_root_on_debian() and _run(_apt_install("libatomic1")) and _answers(driver)):
        return
    raise NoChromiumError(
        f"Playwright's driver does not start. Run `{' '.join(driver)}` to see why; on a bare Debian "
        "`apt-get install libatomic1` mends it."
    )


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    yield from filter(os.path.exists, MAC_PATHS)
    yield from map(str, _playwrights_own())


def _playwrights_own() -> list[Path]:
    """Return what ``playwright install chromium`` downloaded earlier, the newest first."""
    if sys.platform == "darwin":
        folder, name = Path.home() / "Library/Caches/ms-playwright", "*/*.app/Contents/MacOS/*"
    else:
        folder, name = Path.home() / ".cache/ms-playwright", "*/chrome"
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or folder)
    return sorted(folder.glob(f"chromium-*/{name}"), reverse=True)


def _installers() -> Iterator[str]:
    if _is_root_on_debian():
        yield _apt_install("chromium", "fonts-liberation")
    elif _is_root() and shutil.which("dnf"):
        yield "dnf install -y chromium"
    yield f"{shlex.quote(sys.executable)} -m playwright install chromium"


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _is_root_on_debian() -> bool:
    return _is_root() and shutil.which("apt-get") is not None


def _apt_install(*packages: str) -> str:
    return f"apt-get update -q && apt-get install -q -y --no-install-recommends {' '.join(packages)}"


def _starts(path: str) -> bool:
    """Tell whether ``path`` is a browser: some systems ship a script that only says where to get one."""
    return _answers([path, "--version"])


def _answers(command: list[str]) -> bool:
    try:
        answer = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _run(command: str) -> bool:
    print("$", command, file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    answer = subprocess.run(
        command, shell=True, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
    )
    return answer.returncode == 0


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
