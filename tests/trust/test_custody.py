"""Keys made, rotated, revoked and published; secrets at rest; tokens and fields under the ring's keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.platform.crypto.sealing import SealBroken
from chalicelib.platform.http.operation import Principal
from chalicelib.platform.http.refusals import ExpiredToken, InvalidToken
from chalicelib.platform.settings import SettingsError
from chalicelib.trust.model import KeyState, KeyUse, RotationPlan
from chalicelib.trust.refusals import UnknownKey
from chalicelib.trust.store import KeyCollision, KeyItem
from chalicelib.trust.tokens import Tokens
from chalicelib.trust.trust_list import read_list
from chalicelib.trust.wrapping import FileWrapper, KmsWrapper, wrapper
from chalicelib.wiring import City
from tests.world import NOON, StoppedClock, another_process

HOUR, DAY = 3600, 86_400


def states(city: City, use: KeyUse) -> list[str]:
    """The states of the keys of a use, oldest first."""
    keys = sorted(city.key_store.records(), key=lambda key: (key.not_before, key.kid))
    return [str(key.state) for key in keys if key.use is use]


def test_a_founded_city_has_one_active_key_of_each_use(city: City) -> None:
    assert {use: states(city, use) for use in KeyUse} == {
        KeyUse.CODE: ["active"],
        KeyUse.CARRIER: ["active"],
        KeyUse.REQUEST: ["active"],
        KeyUse.TOKEN: ["active"],
        KeyUse.FIELD: ["active"],
        KeyUse.INDEX: ["active"],
        KeyUse.ROOT: [],
    }


def test_founding_twice_changes_nothing(city: City) -> None:
    before, root = city.key_store.records(), city.custodian.root_public_key()
    city.custodian.run(now=NOON + 60)
    assert city.key_store.records() == before
    assert city.custodian.root_public_key() == root


def test_a_key_lives_through_its_days(city: City, clock: StoppedClock) -> None:
    custodian = another_process(clock, plan=RotationPlan(period=12 * HOUR, lead=HOUR, overlap=2 * HOUR)).custodian
    seen = {}
    for hour in range(1, 28):
        custodian.run(now=NOON + hour * HOUR)
        seen[hour] = states(city, KeyUse.CODE)
    assert seen[10] == ["active"]
    assert seen[11] == ["active", "pending"]
    assert seen[12] == ["retiring", "active"]
    assert seen[13] == ["retiring", "active"]
    assert seen[14] == ["retired", "active"]
    assert seen[26] == ["retired", "retired", "active"]
    assert states(city, KeyUse.FIELD) == ["active"], "what rests under it must stay readable"


def test_the_successor_is_on_the_trust_list_before_it_signs(city: City, clock: StoppedClock) -> None:
    successor = city.custodian.rotate(KeyUse.CODE, now=NOON)
    city.custodian.publish(now=NOON)
    document = city.key_store.published()
    assert document is not None
    listed = {key.kid: key.state for key in read_list(document).keys}
    assert listed[successor.kid] == "pending"
    city.ring.forget()
    assert city.ring.signing(KeyUse.CODE, now=NOON + RotationPlan().lead - 1).record.kid != successor.kid
    assert city.ring.signing(KeyUse.CODE, now=NOON + RotationPlan().lead).record.kid == successor.kid


def test_a_revoked_key_leaves_the_list_and_a_successor_signs_at_once(city: City, clock: StoppedClock) -> None:
    old = city.ring.signing(KeyUse.CODE, now=NOON).record.kid
    city.custodian.revoke(old, now=NOON + 1)
    document = city.key_store.published()
    assert document is not None
    assert old not in {key.kid for key in read_list(document).keys}
    elsewhere = another_process(clock)
    assert elsewhere.ring.signing(KeyUse.CODE, now=NOON + 1).record.kid != old
    assert city.ring.find(old, now=NOON + RotationPlan().ring_max_age + 1).state is KeyState.REVOKED  # type: ignore[union-attr]


def test_only_a_key_that_exists_can_be_revoked(city: City) -> None:
    with pytest.raises(UnknownKey):
        city.custodian.revoke("00000000", now=NOON)


def test_an_id_names_one_key_for_ever(city: City) -> None:
    with pytest.raises(KeyCollision):
        city.key_store.add(city.key_store.records()[0])


def test_secrets_rest_wrapped(city: City) -> None:
    for record in city.key_store.records():
        secret = city.ring.open(record).secret
        assert secret not in b"".join(item.wrapped or b"" for item in KeyItem.scan())
        assert secret.hex() not in repr(city.ring.open(record))


def test_the_root_key_rests_under_a_key_of_its_own(city: City) -> None:
    root = city.key_store.root()
    assert root is not None
    with pytest.raises(ClientError):
        city.key_wrapper.unwrap(root.wrapped, label="root#other")
    assert root.kid not in {key.kid for key in city.key_store.records()}


@pytest.fixture(params=["kms", "file"])
def rest(request: pytest.FixtureRequest, city: City, tmp_path: Path) -> KmsWrapper | FileWrapper:
    if request.param == "kms":
        return KmsWrapper(boto3.client("kms"), "alias/yima-issuer")
    return FileWrapper(tmp_path / "keys" / "kek")


def test_what_is_wrapped_is_unwrapped_and_bound_to_its_label(rest: KmsWrapper | FileWrapper) -> None:
    wrapped = rest.wrap(b"secret", label="code#1")
    assert b"secret" not in wrapped
    assert rest.unwrap(wrapped, label="code#1") == b"secret"
    with pytest.raises((SealBroken, ClientError)):
        rest.unwrap(wrapped, label="code#2")
    with pytest.raises((SealBroken, ClientError)):
        rest.unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]), label="code#1")


def test_a_local_key_encryption_key_is_for_its_owner_only(tmp_path: Path) -> None:
    FileWrapper(tmp_path / "kek").wrap(b"", label="")
    assert (tmp_path / "kek").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("address", ["", "kms:", "file:", "vault:x", "alias/yima"])
def test_an_address_that_names_no_key_is_refused_at_start(address: str) -> None:
    with pytest.raises(SettingsError):
        wrapper(address, lambda: boto3.client("kms"))


PRINCIPAL = Principal("client-1", frozenset({"code:verify"}), "地铁")


def test_a_token_says_who_is_asking_until_it_expires(city: City) -> None:
    token = city.tokens.issue(PRINCIPAL, now=NOON, lifetime=300)
    assert city.tokens.authenticate(token, now=NOON + 300) == PRINCIPAL
    with pytest.raises(ExpiredToken):
        city.tokens.authenticate(token, now=NOON + 321)


def test_a_token_outlives_the_rotation_of_its_key(city: City, clock: StoppedClock) -> None:
    token = city.tokens.issue(PRINCIPAL, now=NOON, lifetime=12 * HOUR)
    city.custodian.rotate(KeyUse.TOKEN, now=NOON)
    for hour in range(1, 12):
        city.custodian.run(now=NOON + hour * HOUR)
    assert another_process(clock).tokens.authenticate(token, now=NOON + 12 * HOUR) == PRINCIPAL


def parts(token: str) -> list[str]:
    """Key id, grant, signature."""
    return token.split(".")


FORGERIES: dict[str, Callable[[str], str]] = {
    "nothing": lambda token: "",
    "no token": lambda token: "a.b.c",
    "half a token": lambda token: token[: len(token) // 2],
    "no signature": lambda token: token.rpartition(".")[0] + ".",
    "a key nobody has": lambda token: ".".join(["00000000", *parts(token)[1:]]),
    "another grant": lambda token: ".".join([parts(token)[0], parts(token)[1].swapcase(), parts(token)[2]]),
    "one more part": lambda token: token + ".x",
    "a signature of the right length": lambda token: token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB"),
    "letters of another script": lambda token: "令牌.令牌.令牌",
    "half a surrogate pair": lambda token: parts(token)[0] + ".\ud800.\ud800",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_is_refused(city: City, forgery: str) -> None:
    token = FORGERIES[forgery](city.tokens.issue(PRINCIPAL, now=NOON, lifetime=300))
    with pytest.raises(InvalidToken):
        city.tokens.authenticate(token, now=NOON)


def test_a_key_of_another_use_signs_no_token(city: City) -> None:
    token = city.tokens.issue(PRINCIPAL, now=NOON, lifetime=300)
    code_key = city.ring.signing(KeyUse.CODE, now=NOON).record.kid
    with pytest.raises(InvalidToken):
        city.tokens.authenticate(".".join([code_key, *parts(token)[1:]]), now=NOON)


def test_a_token_of_another_city_is_refused(city: City) -> None:
    token = Tokens(city.ring, "210100").issue(PRINCIPAL, now=NOON, lifetime=300)
    with pytest.raises(InvalidToken):
        city.tokens.authenticate(token, now=NOON)


def test_a_field_is_readable_only_in_its_own_record(city: City) -> None:
    sealed = city.fields.seal("张小三", context="holder#1", now=NOON)
    assert "张小三".encode() not in sealed
    assert city.fields.open(sealed, context="holder#1", now=NOON) == "张小三"
    for broken, context in [(sealed, "holder#2"), (b"\0\0\0\0" + sealed[4:], "holder#1"), (b"", "holder#1")]:
        with pytest.raises(SealBroken):
            city.fields.open(broken, context=context, now=NOON)


def test_what_an_older_field_key_sealed_is_opened_for_good(city: City, clock: StoppedClock) -> None:
    sealed = city.fields.seal("张小三", context="holder#1", now=NOON)
    for _ in range(4):
        clock.advance(91 * DAY)
        city.custodian.run(now=int(clock()))
        clock.advance(2 * DAY)
        city.custodian.run(now=int(clock()))
    fields = another_process(clock).fields
    assert fields.open(sealed, context="holder#1", now=clock()) == "张小三"
    assert fields.seal("张小三", context="holder#1", now=clock())[:4] != sealed[:4], "names rest under the newest"
    assert states(city, KeyUse.FIELD) == ["retiring"] * 4 + ["active"]


def test_each_kind_of_record_rests_under_a_key_of_its_own(city: City) -> None:
    keys = city.ring.signing(KeyUse.FIELD, now=NOON).field_keys
    assert len({keys["holder"], keys["status"], keys["appeal"]}) == 3
    assert keys["holder"] == city.ring.signing(KeyUse.FIELD, now=NOON).field_keys["holder"]
    assert keys["holder"].hex() not in repr(keys)
    assert repr(keys["holder"]) not in repr(keys)


@pytest.mark.parametrize("use", [use for use in KeyUse if use not in {KeyUse.FIELD, KeyUse.ROOT}])
def test_a_key_of_another_use_opens_no_field(city: City, use: KeyUse) -> None:
    sealed = city.fields.seal("张小三", context="holder#1", now=NOON)
    other = bytes.fromhex(city.ring.signing(use, now=NOON).record.kid)
    with pytest.raises(SealBroken):
        city.fields.open(other + sealed[4:], context="holder#1", now=NOON)


def test_a_blind_index_finds_and_tells_nothing(city: City) -> None:
    one = city.fields.blind_index("resident_id", "310199198803140027", now=NOON)
    assert one == city.fields.blind_index("resident_id", "310199198803140027", now=NOON)
    assert one != city.fields.blind_index("passport", "310199198803140027", now=NOON)
    assert city.fields.blind_index("a", "bc", now=NOON) != city.fields.blind_index("ab", "c", now=NOON)
    assert len(one) == 64
