"""What the modules of the command line share: exit codes, the parser, what is printed where."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from geodata.errors import UsageError

DONE, REFUSED, WRONG, STOPPED = 0, 1, 2, 130

Answer = tuple[int, dict[str, Any]]
Command = Callable[[argparse.Namespace], Answer]


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors of ours, so that ``--json`` holds for them too."""

    def error(self, message: str) -> NoReturn:
        """Raise a complaint as an error of ours."""
        raise UsageError(message, remedy=f"See: {self.prog} --help")


def add_command(
    commands: Any, name: str, command: Command, words: str, epilog: str = ""
) -> argparse.ArgumentParser:
    """Add a command with the options that every command has."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=words,
        description=f"{words[:1].upper()}{words[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    nothing = argparse.SUPPRESS  # keeps what was said before the command
    parser.add_argument("--json", action="store_true", default=nothing, help="one JSON object on stdout")
    parser.add_argument(
        "--strict", action="store_true", default=nothing, help="exit 1 if any row is rejected"
    )
    parser.set_defaults(command=command)
    return parser


def say(text: str) -> None:
    """Tell a person something, on stderr."""
    print(text, file=sys.stderr)


def show(options: argparse.Namespace, lines: Iterator[str] | Sequence[str]) -> None:
    """Print an answer for a person, on stdout; a program gets it as JSON instead."""
    if not options.json:
        for line in lines:
            print(line)


def endings(formats: Sequence[str]) -> str:
    """Return endings of files as they are listed."""
    return ", ".join(f".{name}" for name in formats)
