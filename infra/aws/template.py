"""The CloudFormation template: our resource files as one document, and what chalice's part of it needs afterwards."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
RESOURCE_FILES = (
    "parameters",
    "outside",
    "keys",
    "tables",
    "status-tables",
    "officer-tables",
    "people-tables",
    "carrier-tables",
    "partner-tables",
    "webhook-tables",
    "watching-tables",
    "attachments",
    "uploads",
    "functions",
    "status-functions",
    "status-schedules",
    "people-functions",
    "carrier-functions",
    "partner-functions",
    "event-functions",
    "webhook-functions",
    "import-functions",
    "api",
    "api-rights",
    "scaling",
    "alarms",
    "status-alarms",
    "status-counts",
    "people-alarms",
    "people-counts",
    "follower-alarms",
    "partner-alarms",
    "partner-counts",
    "webhook-alarms",
    "webhook-counts",
)
LINTED_REGIONS = ("cn-north-1", "cn-northwest-1", "ap-southeast-1", "eu-central-1", "us-east-1")
RUN_LINTER = "import sys; from cfnlint.runner import main; sys.exit(main())"
FUNCTION_TYPE = "AWS::Serverless::Function"

Template = dict[str, Any]


class TemplateError(Exception):
    """The template says something twice, misses something or does not pass the linter."""


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: `!Ref X` for `{"Ref": "X"}`, `!GetAtt A.B`, `!Sub` and the others."""


def _short_form(loader: _Loader, tag: str, node: yaml.Node) -> Template:
    """One short form as its long form."""
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _short_form)


def declared() -> Template:
    """Everything in resources/ as one document; raises `TemplateError` where two files declare the same name."""
    whole: Template = {}
    for name in RESOURCE_FILES:
        text = (HERE / "resources" / f"{name}.yaml").read_text(encoding="utf-8")
        _add(whole, yaml.load(text, _Loader))
    return whole


def _add(whole: Template, part: Template) -> None:
    """Put one file's sections beside the others'."""
    for section, content in part.items():
        if not isinstance(content, dict):
            whole[section] = content
            continue
        present = whole.setdefault(section, {})
        if twice := present.keys() & content.keys():
            raise TemplateError(f"declared twice in {section}: {', '.join(sorted(twice))}")
        present.update(content)


def functions(template: Template) -> dict[str, Template]:
    """Properties of every function by its resource name."""
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == FUNCTION_TYPE
    }


def integrations(template: Template) -> Iterator[Template]:
    """Every API Gateway integration that calls a function (CORS preflights are answered by the gateway)."""
    for methods in template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"].values():
        for method in methods.values():
            integration = method.get("x-amazon-apigateway-integration", {})
            if integration.get("type") == "aws_proxy":
                yield integration


def finish(template: Template) -> Template:
    """Complete what `chalice package` merged: every route calls the alias; the endpoint's type in SAM's own form."""
    for integration in integrations(template):
        # Warm functions belong to the alias; a call of the function itself would pass them by.
        uri = integration["uri"]["Fn::Sub"].replace("${APIHandler.Arn}", "${Live}")
        integration["uri"] = {"Fn::Sub": [uri, {"Live": {"Ref": "APIHandler.Alias"}}]}
    api = template["Resources"]["RestAPI"]["Properties"]
    api["EndpointConfiguration"] = {"Type": api["EndpointConfiguration"]}
    _refuse_strays(template)
    return template


def _refuse_strays(template: Template) -> None:
    """A resource of ours that no longer meets chalice's has no type: the function was renamed on one side only."""
    strays = [name for name, resource in template["Resources"].items() if "Type" not in resource]
    if strays:
        raise TemplateError(f"no function or API of this name in the code: {', '.join(strays)}")


def lint(path: Path) -> None:
    """Hold the template against the schemas of the regions cities use; raises `TemplateError` with every finding."""
    command = [sys.executable, "-c", RUN_LINTER, "--regions", *LINTED_REGIONS, "--", str(path)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode:
        raise TemplateError(outcome.stdout + outcome.stderr)


def write(template: Template, path: Path) -> None:
    """As JSON, the same bytes for the same template."""
    path.write_text(json.dumps(template, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def references(part: Any) -> set[str]:
    """Names of the resources and parameters that a part of a template refers to, in any form."""
    if isinstance(part, list):
        return set().union(*map(references, part))
    if not isinstance(part, dict):
        return set()
    found = set().union(*map(references, part.values()))
    if isinstance(part.get("Ref"), str):
        found.add(part["Ref"].split(".")[0])
    if "Fn::GetAtt" in part:
        found.add(part["Fn::GetAtt"][0])
    if "Fn::Sub" in part:
        text, values = (part["Fn::Sub"], {}) if isinstance(part["Fn::Sub"], str) else part["Fn::Sub"]
        found |= {name.split(".")[0] for name in re.findall(r"\$\{([^}!]+)\}", text)} - values.keys()
    return {name for name in found if not name.startswith("AWS::")}
