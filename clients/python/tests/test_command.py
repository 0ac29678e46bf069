"""The command `yima`: what it says, how it ends, and that nothing secret is ever seen."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
import yima
from click.testing import CliRunner

SCANNING = ("code:verify",)
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def gate(open_city: Any) -> yima.Secret:
    secret: yima.Secret = open_city.client("gate", *SCANNING)
    return secret


@pytest.fixture
def logged_in(open_city: Any, gate: yima.Secret, yima_command: Run) -> Run:
    typed = f"{gate.client_id}\n{gate.client_secret}\n"
    result = yima_command("login", "--base-url", open_city.base_url, "--root", open_city.root, input=typed)
    assert result.exit_code == 0, result.output
    return yima_command


def test_login_keeps_the_secret_for_this_user_alone_and_never_says_it(
    logged_in: Run, gate: yima.Secret, tmp_path: Path
) -> None:
    kept = tmp_path / "config/credentials.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text())["client_secret"] == gate.client_secret
    for arguments in (["trust-list"], ["--help"], ["verify", "YM1:"], ["login", "--help"]):
        assert gate.client_secret not in logged_in(*arguments).output


def test_a_wrong_secret_is_not_kept(open_city: Any, gate: yima.Secret, yima_command: Run, tmp_path: Path) -> None:
    result = yima_command("login", "--base-url", open_city.base_url, input=f"{gate.client_id}\nwrong\n")
    assert result.exit_code == 3
    assert "invalid_client" in result.stderr
    assert not (tmp_path / "config/credentials.json").exists()


def test_who_logs_in_anew_need_not_say_the_city_again_and_its_root_stays_pinned(
    open_city: Any, gate: yima.Secret, logged_in: Run, tmp_path: Path
) -> None:
    assert logged_in("login", input=f"{gate.client_id}\n{gate.client_secret}\n").exit_code == 0
    kept = json.loads((tmp_path / "config/credentials.json").read_text())
    assert (kept["base_url"], kept["root"]) == (open_city.base_url, open_city.root)


@pytest.mark.parametrize("typed", ["", "\n\n", "client-1\n", "\nsecret\n"])
def test_nobody_is_not_logged_in(open_city: Any, yima_command: Run, tmp_path: Path, typed: str) -> None:
    assert yima_command("login", "--base-url", open_city.base_url, input=typed).exit_code == 2
    assert not (tmp_path / "config/credentials.json").exists()


def test_a_city_that_another_root_signs_for_is_not_logged_in_to(
    open_city: Any, gate: yima.Secret, yima_command: Run
) -> None:
    typed = f"{gate.client_id}\n{gate.client_secret}\n"
    result = yima_command("login", "--base-url", open_city.base_url, "--root", "04" + "11" * 64, input=typed)
    assert (result.exit_code, "not_authentic" in result.stderr) == (3, True)


def test_the_environment_takes_the_place_of_a_login(
    open_city: Any, gate: yima.Secret, yima_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIMA_BASE_URL", open_city.base_url)
    monkeypatch.setenv("YIMA_CLIENT_ID", gate.client_id)
    monkeypatch.setenv("YIMA_CLIENT_SECRET", gate.client_secret)
    assert yima_command("verify", open_city.holder(0).codes()[0].code).exit_code == 0


def test_a_code_is_verified_once_for_all(logged_in: Run, open_city: Any) -> None:
    result = logged_in("verify", open_city.holder(0).codes()[0].code, "--place", "east gate")
    assert (result.exit_code, result.stdout.split()) == (0, ["accepted", "green", "SPECIMEN"])
    refused = logged_in("verify", "no code at all", "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["reason"]) == (1, "malformed")


def test_a_scanner_gun_types_a_line_for_each_code(logged_in: Run, open_city: Any) -> None:
    first, second = (open_city.holder(number).codes()[0].code for number in (0, 1))
    typed = f"{first}\r\nnonsense\n\n{second}\n".encode() + b"\xff\xfe\n"
    result = logged_in("verify", "-", input=typed)
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["accepted", "rejected", "accepted", "rejected"]
    assert result.exit_code == 1


def test_nothing_to_verify_is_not_a_yes(logged_in: Run) -> None:
    assert logged_in("verify", "-", input="").exit_code == 1


def test_a_kept_trust_list_verifies_without_network(
    logged_in: Run, open_city: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, code = tmp_path / "trust.json", open_city.holder(0).codes()[0].code
    assert logged_in("trust-list", "--save", str(file)).exit_code == 0
    monkeypatch.setenv("YIMA_BASE_URL", "http://127.0.0.1:9")
    result = logged_in("verify", code, "--trust-list", str(file), "--json")
    assert (result.exit_code, json.loads(result.stdout)["list_authentic"]) == (0, True)
    file.write_text(file.read_text().replace('"region', '"x').replace("active", "ACTIVE"))
    assert json.loads(logged_in("verify", code, "--trust-list", str(file), "--json").stdout)["verdict"] == "rejected"


def test_a_key_of_ones_own_takes_the_place_of_a_secret(open_city: Any, yima_command: Run, tmp_path: Path) -> None:
    client_id, file = open_city.client("with a key", *SCANNING).client_id, tmp_path / "key.json"
    made = yima_command("key", "new", str(file), "--client-id", client_id)
    assert made.exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    open_city.registers(client_id, made.stdout.strip())
    for more in ([], ["--signed"]):
        logged_in = yima_command(
            "login", "--base-url", open_city.base_url, "--key", str(file), "--root", open_city.root, *more
        )
        assert logged_in.exit_code == 0, logged_in.output
        assert yima_command("verify", open_city.holder(1).codes()[0].code).exit_code == 0
    assert yima_command("key", "new", str(file), "--client-id", client_id).exit_code == 2


def test_who_is_not_logged_in_is_told_how(yima_command: Run) -> None:
    result = yima_command("verify", "YM1:")
    assert (result.exit_code, "yima login" in result.stderr, result.stdout) == (5, True, "")


def test_a_city_that_is_not_there_is_said_to_be_away(yima_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yima.retrying.random.uniform", lambda *_: 0.0)
    monkeypatch.setenv("YIMA_BASE_URL", "http://127.0.0.1:9")
    result = yima_command("trust-list")
    assert (result.exit_code, "unreachable" in result.stderr) == (4, True)


def test_no_secret_is_sent_without_tls_wherever_the_address_came_from(
    logged_in: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIMA_BASE_URL", "http://city.example")
    result = logged_in("verify", "YM1:")
    assert (result.exit_code, "https" in result.stderr) == (2, True)


def test_what_the_client_may_not_do_is_a_refusal_with_its_code(logged_in: Run) -> None:
    result = logged_in("webhooks", "list")
    assert (result.exit_code, "insufficient_scope" in result.stderr) == (3, True)
    assert "needed: webhook:write" in result.stderr


def test_ctrl_c_at_a_prompt_ends_as_ctrl_c_anywhere(
    open_city: Any, yima_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> str:
        raise click.Abort

    monkeypatch.setattr("yima.command.login.first_line_of_stdin", interrupted)
    assert yima_command("login", "--base-url", open_city.base_url).exit_code == 130


def test_logout_forgets(logged_in: Run, tmp_path: Path) -> None:
    assert logged_in("logout").exit_code == 0
    assert not (tmp_path / "config/credentials.json").exists()
    assert logged_in("logout").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["login"],
        ["login", "--base-url", "city.example"],
        ["login", "--base-url", "ftp://city.example"],
        ["login", "--base-url", "http://city.example"],
        ["login", "--base-url", "https://me:secret@city.example"],
        ["login", "--base-url", "http://127.0.0.1:9", "--signed"],
        ["login", "--base-url", "http://127.0.0.1:9", "--key", "/nowhere"],
        ["verify"],
        ["ingest", "/nowhere", "--kind", "evidence"],
        ["ingest", __file__, "--kind", "evidence"],
        ["ingest", __file__, "--kind", "rumours"],
        ["webhooks", "listen", "--register", "http://x"],
        ["webhooks", "listen", "--port", "70000"],
        ["no such thing"],
    ],
)
def test_what_is_not_understood_ends_with_2(yima_command: Run, arguments: list[str]) -> None:
    result = yima_command(*arguments, input="")
    assert (result.exit_code, "Traceback" in result.output) == (2, False), result.output


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"client_id":"x","private_key":"zz"}', b"\xff", b'{"client_id":"x","private_key":"00"}'],
)
def test_what_is_no_key_file_is_refused_in_words(yima_command: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key.json"
    file.write_bytes(content)
    result = yima_command("login", "--base-url", "http://127.0.0.1:9", "--key", str(file))
    assert result.exit_code == 1
    assert "Error" in result.stderr


@pytest.mark.parametrize("content", ["{", "[]", '{"base_url": 1}'])
def test_kept_settings_that_cannot_be_read_are_said_to_be(yima_command: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/credentials.json").write_text(content)
    result = yima_command("trust-list")
    assert (result.exit_code, "yima login" in result.stderr) == (5, True)
    assert yima_command("login", "--base-url", "http://127.0.0.1:9", "--signed").exit_code == 2


def test_the_version_is_that_of_the_package() -> None:
    from yima.command.main import main

    assert yima.__version__ in CliRunner().invoke(main, ["--version"]).output
