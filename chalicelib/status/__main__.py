"""`python -m chalicelib.status COMMAND`: what health officers and operators do from a shell.

Each command is a line in `COMMANDS`: what it takes, and what it does. It answers the exit status.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from chalicelib.status import draw_timeline


class Command(NamedTuple):
    """One subcommand: what it is for, the arguments it takes, and what it does; answers the exit status."""

    help: str
    takes: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and do it; answers the exit status."""
    parser = argparse.ArgumentParser(prog="python -m chalicelib.status")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        one = commands.add_parser(name, help=command.help, description=command.help)
        command.takes(one)
        one.set_defaults(run=command.run)
    options = parser.parse_args(arguments)
    status: int = options.run(options)
    return status


def _check_policy(options: argparse.Namespace) -> int:
    """Print the mistakes of a policy file, or what is found in it; 0: nothing, 1: findings or mistakes, 2: no file."""
    from chalicelib.status.policy.checking import findings
    from chalicelib.status.policy.mistakes import MistakenPolicy
    from chalicelib.status.policy.reading import read

    try:
        policy = read(options.file.read_text(encoding="utf-8"))
    except MistakenPolicy as error:
        print(*(f"{options.file}:{mistake.line}: {mistake}" for mistake in error.mistakes), sep="\n")
        return 1
    except (OSError, UnicodeError) as error:
        print(f"check-policy: {options.file} cannot be read: {error}", file=sys.stderr)
        return 2
    found = findings(policy)
    print(f"{policy.key}: {len(policy.rules)} rules, {len(found)} findings")
    print(
        *(f"  {finding.code}: {finding.text.en} {finding.text.zh}" for finding in found),
        sep="\n",
        end="\n" if found else "",
    )
    return 1 if found else 0


def _print_schema(options: argparse.Namespace) -> int:
    """Print the JSON Schema of policy files."""
    import json

    from chalicelib.status.policy.model import schema

    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0


def _takes_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a policy file (YAML; docs/policies.md)")


def _takes_nothing(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


COMMANDS = {
    "check-policy": Command("tell the mistakes in a policy file, or what is found in it", _takes_file, _check_policy),
    "timeline": Command("print a timeline, or draw it", draw_timeline.takes, draw_timeline.run),
    "policy-schema": Command("print the JSON Schema of policy files", _takes_nothing, _print_schema),
}

if __name__ == "__main__":
    sys.exit(main())
