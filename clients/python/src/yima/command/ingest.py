"""`yima ingest` and `yima imports`: a whole file, watched to its end."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from yima.city import City
from yima.command import config
from yima.command.output import as_json, named, note, say
from yima.imports import Import
from yima.imports import Progress as Tell
from yima.problems import YimaError

WORDS = {"upload": "sending", "read": "being read by the city"}
KINDS = click.Choice(["evidence", "tags", "cards"])


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--kind", type=KINDS, required=True, help="What the rows are.")
@click.option("--encoding", type=click.Choice(["utf-8", "gb18030"]), default="utf-8", show_default=True)
@click.option("--format", "format", type=click.Choice(["csv", "jsonl"]), help="Where the name does not say.")
@click.pass_context
def ingest(ctx: click.Context, file: Path, kind: str, encoding: str, format: str | None) -> None:
    """Hand FILE in, watch until the city has read it, and write refused rows to FILE.refused.csv."""
    if format is None and file.suffix.lower() not in {".csv", ".jsonl", ".ndjson"}:
        raise click.UsageError("say --format csv or --format jsonl: the name of the file does not")
    with config.city() as city:
        with _bar() as tell:
            begun = city.imports.upload(file, kind, encoding=encoding, format=format or "", progress=tell)
        _watch(ctx, city, begun.import_id, file.with_name(f"{file.name}.refused.csv"))


@click.group()
def imports() -> None:
    """Files that were handed in."""


@imports.command()
@click.argument("import_id")
@click.option("--refused", type=click.Path(path_type=Path, dir_okay=False), help="Where to write refused rows.")
@click.pass_context
def watch(ctx: click.Context, import_id: str, refused: Path | None) -> None:
    """Watch a file until the city has read it."""
    with config.city() as city:
        _watch(ctx, city, import_id, refused or Path(f"{import_id}.refused.csv"))


@imports.command(name="list")
@click.option("--json", "json", is_flag=True)
def listed(*, json: bool) -> None:
    """Every file, newest first."""
    with config.city() as city:
        for each in city.imports.list():
            say(as_json(each) if json else f"{each.import_id}  {_counts(each)}")


@imports.command()
@click.argument("import_id")
def cancel(import_id: str) -> None:
    """Have the city read no further; what it has read stays."""
    with config.city() as city:
        city.imports.cancel(import_id)
    say("cancelled")


def _watch(ctx: click.Context, city: City, import_id: str, refused: Path) -> None:
    """Watch a file to its end; Ctrl-C or a lost network leave it running."""
    try:
        with _bar() as tell:
            seen = city.imports.wait(import_id, progress=tell)
    except (KeyboardInterrupt, YimaError):
        note(f"the city reads on; to watch again: yima imports watch {import_id}")
        raise
    say(_counts(seen))
    if seen.problem:
        note(f"  {_reason(seen.problem)}")
    if seen.refused:
        note(f"refused rows, with their lines and reasons: {refused}")
        _write_refused(city, import_id, refused)
    ctx.exit(0 if seen.state == "finished" and not seen.refused else 1)


def _counts(seen: Import) -> str:
    counts = f"{seen.rows} rows: {seen.accepted} accepted, {seen.repeated} repeated, {seen.refused} refused"
    return f"{seen.state}  {counts}"


def _reason(problem: dict[str, object]) -> str:
    """Why a whole file could not be read, and what that names."""
    words = ": ".join(str(problem[name]) for name in ("code", "detail") if problem.get(name))
    return f"{words} {named(problem)}".rstrip()


def _write_refused(city: City, import_id: str, target: Path) -> None:
    """A row for each that was refused, never with what stood in it."""
    with target.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["line", "code", "detail", "evidence"])
        for row in city.imports.refused(import_id):
            table.writerow((row.line, row.code, row.detail, named(row.evidence)))


@contextmanager
def _bar() -> Iterator[Tell]:
    """A bar on stderr, which appears with the first news; none where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as progress:
        tasks = {phase: progress.add_task(words, visible=False, total=None) for phase, words in WORDS.items()}

        def tell(phase: str, done: int, total: int) -> None:
            progress.update(tasks[phase], visible=True, completed=done, total=total or None)

        yield tell
