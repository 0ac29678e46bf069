"""What the pages know by heart is what the city says: no field, no scope and no kind more or less."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.codes.purposes import PURPOSES, by_exchange
from chalicelib.partners.watching.rules import By, Counts, Distinct
from chalicelib.platform.permissions import Kind, Role, of_kind, on_request
from infra.local.environment import ROOT


def known(file: str, name: str) -> Any:
    """A table of a script, written as JSON."""
    text = (ROOT / "web/lib" / file).read_text()
    return json.loads(text.split(f"export const {name} = ")[1].split(";\n")[0])


def test_the_scanner_offers_exactly_the_fields_that_a_purpose_allows() -> None:
    allowed = {
        str(purpose): [[str(field), str(one.mask), str(one.basis)] for field, one in by_exchange(purpose).items()]
        for purpose in PURPOSES
    }
    assert known("purposes.js", "BY_EXCHANGE") == allowed


def test_operators_are_offered_exactly_the_scopes_that_a_kind_may_have() -> None:
    reach = {str(kind): {"always": sorted(of_kind(kind)), "on_request": sorted(on_request(kind))} for kind in Kind}
    assert known("scopes.js", "KINDS") == reach


def test_every_office_has_a_desk_and_every_rule_its_words() -> None:
    roles = (ROOT / "web/lib/roles.js").read_text()
    assert all(f"  {role}: {{" in roles for role in Role)
    words = (ROOT / "web/lib/words/zh/operators.js").read_text()
    counted = [f"alert.counted.{one}" for one in (*Counts, *Distinct)]
    assert all(f'"{key}"' in words for key in counted + [f"alert.by.{one}" for one in By])
