"""The command line, thin: options in, one call into the library, one answer out.

Results go to stdout, progress and messages to stderr. Exit codes: 0 done; 1 the input
was refused; 2 the request was wrong. The library is imported when a command needs it,
so that ``--help`` answers at once.
"""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from geodata.cli_options import build_parser
from geodata.cli_parts import (
    REFUSED,
    STOPPED,
    WRONG,
    Command,
    say,
)
from geodata.errors import GeodataError, InputError, UsageError


def run() -> int:
    """Run the command line of this process; a fault of ours gives a short message."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Names of files need not be text; JSON needs UTF-8 on every system.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    argv = sys.argv[1:]
    try:
        return main(argv)
    except BrokenPipeError:  # the reader of our output left: "… | head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except Exception as error:
        return _refuse(argv, _internal(error), REFUSED)


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; faults of ours are raised."""
    try:
        options = build_parser().parse_args(_joined_bbox(argv))
        command: Command = options.command
        code, answer = command(options)
    except (UsageError, InputError) as error:
        return _refuse(argv, error, WRONG if isinstance(error, UsageError) else REFUSED)
    except GeodataError as error:
        return _refuse(argv, error, REFUSED)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _refuse(argv, _unreadable(error), REFUSED)
    except KeyboardInterrupt:
        return _refuse(argv, GeodataError("stopped"), STOPPED)
    if options.json:
        print(json.dumps(answer, ensure_ascii=False, allow_nan=False))
    sys.stdout.flush()
    return code


def _refuse(argv: Sequence[str], error: GeodataError, code: int) -> int:
    """Say what is wrong: to people on stderr, to programs on stdout too."""
    message = _message(error)
    say(f"error: {message}")
    if "--json" in argv:
        answer = {"error": {**error.as_dict(), "message": message}}
        report = getattr(error, "report", None)
        print(json.dumps({**(report.as_dict() if report else {}), **answer}, ensure_ascii=False))
    return code


def _message(error: GeodataError) -> str:
    """Return the message; what is a column of a table or a key of an address is an option here."""
    text = error.message()
    if not isinstance(error, UsageError) or not error.column:
        return text
    option = error.column.lstrip("-").replace("_", "-")
    return text.replace(f"column {error.column}", f"--{option}", 1)


def _unreadable(error: OSError) -> InputError:
    return InputError(
        f"cannot be opened: {error.strerror or error}",
        file=str(error.filename or ""),
        remedy="Check that it exists and that you may read it",
    )


def _internal(error: Exception) -> GeodataError:
    here = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "geodata" in Path(frame.filename).parts
    ]
    where = f" (geodata, {Path(here[-1].filename).name} line {here[-1].lineno})" if here else ""
    return GeodataError(
        f"a fault of Strikemap, not of your file: {type(error).__name__}: {error}{where}",
        remedy="Please report this line, the command and, if you may, the file",
    )


def _joined_bbox(argv: Sequence[str]) -> list[str]:
    """Write ``--bbox -10,…`` as ``--bbox=-10,…``: argparse takes a leading minus for an option."""
    joined: list[str] = []
    for word in argv:
        if joined and joined[-1] == "--bbox" and re.match(r"-[\d.]", word):
            joined[-1] = f"--bbox={word}"
        else:
            joined.append(word)
    return joined
