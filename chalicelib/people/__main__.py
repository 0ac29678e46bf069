"""`python -m chalicelib.people appoint ROLE`, or `suspend`: who acts for the city, from an operator's shell.

Who it is comes from standard input, since a command line is kept in histories and shown to everybody on the machine:
`{"document_type": "resident_id", "document_number": "…", "name": "…"}`. The person must have logged in once.

Takes the city from the same YIMA_* and AWS settings as the functions. Prints one JSON object and ends with 0 when it is
done, 1 when there is no such person or officer, 2 when it cannot be told.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from chalicelib.people.model import Identity
from chalicelib.platform.permissions import Role

if TYPE_CHECKING:
    from chalicelib.people.officers import Officers
    from chalicelib.people.residents import Residents


class Registry(NamedTuple):
    """Who is who and who is in which office, in the city that the environment names."""

    residents: Residents
    officers: Officers


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and who it is about, do it, print; answers the exit status."""
    options = _parser().parse_args(arguments)
    # What can fail is imported here: the tables read the environment as soon as they are imported.
    from botocore.exceptions import BotoCoreError, ClientError
    from pynamodb.exceptions import PynamoDBException

    from chalicelib.platform.http.refusals import Refusal, Unavailable
    from chalicelib.platform.settings import SettingsError

    try:
        print(json.dumps(options.carry_out(_registry(), _person(), options), ensure_ascii=False))
    except Unavailable:
        return _failed(2, "it cannot be told: the city's keys cannot be reached")
    except Refusal as refusal:
        return _failed(1, f"{refusal.title}. {refusal.detail}")
    except (msgspec.DecodeError, UnicodeError):
        return _failed(2, "standard input is not a JSON object with document_type, document_number and name")
    except (SettingsError, PynamoDBException, BotoCoreError, ClientError) as error:
        return _failed(2, f"it cannot be told: {error}")
    return 0


def appoint(registry: Registry, person: Identity, options: argparse.Namespace) -> dict[str, str]:
    """An office for a person, beside those they have."""
    registry.officers.appoint(_holder(registry, person), options.role, name=person.name)
    return {"role": options.role, "standing": "active"}


def suspend(registry: Registry, person: Identity, options: argparse.Namespace) -> dict[str, str]:
    """No office any more for a person, from this moment on."""
    registry.officers.suspend(_holder(registry, person))
    return {"standing": "suspended"}


def _holder(registry: Registry, person: Identity) -> str:
    """The holder a person is; raises a `Refusal`, also where the city knows the document under another name."""
    from time import time

    from chalicelib.people.refusals import NotYetHere
    from chalicelib.status.residents import Document

    now = time()
    index = registry.residents.index_of(Document(person.document_type, person.document_number), now=now)
    holder = registry.residents.holder_of(index)
    if holder is None or registry.residents.identity(holder, now=now) != person:
        raise NotYetHere
    return holder


def _parser() -> argparse.ArgumentParser:
    """What the command takes."""
    parser = argparse.ArgumentParser(prog="python -m chalicelib.people", description="Who it is comes as JSON on stdin")
    commands = parser.add_subparsers(required=True)
    new = commands.add_parser("appoint", help="give a person an office")
    new.add_argument("role", metavar="ROLE", type=Role, help=", ".join(Role))
    new.set_defaults(carry_out=appoint)
    old = commands.add_parser("suspend", help="take all offices from a person, at once")
    old.set_defaults(carry_out=suspend)
    return parser


def _person() -> Identity:
    """Who it is about; raises ValueErrors where standard input does not say so."""
    return msgspec.json.decode(sys.stdin.buffer.read(), type=Identity)


def _registry() -> Registry:
    """The people of the city that the environment names."""
    from chalicelib.people.family.marks import Marks
    from chalicelib.people.family.rights import Rights
    from chalicelib.people.family.store import DelegationStore
    from chalicelib.people.guardians import Guardians
    from chalicelib.people.officers import Officers
    from chalicelib.people.residents import Residents
    from chalicelib.people.store import OfficerStore, PeopleStore
    from chalicelib.platform.aws import kms, tuned_dynamodb
    from chalicelib.platform.settings import Settings
    from chalicelib.trust.fields import Fields
    from chalicelib.trust.ring import KeyRing
    from chalicelib.trust.store import KeyStore
    from chalicelib.trust.wrapping import wrapper

    city = Settings.from_environment()
    ring = KeyRing(lambda: KeyStore(city.region), lambda: wrapper(city.key_wrap, lambda: kms(city)), max_age=600)
    delegations = DelegationStore()
    guardians = Guardians(delegations, lambda: Rights(delegations, Marks(tuned_dynamodb(city), city.table("statuses"))))
    residents = Residents(PeopleStore(), guardians, Fields(ring))
    return Registry(residents, Officers(OfficerStore()))


def _failed(status: int, why: str) -> int:
    """Say why not, in one line that tells nothing of the person; answers the exit status."""
    print(f"python -m chalicelib.people: {why}", file=sys.stderr)
    return status


if __name__ == "__main__":
    logging.getLogger("yima.metrics").disabled = True  # counters are for functions; here stdout is the answer
    sys.exit(main())
