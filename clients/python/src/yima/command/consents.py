"""`yima consents`: what was asked of holders, and what became of it."""

from __future__ import annotations

import click

from yima.command import config
from yima.command.output import as_json, clock, say
from yima.consents import ConsentRequest


@click.group()
def consents() -> None:
    """Consents this client asked for."""


@consents.command(name="list")
@click.option("--json", "json", is_flag=True)
def listed(*, json: bool) -> None:
    """Every request, and its state."""
    with config.city() as city:
        for consent in city.consents.list():
            say(as_json(consent) if json else _line(consent))


@consents.command()
@click.argument("consent_id")
def show(consent_id: str) -> None:
    """One request."""
    with config.city() as city:
        say(_line(city.consents.get(consent_id)))


def _line(consent: ConsentRequest) -> str:
    told = ",".join(consent.fields)
    return f"{consent.consent_id}  {consent.state:9}  {consent.purpose}  {told}  until {clock(consent.until)}"
