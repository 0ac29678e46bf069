"""`python -m chalicelib.trust verify-journal CHAIN`: whether what officers did stands as it was written.

Takes the city from the same YIMA_* and AWS settings as the functions, and needs to query the journal table only. Prints
one JSON object and ends with 0 for a sound chain, 1 for a broken one, 2 when it cannot be told. Keep the printed `head`
elsewhere and give it to `--expect` the next time: only so can it be told whether the end was cut off.
"""

from __future__ import annotations

import argparse
import json
import sys

from chalicelib.trust.chain import Broken, Sound, check, parse_head


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, walk the chain, print; answers the exit status."""
    options = _parser().parse_args(arguments)
    # What can fail is imported here: the tables read the environment as soon as they are imported.
    from botocore.exceptions import BotoCoreError, ClientError
    from pynamodb.exceptions import PynamoDBException

    from chalicelib.platform.settings import SettingsError

    try:
        found = _checked(options)
    except (SettingsError, PynamoDBException, BotoCoreError, ClientError) as error:
        print(f"python -m chalicelib.trust: it cannot be told: {error}", file=sys.stderr)
        return 2
    print(json.dumps({"chain": options.chain, **_told(found)}, indent=2))
    return 0 if isinstance(found, Sound) else 1


def _parser() -> argparse.ArgumentParser:
    """What the command takes."""
    parser = argparse.ArgumentParser(prog="python -m chalicelib.trust")
    commands = parser.add_subparsers(required=True)
    verify = commands.add_parser("verify-journal", help="verify a chain of the journal from first to last")
    verify.add_argument("chain", metavar="CHAIN", help="the name of the chain, such as overrides")
    verify.add_argument(
        "--expect", type=parse_head, metavar="SEQ:HASH", help="a head that this command printed before: it must stand"
    )
    return parser


def _checked(options: argparse.Namespace) -> Sound | Broken:
    """The chain of the city that the environment names."""
    from chalicelib.trust.journal_store import JournalStore

    return check(JournalStore().entries(options.chain), expected=options.expect)


def _told(found: Sound | Broken) -> dict[str, object]:
    """The finding as the command prints it."""
    if isinstance(found, Sound):
        return {"sound": True, "entries": found.head.seq, "head": str(found.head)}
    return {"sound": False, "broken_at": found.seq, "why": str(found.flaw)}


if __name__ == "__main__":
    sys.exit(main())
