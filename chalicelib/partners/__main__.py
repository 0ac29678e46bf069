"""`python -m chalicelib.partners register NAME`, or `suspend CLIENT_ID`: who may scan or report, from a shell.

A verifier scans codes; with `--card` it reads cards too, with `--document` it looks people up by the numbers of their
documents, with `--tags` it is told to which special groups somebody has agreed to be shown to belong, with
`--disclosure` it exchanges a scan for fields and with `--consent` it asks for consent. `--department` makes a
department, which reports evidence and special groups and scans nothing, `--partner` a partner, `--system` a system of
the city's own.

This is how a city gets its first clients, active at once; afterwards two operators let them in. The journal has either.

Takes the city from the same YIMA_* and AWS settings as the functions, and needs the clients table only. Prints one JSON
object and ends with 0 when it is done, 1 when there is no such client, or none that was ever let in, 2 when it cannot
be told.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.partners.clients.registry import Clients
    from chalicelib.partners.granting import Granting

LONGEST = 256
"""As much of a name, or of a client id, as the API takes."""

OPTIONS = ("card", "document", "tags", "disclosure", "consent")
KINDS = {
    "department": "it reports, and scans nothing",
    "partner": "it scans, exchanges scans for fields and asks for consent",
    "system": "it is one of the city's own, and is told of events",
}


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, do it, print; answers the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if _is_both(options):
        parser.error(
            "only a verifier or a partner scans: leave out --card, --document, --tags, --disclosure and --consent"
        )
    # What can fail is imported here: the tables read the environment as soon as they are imported.
    from botocore.exceptions import BotoCoreError, ClientError
    from pynamodb.exceptions import PynamoDBException

    from chalicelib.partners.refusals import ClientContended, ClientOutOfTurn, InvalidClient
    from chalicelib.platform.settings import SettingsError

    try:
        print(json.dumps(options.carry_out(_clients(), options), indent=2, ensure_ascii=False))
    except InvalidClient:
        return _failed(1, f"there is no client {options.subject!r}")
    except ClientOutOfTurn:
        return _failed(1, f"{options.subject!r} was not let in yet, or was refused")
    except (SettingsError, ClientContended, PynamoDBException, BotoCoreError, ClientError) as error:
        return _failed(2, f"it cannot be told: {error}")
    return 0


def register(clients: Clients, options: argparse.Namespace) -> dict[str, str]:
    """A new verifier or department; its secret is printed this once and kept nowhere."""
    from chalicelib.partners.clients import MORE_SCOPES
    from chalicelib.platform.permissions import Kind, of_kind

    kind = Kind(options.kind)
    more = {scope for option, scope in MORE_SCOPES.items() if getattr(options, option)}
    return clients.register(options.subject, scopes=of_kind(kind) | more, kind=kind)._asdict()


def suspend(clients: Clients, options: argparse.Namespace) -> dict[str, str]:
    """No further tokens for a client; the last one it has ends within five minutes."""
    clients.suspend(options.subject)
    return {"client_id": options.subject, "standing": "suspended"}


def _parser() -> argparse.ArgumentParser:
    """What the command takes."""
    parser = argparse.ArgumentParser(prog="python -m chalicelib.partners")
    commands = parser.add_subparsers(required=True)
    new = commands.add_parser("register", help="make a client; prints its client_id and client_secret, once")
    new.add_argument("subject", metavar="NAME", type=_text, help="who it is, as holders will read it")
    kinds = new.add_mutually_exclusive_group()
    for kind, what in KINDS.items():
        kinds.add_argument(f"--{kind}", dest="kind", action="store_const", const=kind, help=what)
    new.set_defaults(kind="verifier")
    new.add_argument("--card", action="store_true", help="it reads cards, too")
    new.add_argument("--document", action="store_true", help="it looks people up by number, too")
    new.add_argument("--tags", action="store_true", help="it is told of special groups, too")
    new.add_argument("--disclosure", action="store_true", help="it exchanges scans for fields, too")
    new.add_argument("--consent", action="store_true", help="it asks people for consent, too")
    new.set_defaults(carry_out=register)
    old = commands.add_parser("suspend", help="give a verifier no further tokens")
    old.add_argument("subject", metavar="CLIENT_ID", type=_text, help="its client_id")
    old.set_defaults(carry_out=suspend)
    return parser


def _is_both(options: argparse.Namespace) -> bool:
    """Whether a scanner's right is wished for who scans nothing: who reports on people does not watch them."""
    wants = vars(options)
    return wants.get("kind") in ("department", "system") and any(wants[option] for option in OPTIONS)


def _text(argument: str) -> str:
    """An argument that says something; raises ValueError, also where it is not Unicode."""
    text = argument.strip()
    if not 0 < len(text.encode()) <= LONGEST:
        raise ValueError
    return text


def _clients() -> Clients:
    """The clients of the city that the environment names. The shell gives no tokens, so it needs none of its keys."""
    from chalicelib.partners.clients.registry import Clients
    from chalicelib.partners.clients.store import ClientStore
    from chalicelib.platform.settings import Settings

    Settings.from_environment()  # refuses a deployment that would be wrong in silence
    return Clients(ClientStore(), _nobody)


def _nobody() -> Granting:
    """Who would give tokens here."""
    raise NotImplementedError


def _failed(status: int, why: str) -> int:
    """Say why not, in one line; answers the exit status."""
    print(f"python -m chalicelib.partners: {why}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
