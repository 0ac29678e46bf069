"""One person through WeChat, Alipay and the pages: one holder, one colour; and an account is one person's alone."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from chalicelib.people.notices import NoticeItem
from chalicelib.people.proofing import __main__ as command
from chalicelib.people.proofing.alipay import AlipayChannel
from chalicelib.people.proofing.app_secret import opener, sealed
from chalicelib.people.proofing.channel_store import ChannelAccountItem
from chalicelib.people.proofing.http_provider import HttpIdentityProvider
from chalicelib.people.proofing.outside import channels, provider
from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.proofing.refusals import ChannelBoundElsewhere
from chalicelib.people.proofing.wechat import WeChatChannel
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.people.store import HolderItem
from chalicelib.platform.outgoing import Outgoing
from chalicelib.platform.settings import Settings, SettingsError
from chalicelib.wiring import City
from tests.crypto.vectors import OFFICIAL_PUBLIC
from tests.world import NOON, Caller, Reply, StoppedClock, moved_in

YELLOW = RESIDENTS[8]
WECHAT = {"name": "wechat", "code": "sandbox-su-nian-an"}
ALIPAY = {"name": "alipay", "code": "sandbox-2088102"}


def through(api: Caller, channel: dict[str, str]) -> Reply:
    """A log-in by an app alone."""
    return api.post("/v1/sessions", {"channel": channel})


def test_one_person_through_three_channels_is_one_holder_with_one_colour(api: Caller, city: City) -> None:
    moved_in(city, YELLOW)
    metro = api.token_for(city.clients.register("metro"))
    page = api.log_in(YELLOW)
    for channel in (WECHAT, ALIPAY):
        assert api.post("/v1/channels", channel, token=page).status == 201
    tokens = [str(page), *(through(api, channel).body["token"] for channel in (WECHAT, ALIPAY))]

    holders = {city.tokens.authenticate(token, now=NOON).subject for token in tokens}
    colours = {api.get("/v1/status", token=token).body["colour"] for token in tokens}
    verdicts = {api.verify(api.code(token), metro).body["colour"] for token in tokens}
    assert len(holders) == HolderItem.count() == 1
    assert colours == verdicts == {"yellow"}


def test_the_same_account_name_in_two_apps_is_two_accounts(api: Caller) -> None:
    api.post("/v1/channels", {"name": "wechat", "code": "sandbox-1"}, token=api.log_in(RESIDENTS[0]))
    assert through(api, {"name": "alipay", "code": "sandbox-1"}).code == "channel_not_bound"


def test_an_account_is_bound_once_and_again_is_the_same(api: Caller) -> None:
    holder = api.log_in()
    first, again = (api.post("/v1/channels", WECHAT, token=holder) for _ in range(2))
    assert first.status == again.status == 201
    assert first.body == again.body
    assert len(api.get("/v1/channels", token=holder).body["channels"]) == 1
    assert NoticeItem.count() == 1, "and is told of once"


def test_an_account_that_is_somebody_elses_cannot_be_bound_or_removed(api: Caller) -> None:
    theirs, mine = api.log_in(RESIDENTS[0]), api.log_in(RESIDENTS[1])
    bound = api.post("/v1/channels", WECHAT, token=theirs)
    assert (reply := api.post("/v1/channels", WECHAT, token=mine)).status == 409
    assert reply.code == "channel_bound_elsewhere"
    removal = api.delete(f"/v1/channels/{bound.body['channel_id']}", token=mine)
    assert (removal.status, removal.code) == (404, "channel_not_bound")
    assert api.get("/v1/channels", token=mine).body["channels"] == []
    assert through(api, WECHAT).status == 201


def test_what_was_removed_opens_nothing_and_may_be_bound_by_another(api: Caller, clock: StoppedClock) -> None:
    first, second = api.log_in(RESIDENTS[0]), api.log_in(RESIDENTS[1])
    bound = api.post("/v1/channels", WECHAT, token=first).body
    clock.advance(1)
    assert api.delete(f"/v1/channels/{bound['channel_id']}", token=first).status == 200
    assert through(api, WECHAT).code == "channel_not_bound"
    assert api.delete(f"/v1/channels/{bound['channel_id']}", token=first).code == "channel_not_bound"
    assert api.post("/v1/channels", WECHAT, token=second).status == 201
    kinds = [notice.kind for notice in NoticeItem.scan()]
    assert sorted(kinds) == ["channel_bound", "channel_bound", "channel_unbound"]


REFUSED: dict[str, tuple[dict[str, str], int, str]] = {
    "an app nobody comes through": ({"name": "weibo", "code": "sandbox-1"}, 422, "channel_unknown"),
    "a code that is none": ({"name": "wechat", "code": "0716AVll"}, 401, "channel_code_invalid"),
    "no code": ({"name": "wechat", "code": ""}, 400, "malformed_body"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_bound_is_refused_by_name(api: Caller, case: str) -> None:
    wish, status, code = REFUSED[case]
    reply = api.post("/v1/channels", wish, token=api.log_in())
    assert (reply.status, reply.code) == (status, code)
    assert ChannelAccountItem.count() == 0


def test_who_gave_only_name_and_number_binds_nothing(api: Caller) -> None:
    login = SandboxIdentityProvider.login(RESIDENTS[0])
    del login["liveness_token"]
    token = api.post("/v1/sessions", login).body["token"]
    assert api.post("/v1/channels", WECHAT, token=token).code == "assurance_too_low"


def test_an_account_bound_by_a_name_becomes_a_real_persons_and_never_the_other_way_round(city: City) -> None:
    holder = moved_in(city)
    accounts = city.channel_accounts
    steps = [Assurance.REAL_NAME, Assurance.REAL_PERSON, Assurance.REAL_NAME]
    found = []
    for assurance in steps:
        accounts.bind(holder, "wechat", "sandbox-1", assurance=assurance, now=NOON)
        found.append(accounts.holder_of("wechat", "sandbox-1", now=NOON).assurance)
    assert found == [Assurance.REAL_NAME, Assurance.REAL_PERSON, Assurance.REAL_PERSON]
    with pytest.raises(ChannelBoundElsewhere):
        accounts.bind("0" * 24, "wechat", "sandbox-1", assurance=Assurance.REAL_PERSON, now=NOON)


def test_no_account_can_be_read_in_the_table(api: Caller) -> None:
    api.post("/v1/channels", WECHAT, token=api.log_in())
    (item,) = ChannelAccountItem.scan()
    assert "su-nian-an" not in str(item.to_simple_dict())


def test_who_is_asked_outside_is_as_the_settings_say(city: City, tmp_path: Path) -> None:
    registers = Settings(
        identity_provider="https://registers.example", identity_provider_key="04" + OFFICIAL_PUBLIC.hex()
    )
    assert isinstance(provider(registers, ring=city.ring, outgoing=Outgoing()), HttpIdentityProvider)
    secret = tmp_path / "secret"
    secret.write_bytes(b"word\n")
    apps = Settings(
        wechat=f"wx4f28:file:{secret}", alipay=f"2021:file:{secret}", alipay_key=b64encode(b"a key").decode()
    )
    made = channels(apps, wrapper=lambda: city.key_wrapper, outgoing=Outgoing())
    assert {name: type(channel) for name, channel in made.items()} == {
        "wechat": WeChatChannel,
        "alipay": AlipayChannel,
    }
    assert channels(Settings(), wrapper=lambda: city.key_wrapper, outgoing=Outgoing()) == {}


def test_a_sealed_secret_opens_as_what_it_is_and_as_nothing_else(city: City) -> None:
    setting = sealed(b"word", "wechat", city.key_wrapper)
    assert "word" not in setting
    assert opener(setting, "wechat", lambda: city.key_wrapper)() == b"word"
    with pytest.raises(Exception, match=r"InvalidCiphertext|decrypt"):
        opener(setting, "alipay", lambda: city.key_wrapper)()


@pytest.mark.parametrize("where", ["file:/nowhere/at/all", "sealed:no Base64", "sealed:AAE"])
def test_a_secret_that_is_not_there_is_a_wrong_setting(city: City, where: str) -> None:
    with pytest.raises(SettingsError):
        opener(where, "wechat", lambda: city.key_wrapper)()


def test_a_command_seals_a_secret(
    city: City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "word").write_bytes(b"word\n")
    with (tmp_path / "word").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert command.main(["seal", "wechat"]) == 0
    assert opener(capsys.readouterr().out.strip(), "wechat", lambda: city.key_wrapper)() == b"word"
