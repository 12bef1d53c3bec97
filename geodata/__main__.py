"""``python -m geodata``: the command line."""

import sys

from geodata.cli import run

if __name__ == "__main__":
    sys.exit(run())
