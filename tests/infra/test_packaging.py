"""The zip that Lambda unpacks: every handler runs from it alone, compiled, small, and the same each time."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.aws import build, bundle, template
from infra.local.environment import ROOT
from infra.vendored import licences, vendored
from tests.requirements import require

pytestmark = pytest.mark.packaging

ENVIRONMENT = {"AWS_REGION": "cn-north-1", "YIMA_STAGE": "prod", "PATH": os.environ["PATH"]}
HANDLERS = (
    "app.app",
    "functions.rotate_keys.rotate_keys",
    "functions.change_keys.change_keys",
    "functions.log_scans.log_scans",
    "functions.recompute_statuses.recompute_statuses",
    "functions.tell_changes.tell_changes",
    "functions.apply_due_changes.apply_due_changes",
    "functions.apply_overrides.apply_overrides",
    "functions.follow_appeals.follow_appeals",
    "functions.watch_appeals.watch_appeals",
    "functions.run_sweeps.run_sweeps",
    "functions.follow_delegations.follow_delegations",
    "functions.follow_tags.follow_tags",
    "functions.follow_assistances.follow_assistances",
    "functions.close_accounts.close_accounts",
    "functions.revoke_carriers.revoke_carriers",
    "functions.publish_status_lists.publish_status_lists",
    "functions.judge_watching.judge_watching",
    "functions.sweep_retention.sweep_retention",
    "functions.follow_clients.follow_clients",
    "functions.follow_consents.follow_consents",
    "functions.watch_scans.watch_scans",
    "functions.watch_refusals.watch_refusals",
    "functions.emit_scan_events.emit_scan_events",
    "functions.emit_status_events.emit_status_events",
    "functions.emit_consent_events.emit_consent_events",
    "functions.emit_appeal_events.emit_appeal_events",
    "functions.emit_carrier_events.emit_carrier_events",
    "functions.emit_key_events.emit_key_events",
    "functions.emit_alert_events.emit_alert_events",
    "functions.emit_import_events.emit_import_events",
    "functions.deliver_webhooks.deliver_webhooks",
    "functions.wake_webhooks.wake_webhooks",
    "functions.retry_webhooks.retry_webhooks",
    "functions.run_imports.run_imports",
    "functions.continue_imports.continue_imports",
    "functions.sweep_imports.sweep_imports",
)
NOT_SHIPPED = {
    "tests",
    "infra",
    "bench",
    "moto",
    "pytest",
    "_pytest",
    "mypy",
    "pip",
    "setuptools",
    "ruff",
    "hypothesis",
    "pypdfium2",
    "zxingcpp",
    "PIL",
}

RUN_ALONE = """
import importlib, importlib.machinery, json, sys
site, statement = sys.argv[1:]
sys.path.insert(0, site)
compiled = []
original = importlib.machinery.SourceFileLoader.source_to_code
def source_to_code(loader, data, path, **options):
    compiled.append(str(path))
    return original(loader, data, path, **options)
importlib.machinery.SourceFileLoader.source_to_code = source_to_code
exec(statement)
files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
print(json.dumps({
    "compiled": [path for path in compiled if path.startswith(site)],
    "foreign": [path for path in files if path and "site-packages" in path],
}))
"""
"""Runs a statement with nothing on the path but the zip's contents, as Lambda does."""

WHAT_LAMBDA_DOES = {
    handler: f"import importlib\nassert callable(importlib.import_module('{module}').{name})"
    for handler in HANDLERS
    for module, name in [handler.rsplit(".", 1)]
}
WHAT_IS_IMPORTED_LATER = {
    "clients for every AWS service we keep": "from botocore.session import Session\n"
    + "\n".join(f"Session().create_client('{service}', region_name='cn-north-1')" for service in bundle.AWS_SERVICES),
    "pictures as SVG and PNG": "import qrcode, png, chalicelib.codes.picture",
    "native signatures": "import gmssl_pyx",
    "portable signatures": "from gmssl import sm2",
    "tracing": "import aws_xray_sdk.core\naws_xray_sdk.core.patch(('botocore',))",
    "everything off the hot path": "from chalicelib.wiring import city\nc = city()\n"
    "c.key_store, c.scans, c.scan_log, c.sessions, c.clients, c.custodian, c.kms\n"
    "c.recompute, c.explanations, c.evidence_follower, c.change_teller, c.due_changes, c.blobs, c.batch_reports\n"
    "c.policy_office, c.taking_effect, c.sweeper, c.override_follower, c.override_proposals, c.appeals, c.officers\n"
    "c.channel_accounts, c.attempts, c.refreshing, c.devices, c.notices, c.delegation_follower, c.tag_follower\n"
    "c.papers, c.paper_verifier, c.cards, c.card_verifier, c.document_verifier, c.dependant_codes, c.status_lists\n"
    "c.carrier_follower, c.desk, c.assistance_follower, c.leaving, c.export, c.corrections",
    "status lists": "from chalicelib.trust.status_list import StatusList\nStatusList.empty().compressed()",
    "every kind of number": "from chalicelib.people.documents.registry import normalised\n"
    "assert normalised('passport', 'CAN-ZZ999971') == 'CAN-ZZ999971'\n"
    "normalised('resident_id', '11010519491231002X')",
    "asking others": "from chalicelib.platform.outgoing import Outgoing\nfrom urllib3 import PoolManager",
    "proofs by device keys": "import jwt.algorithms",
    "what a file is by its first bytes": "import filetype\n"
    "assert filetype.guess_mime(b'%PDF-1.7') == 'application/pdf'",
    "offline verification": "from chalicelib.codes import offline",
    "papers with the glyphs they need": "from chalicelib.codes.paper.document import document\n"
    "from chalicelib.codes.paper.issue import Print\nfrom chalicelib.codes.paper.model import Paper\n"
    "printed = Print(Paper(1, 2, '0a0b0c0d', 0, 9, '', '', 0), 'YM1:' + 'A' * 164, '林*晴')\n"
    "assert all(document(printed, form, specimen=False).startswith(b'%PDF') for form in ('a4', 'card'))",
    "policies that came along, read from their files, with time zones that came along": (
        "import zoneinfo\nzoneinfo.reset_tzpath(to=[])\n"
        "from chalicelib.status.policy.shipped import FILES, shipped\nfrom chalicelib.status.timeline import prepare\n"
        "assert all(prepare(shipped(key)) for key in FILES)"
    ),
}


@pytest.fixture(scope="session")
def site(deployment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Lambda has in /var/task."""
    here = (platform.system(), platform.machine())
    require(here == ("Linux", "x86_64"), "the zip holds programs for Lambda, which is Linux on x86_64")
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(deployment / "deployment.zip") as archive:
        archive.extractall(folder)
    return folder


def run_alone(site: Path, statement: str) -> dict[str, Any]:
    """Run a statement in a process that has only the zip (no site-packages, no user's settings)."""
    command = [sys.executable, "-I", "-S", "-B", "-c", RUN_ALONE, str(site), statement]
    outcome = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60)
    assert outcome.returncode == 0, outcome.stderr
    report: dict[str, Any] = json.loads(outcome.stdout.splitlines()[-1])
    return report


def test_the_handlers_are_those_of_the_template(deployment: Path) -> None:
    built = json.loads((deployment / "sam.json").read_text(encoding="utf-8"))
    assert {each["Handler"] for each in template.functions(built).values()} == set(HANDLERS)


@pytest.mark.parametrize("what", WHAT_LAMBDA_DOES | WHAT_IS_IMPORTED_LATER)
def test_it_runs_from_the_zip_alone_and_nothing_is_compiled(site: Path, what: str) -> None:
    report = run_alone(site, (WHAT_LAMBDA_DOES | WHAT_IS_IMPORTED_LATER)[what])
    assert report == {"compiled": [], "foreign": []}


def test_every_module_is_compiled_and_never_checked_against_its_source(site: Path) -> None:
    sources = [path for path in site.rglob("*.py") if path.with_suffix("").name.isidentifier()]
    tag = sys.implementation.cache_tag
    for source in sources:
        cached = source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc"
        flags = cached.read_bytes()[4:8]
        assert flags == (0b01).to_bytes(4, "little"), f"{cached}: a hash, and not to be checked"


def test_nothing_of_a_developer_is_inside(site: Path) -> None:
    assert not {path.name for path in site.iterdir()} & NOT_SHIPPED
    assert {path.name for path in (site / "chalice").glob("*.py")} == {"__init__.py", "app.py"}
    assert not list(site.rglob("test_*.py"))


def test_the_zip_is_small_enough_to_start_quickly(deployment: Path, site: Path) -> None:
    unzipped = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    assert (deployment / "deployment.zip").stat().st_size < 28_000_000, "a quarter of it are the glyphs of papers"
    assert unzipped < 66_000_000


def test_the_same_source_gives_the_same_bytes(source: Path, deployment: Path, tmp_path: Path) -> None:
    build.build_functions(tmp_path, stage="prod", root=source)
    for name in ("deployment.zip", "sam.json"):
        once, again = (hashlib.sha256((folder / name).read_bytes()).hexdigest() for folder in (deployment, tmp_path))
        assert once == again, name


def test_a_requirement_that_is_not_in_the_zip_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("six==1.17.0\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "chalice.zip", "w") as archive:
        archive.writestr("app.py", "")
    with pytest.raises(bundle.BundleError, match=r"six==1\.17\.0 is asked for, the zip has None"):
        bundle.repack(
            tmp_path / "chalice.zip",
            tmp_path / "ours.zip",
            requirements=tmp_path / "requirements.txt",
            work=tmp_path / "work",
        )


def test_pages_are_copied_with_what_they_load_and_without_their_tests(tmp_path: Path) -> None:
    web = tmp_path / "web"
    packages = ("jsqr/dist/jsQR.js", "sm-crypto-v2/dist/index.umd.js", "@noble/curves/LICENSE", "other/index.js")
    for name in ("index.html", "tests/clock.js", *(f"node_modules/{file}" for file in packages)):
        (web / name).parent.mkdir(parents=True, exist_ok=True)
        (web / name).write_text(name, encoding="utf-8")
    build.copy_web(web, tmp_path / "out")
    copied = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert copied == {"index.html", "vendor/jsqr.js", "vendor/sm2.js", "vendor/licences/noble-curves.txt"}


def test_what_the_pages_load_is_installed_with_its_licence() -> None:
    require((ROOT / "web/node_modules").exists(), "what the pages load needs npm")
    assert all(file.is_file() for file in vendored(ROOT / "web").values())
    assert {"/vendor/licences/jsqr.txt", "/vendor/licences/sm-crypto-v2.txt"} <= set(licences(ROOT / "web"))


def test_pages_without_what_they_load_are_not_deployed(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    with pytest.raises(build.BuildError, match="run `npm ci`"):
        build.copy_web(tmp_path / "web", tmp_path / "out")
