"""The programs of the demo city: doors and their gates, departments, partners, and the city's own. Data only."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.partners.clients import MORE_SCOPES, VERIFIER_SCOPES
from chalicelib.platform.permissions import Kind, of_kind, on_request
from infra.local import story


class Gate(NamedTuple):
    """A terminal, and the place that holders read when it scans."""

    name: str
    place: str


class Program(NamedTuple):
    """A program as it is registered, and its terminals."""

    name: str
    kind: Kind
    scopes: frozenset[str]
    gates: tuple[Gate, ...] = ()


def _door(name: str, *more: str, gates: tuple[Gate, ...] = ()) -> Program:
    return Program(name, Kind.VERIFIER, VERIFIER_SCOPES | {MORE_SCOPES[one] for one in more}, gates)


def _with_all(kind: Kind, *names: str) -> tuple[Program, ...]:
    """Programs that reach whatever their kind may, on request or not."""
    return tuple(Program(name, kind, of_kind(kind) | on_request(kind)) for name in names)


LIBRARY, PARK, SERVICE_CENTRE, BUS = "浦江图书馆东门", "人民公园南门", "市民服务中心", "26 路公交车"

VERIFIERS = (
    _door(LIBRARY),
    _door(PARK, gates=(Gate("一号闸机", "人民公园南门 1 号闸机"), Gate("二号闸机", "人民公园南门 2 号闸机"))),
    _door(SERVICE_CENTRE, *MORE_SCOPES),
    _door(BUS, "card", "tags", gates=(Gate("车载机", "26 路公交车前门"),)),
    _door(story.HOTEL, "disclosure", gates=(Gate("前台", f"{story.HOTEL}前台"),)),
)
"""Doors: a library, a park, a service centre, a bus, a guest house. Two show a code being replayed; the service centre
may look people up by number and ask for more, the bus reads cards and sees who is elderly, and the guest house
registers its guests, as the law asks."""

DEPARTMENTS = _with_all(Kind.DEPARTMENT, *story.DEPARTMENTS)
PARTNERS = _with_all(Kind.PARTNER, story.CLINIC, story.JOB_FAIR)
SYSTEMS = _with_all(Kind.SYSTEM, "城市运行中心")

STADIUM = _door("新城体育馆")
"""Waits for a second operator."""

BY_NAME = {program.name: program for program in (*VERIFIERS, *DEPARTMENTS, *PARTNERS, *SYSTEMS)}
