"""Whoever types what the guides show gets what they say: every command, in order, against a running city."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.docs import DOCS
from tests.local.running import local_city
from tests.requirements import require

PAGES = ("api.md", "imports.md")
GUIDE = "\n".join((DOCS / page).read_text() for page in PAGES)
HISTORY = 'curl -s $base/v1/status/history -H "Authorization: Bearer $token"'
"""What has changed is told by a stream, a moment after the colour is there."""

TOOLS = ("bash", "curl", "jq", "openssl", "base64")
TITLES = [title for title, section in re.findall(r"^## (.*)\n((?:(?!^## ).*\n)*)", GUIDE, re.M) if "```sh" in section]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the commands of each section print."""
    require(all(map(shutil.which, TOOLS)), f"the guides need {', '.join(TOOLS)}")
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    with local_city(tmp_path_factory.mktemp("city")) as city:
        text = "\necho; echo =====\n".join(blocks)
        assert text.count(HISTORY) == 1
        text = text.replace(HISTORY, f"until {HISTORY} | grep cause; do :; done")
        text = text.replace("http://127.0.0.1:8000", city.document["base_url"]).replace(
            ".local/city.json", str(city.file)
        )
        printed = run(text)
    return dict(zip(TITLES, printed.split("=====\n"), strict=True))


def run(text: str) -> str:
    """Commands in one shell; the first that fails ends them."""
    command = ["bash", "-eu", "-o", "pipefail", "-c", text]
    environment = os.environ | {"NO_PROXY": "*", "no_proxy": "*"}
    folder = Path(DOCS).parent
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True, timeout=120
    ).stdout


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("A scan, step by step", r'"verdict":"accepted"'),
        (
            "More than the colour, with consent",
            r'"name":"周\*之"}.*consent_needed.*"asked".*"basis":"consent".*"birth_date","name".*"purpose":"medical"',
        ),
        ("Signing in, and staying so", r'"device":"my phone","bound":false,"current":true.*"over_at"'),
        (
            "Without a phone",
            r'"accepted".*"carrier":"card".*"accepted".*"carrier":"document".*"state":"lost".*"scans"',
        ),
        ("For somebody else", r'"state": "active".*"accepted".*"shown_by":"guardian".*"because": "dependant"'),
        ("At the service desk", r'"outcome":"\w+","person":"王\*英".*application/pdf.*closed'),
        ("Groups, and one's own data", r'"tag":"veteran","state":"shown".*"sessions".*"state": "asked".*withdrawn'),
        ("Letting programs in", r'"active","scopes":\["code:verify","terminal:write"\].*"code:verify".*suspended'),
        ("Reporting evidence", r'"repeated":false.*"repeated":true.*"unknown_kind".*"voided_at"'),
        ("Reading one's status", r'"colour": "yellow".*"about": "evidence:[0-9a-f]{24}".*"cause":"evidence"'),
        ("Appealing", r'"media_type":"image/png".*"state": "open".*"event": "filed"'),
        ("By hand", r'"finished","rows":2,"accepted":1,.*"refused":1.*"line":3,"code":"malformed_row"'),
        ("Officers", r'"medical-observation".*"edition": 1.*"epidemic@1"'),
    ],
)
def test_a_guide_leads_where_it_says(answers: dict[str, str], section: str, expected: str) -> None:
    assert re.search(expected, answers[section], re.DOTALL), answers[section]


def test_every_guide_is_followed(answers: dict[str, str]) -> None:
    assert len(answers) == 13
    refused = re.findall(r'"code":"(\w+)"', "".join(answers.values()))
    assert set(refused) == {"unknown_kind", "malformed_row"}, "the only refusals are those that are shown"
