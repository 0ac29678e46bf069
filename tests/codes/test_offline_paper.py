"""Paper at a gate without network: as good as the newest status list that the gate has, and no better."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest

from chalicelib.codes import wire
from chalicelib.codes.__main__ import main
from chalicelib.codes.issue import Issued
from chalicelib.codes.model import Reason
from chalicelib.codes.offline import OfflineVerdict, verify_offline
from chalicelib.codes.paper import wire as paper_wire
from chalicelib.codes.seal import tag
from chalicelib.codes.wire import to_text
from chalicelib.platform.crypto import sm2
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.times import rfc3339
from chalicelib.status.model import Carrier, Colour, ShownBy
from chalicelib.trust.model import DAY_S, KeyUse
from chalicelib.trust.status_list import (
    LIFETIME_S,
    SIZE,
    StatusList,
    Unpacked,
    UnverifiedToken,
    read_token,
    signed_list,
    uri,
)
from chalicelib.trust.trust_list import TrustList, read_list
from chalicelib.wiring import City
from functions import revoke_carriers
from infra.local.functions import Streamed
from infra.local.streams import Positions, StreamPump
from tests.world import NOON, Caller, StoppedClock, moved_in

HOUR = 3600


class Gate:
    """A gate that downloads what it needs when it is told to."""

    def __init__(self, city: City, api: Caller) -> None:
        self.city, self.api = city, api
        self.lists: list[UnverifiedToken] = []
        self.download()

    def download(self) -> None:
        """Everything that anybody may read."""
        self.answers = [
            self.api.get(f"/v1/status-lists/{one['number']}").body
            for one in self.api.get("/v1/status-lists").body["status_lists"]
        ]
        self.lists = [read_token(msgspec.convert(answer, Unpacked).token) for answer in self.answers]
        self.download_trust()

    def download_trust(self) -> None:
        """The trust list alone."""
        self.trust = published(self.city)

    def scan(self, text: str) -> OfflineVerdict:
        """Verify at this moment, by what was downloaded before."""
        now, root = self.city.clock(), self.city.custodian.root_public_key()
        return verify_offline(text, self.trust, now=now, expected_root=root, status_lists=self.lists)


def published(city: City) -> TrustList:
    document = city.key_store.published()
    assert document is not None
    return read_list(document)


class Person:
    """Somebody with a paper."""

    def __init__(self, city: City) -> None:
        self.city, self.holder = city, moved_in(city)
        self.paper_id = self.has_a_paper_made("first").paper_id

    def has_a_paper_made(self, wish: str) -> Any:
        return self.city.papers.issue(self.holder, Creation(wish, "digest"), now=self.city.clock())

    @property
    def paper(self) -> str:
        """The text of the symbol on it."""
        return self.city.papers.to_print(self.holder, self.paper_id, now=self.city.clock()).text

    def loses_it(self) -> None:
        self.city.papers.lose(self.holder, self.paper_id, now=self.city.clock())
        carried(self.city)


def carried(city: City) -> None:
    """The stream of the carriers table is read to its end."""
    function = Streamed("revoke_carriers", "carriers", batch=100, call=revoke)
    endpoint = city.settings.dynamodb_endpoint
    arn = city.dynamodb.describe_table(TableName="yima-carriers")["Table"]["LatestStreamArn"]
    streams = boto3.client("dynamodbstreams", endpoint_url=endpoint)
    StreamPump(streams, arn, function, positions=Positions(), report=print).pump()


def revoke(event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = revoke_carriers.revoke_carriers(event, None)
    assert answer == {"batchItemFailures": []}
    return answer


@pytest.fixture
def person(city: City, monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr(revoke_carriers, "city", lambda: city)
    return Person(city)


@pytest.fixture
def gate(city: City, api: Caller, person: Person) -> Gate:
    return Gate(city, api)


def test_a_good_paper_is_good_without_network_and_has_no_colour(person: Person, gate: Gate) -> None:
    verdict = gate.scan(person.paper)
    assert (verdict.reason, verdict.colour, verdict.status_list_age) == (None, None, 0)
    assert verdict.body is not None
    assert (verdict.body.carrier, verdict.body.shown_by) == (Carrier.PAPER, ShownBy.HOLDER)


def test_a_lost_paper_passes_by_an_old_list_which_says_how_old_it_is_and_not_by_a_new_one(
    person: Person, gate: Gate, clock: StoppedClock
) -> None:
    paper = person.paper
    clock.advance(HOUR)
    person.loses_it()
    clock.advance(HOUR)
    by_old = gate.scan(paper)
    assert (by_old.reason, by_old.status_list_age) == (None, 2 * HOUR)
    gate.download()
    by_new = gate.scan(paper)
    assert (by_new.reason, by_new.status_list_age) == (Reason.CARRIER_REVOKED, HOUR)


def test_a_paper_that_was_made_again_is_dead_and_the_new_one_lives(person: Person, gate: Gate) -> None:
    old = person.paper
    person.paper_id = person.has_a_paper_made("second").paper_id
    carried(person.city)
    gate.download()
    assert gate.scan(old).reason is Reason.CARRIER_REVOKED
    assert gate.scan(person.paper).reason is None


def test_of_two_copies_of_a_list_either_revokes(person: Person, gate: Gate, clock: StoppedClock) -> None:
    paper, before = person.paper, gate.lists
    clock.advance(HOUR)
    person.loses_it()
    gate.download()
    for lists in ([*before, *gate.lists], [*gate.lists, *before]):
        gate.lists = lists
        verdict = gate.scan(paper)
        assert (verdict.reason, verdict.status_list_age) == (Reason.CARRIER_REVOKED, 0)


def signed(city: City, number: int, *, size: int = SIZE, use: KeyUse = KeyUse.CARRIER) -> UnverifiedToken:
    """A list of the city as it might be."""
    key = city.ring.signing(use, now=NOON)
    return read_token(
        signed_list(StatusList.empty(size), sub=uri(city.settings.region, number), key=key, issued_at=NOON).token
    )


def test_without_a_good_copy_of_the_very_list_a_gate_cannot_tell(
    person: Person, gate: Gate, city: City, clock: StoppedClock
) -> None:
    good = gate.lists
    for lists in ([], [signed(city, 2)], [signed(city, 1, use=KeyUse.CODE)], [signed(city, 1, size=0)]):
        gate.lists = lists
        verdict = gate.scan(person.paper)
        assert (verdict.reason, verdict.status_list_age) == (Reason.UNAVAILABLE, None)
        gate.lists = [*lists, *good]
        assert gate.scan(person.paper).reason is None
    for past_its_end, reason in ((0, None), (1, Reason.UNAVAILABLE)):
        clock.now = float(NOON + LIFETIME_S + past_its_end)
        city.custodian.publish(now=int(clock()))
        gate.download_trust()
        assert gate.scan(person.paper).reason is reason


def test_a_paper_is_good_for_its_180_days_at_a_gate_too(person: Person, gate: Gate, clock: StoppedClock) -> None:
    paper, city = person.paper, person.city
    for days in range(20, 181, 20):
        clock.now = float(NOON + days * DAY_S)
        city.custodian.run(now=int(clock()))
        city.status_lists.publish(now=int(clock()))
        gate.download()
        assert gate.scan(paper).reason is None
    clock.advance(1)
    assert gate.scan(paper).reason is Reason.EXPIRED


def test_every_flipped_bit_of_what_is_signed_is_refused(person: Person, gate: Gate) -> None:
    raw = wire.raw_of(person.paper)
    for bit in range(8 * (len(raw) - 12)):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        assert gate.scan(to_text(bytes(flipped))).reason is not None, bit


def test_a_paper_signed_by_a_key_for_codes_is_none(person: Person, gate: Gate) -> None:
    key = person.city.ring.signing(KeyUse.CODE, now=NOON)
    body = replace(paper_wire.parse(wire.raw_of(person.paper)).body, kid=key.record.kid)
    signed = body.signed_bytes() + sm2.sign(key.pair, body.signed_bytes())
    assert gate.scan(to_text(signed + tag(key.seal_keys, signed))).reason is Reason.UNKNOWN_KEY


def on_a_guardians_screen(city: City) -> Issued:
    """A dependant's code."""
    return city.issuer.issue(moved_in(city), now=city.clock(), delegation="0badcafe")[0]


def test_a_code_on_a_guardians_screen_says_so(city: City, gate: Gate) -> None:
    verdict = gate.scan(on_a_guardians_screen(city).text)
    assert (verdict.reason, verdict.colour) == (None, Colour.GREEN)
    assert verdict.body is not None
    assert verdict.body.shown_by is ShownBy.GUARDIAN


@pytest.fixture
def files(gate: Gate, tmp_path: Path) -> list[str]:
    """What the gate has downloaded, as arguments of the command."""
    trust, arguments = tmp_path / "trust-list.json", []
    trust.write_bytes(msgspec.json.encode(gate.trust))
    for answer in gate.answers:
        file = tmp_path / f"status-list-{answer['number']}.json"
        file.write_text(json.dumps(answer))
        arguments += ["--status-list", str(file)]
    return ["--trust-list", str(trust), *arguments, "--at", rfc3339(NOON + 60)]


def test_the_command_says_by_what_and_how_old_the_list_is(
    person: Person, city: City, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify-offline", person.paper, *files]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["carrier"], told["shown_by"]) == ("accepted", "paper", "holder")
    assert (told["status_list_age_seconds"], told["colour"], told["colour_as_of"]) == (60, None, None)
    assert "colour" in told["not_checked"]

    assert main(["verify-offline", on_a_guardians_screen(city).text, *files]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["carrier"], told["shown_by"], told["status_list_age_seconds"]) == ("screen", "guardian", None)
    assert "delegation_ended" in told["not_checked"]


def test_the_command_cannot_tell_of_a_paper_without_its_list(
    person: Person, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    without = [*files[:2], *files[4:]]
    assert main(["verify-offline", person.paper, *without]) == 2
    assert json.loads(capsys.readouterr().out)["reason"] == "unavailable"


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"protected":"","claims":"","signature":""}', b'{"protected":1}', b"\xff"]
)
def test_a_file_that_is_no_status_list_is_said_to_be_none(
    files: list[str], content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(files[3]).write_bytes(content)
    assert main(["verify-offline", "YM1:", *files]) == 2
    assert "status-list-1.json is no status list" in capsys.readouterr().err
