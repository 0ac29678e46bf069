"""`yima webhooks`: where events go, what became of them, and a receiver to try them out."""

from __future__ import annotations

from pathlib import Path

import click

from yima.command import config
from yima.command.listening import listen
from yima.command.output import as_json, clock, note, say
from yima.webhooks import Delivery, Webhook


@click.group()
def webhooks() -> None:
    """Endpoints that are told of events."""


webhooks.add_command(listen)


@webhooks.command(name="list")
@click.option("--json", "json", is_flag=True)
def listed(*, json: bool) -> None:
    """Every endpoint of this client."""
    with config.city() as city:
        for each in city.webhooks.list():
            say(as_json(each) if json else _line(each))


@webhooks.command()
@click.argument("webhook_id")
@click.option("--json", "json", is_flag=True)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
def deliveries(webhook_id: str, limit: int, *, json: bool) -> None:
    """What was delivered and what was not, newest first."""
    with config.city() as city:
        for _, each in zip(range(limit), city.webhooks.deliveries(webhook_id), strict=False):
            say(as_json(each) if json else _delivered(each))


@webhooks.command()
@click.argument("webhook_id")
@click.argument("delivery_id")
def redeliver(webhook_id: str, delivery_id: str) -> None:
    """Have one delivered once more."""
    with config.city() as city:
        city.webhooks.redeliver(webhook_id, delivery_id)
    say("on its way")


@webhooks.command()
@click.argument("webhook_id")
def test(webhook_id: str) -> None:
    """Have a webhook.test delivered."""
    with config.city() as city:
        city.webhooks.test(webhook_id)
    say("on its way")


@webhooks.command()
@click.argument("webhook_id")
def challenge(webhook_id: str) -> None:
    """Have the receiver asked whether it expects events."""
    with config.city() as city:
        say(_line(city.webhooks.challenge(webhook_id)))


@webhooks.command()
@click.argument("webhook_id")
def pause(webhook_id: str) -> None:
    """Keep what happens until it is resumed."""
    with config.city() as city:
        say(_line(city.webhooks.pause(webhook_id)))


@webhooks.command()
@click.argument("webhook_id")
def resume(webhook_id: str) -> None:
    """Deliver again, beginning with what was kept."""
    with config.city() as city:
        say(_line(city.webhooks.resume(webhook_id)))


@webhooks.command()
@click.argument("webhook_id")
@click.option("--save", type=click.Path(path_type=Path, dir_okay=False), help="Keep the secret here, privately.")
def rotate(webhook_id: str, save: Path | None) -> None:
    """A new secret, shown this once; the old one signs for a day more."""
    with config.city() as city:
        made = city.webhooks.rotate(webhook_id)
    if save is None:
        say(made.secret)
        return
    config.write_privately(save, made.secret.encode())
    note(f"the new secret is in {save}")


@webhooks.command()
@click.argument("webhook_id")
def delete(webhook_id: str) -> None:
    """Be told nothing more."""
    with config.city() as city:
        city.webhooks.delete(webhook_id)
    say("deleted")


def _line(webhook: Webhook) -> str:
    because = f" ({webhook.because})" if webhook.because else ""
    return f"{webhook.webhook_id}  {webhook.state}{because}  {webhook.url}  {','.join(webhook.events)}"


def _delivered(delivery: Delivery) -> str:
    tries = f"{len(delivery.attempts)} attempts"
    return f"{clock(delivery.at)}  {delivery.delivery_id}  {delivery.type}  {delivery.state}  {tries}"
