"""``python -m geodata``: the command line."""

import sys

# pandera asks for hypothesis where that is installed, which only tests need and which takes a second.
sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]

from geodata.cli import run  # noqa: E402

if __name__ == "__main__":
    sys.exit(run())
