"""A whole city on this machine: store, keys, invented people, functions, API and pages, opened and closed in order."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import boto3
from chalice.app import Chalice
from chalice.local import LocalChalice

from infra.local.clock import SetClock
from infra.local.dynamo import Store, dynamodb_local, embedded, given_endpoint
from infra.local.environment import ROOT, Refused, environment
from infra.local.functions import eventful, queued, scheduled, streamed
from infra.local.gateway import Gateway
from infra.local.options import Options
from infra.local.pages import Site
from infra.local.queues import QueuePump, queues
from infra.local.report import to_terminal
from infra.local.server import CityServer, Door, door
from infra.local.stir import Stir
from infra.local.streams import Positions, StreamPump
from infra.local.ticker import Ticker
from infra.local.uploads import UploadDoor, teller
from infra.vendored import vendored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from chalicelib.wiring import City
    from infra.local.demo import DemoCity

WEB = ROOT / "web"
SDK = ROOT / "clients/javascript/src"
ELSEWHERE = vendored(WEB) | {f"/sdk/{file.name}": file for file in sorted(SDK.glob("*.js"))}
STAGE = {"YIMA_STAGE": "local", "YIMA_IDENTITY_PROVIDER": "sandbox"}
LAST_ROUND_S = 10.0


@dataclass(frozen=True, slots=True)
class RunningCity:
    """A city that answers: what `city.json` says, and where that file is."""

    document: dict[str, Any]
    file: Path


@contextmanager
def running_city(options: Options) -> Iterator[RunningCity]:
    """Open a city and close it in order; raises `Refused` where it cannot be opened.

    One per process: the functions find their city through the environment, as they do in the cloud.
    """
    server = CityServer(options.host, options.port)
    with ExitStack() as stack:
        stack.callback(server.server_close)
        file = options.folder / "city.json"
        file.unlink(missing_ok=True)
        memory = _memory(options)
        store = stack.enter_context(_store(options, memory))
        stack.enter_context(environment(STAGE))
        if memory is None:
            stack.enter_context(_uploads_on_disk())
        sqs = stack.enter_context(queues(store.region))
        document = _open(server, store, memory, stack, options, sqs=sqs)
        _write(file, document)
        yield RunningCity(document, file)


def _open(
    server: CityServer, store: Store, memory: Path | None, stack: ExitStack, options: Options, *, sqs: SQSClient
) -> dict[str, Any]:
    """Found the city, start its functions, and answer; what was started is put on the stack to be stopped."""
    city = _wired(options)
    people = _founded(city, memory)
    document = people.document(base_url=server.base_url, store=store.kind)
    app = _app(city)
    site = Site(WEB, ELSEWHERE, {"/city.json": lambda: json.dumps(document, ensure_ascii=False).encode()})
    stir = Stir()
    server.answer = _stirring(door(Gateway(app), site), stir)
    server.inlet = _inlet(city, app, stir)
    stack.enter_context(_functions(app, store, sqs, memory, stir, scheduler=options.scheduler))
    stack.enter_context(_serving(server))
    if isinstance(city.clock, SetClock):
        city.clock.let_go()
    return document


def _wired(options: Options) -> City:
    """The city of this process, over its tables. Imported late: our modules read the environment when they load.

    Its clock is set here and nowhere else: no deployment can be told what time it is.
    """
    from chalicelib.platform import tables, telemetry
    from chalicelib.platform.clock import system_clock
    from chalicelib.wiring import city

    telemetry.metrics.setLevel(logging.INFO if options.metrics else logging.ERROR)
    here = city()
    here.clock = system_clock if options.at is None else SetClock(options.at)
    tables.connect(here.settings)
    tables.create_all()
    return here


def _founded(city: City, memory: Path | None) -> DemoCity:
    """The demo city, founded or found again; raises `Refused` where its keys and its tables do not belong together."""
    from chalicelib.platform.crypto.sealing import SealBroken
    from infra.local import demo

    try:
        return demo.found(city, secrets=memory, now=city.clock())
    except SealBroken:
        reason = f"The keys in {memory} do not open the city that is kept there; move the folder away to found another."
        raise Refused(reason) from None


@contextmanager
def _uploads_on_disk() -> Iterator[None]:
    """Files as large as they like, beside a store that keeps all in memory; they are gone when it is."""
    with TemporaryDirectory(prefix="yima-uploads-") as folder, environment({"YIMA_UPLOADS": f"folder:{folder}"}):
        yield


def _inlet(city: City, app: Chalice, stir: Stir) -> UploadDoor | None:
    """The door for whole files, where they go to a folder; into a bucket they go by themselves."""
    from chalicelib.platform.upload_folder import FolderUploads

    if not isinstance(city.uploads, FolderUploads):
        return None
    tell = stir.after(teller(eventful(app), report=to_terminal))
    return UploadDoor(city.uploads, tell=tell, clock=city.clock)


def _stirring(answer: Door, stir: Stir) -> Door:
    """The door; whoever does more than look stirs the city."""
    acting = stir.after(answer)
    return lambda request: (answer if request.method == "GET" else acting)(request)


def _app(city: City) -> Chalice:
    from app import build_app

    return build_app(city, LocalChalice)


@contextmanager
def _functions(
    app: Chalice, store: Store, sqs: SQSClient, memory: Path | None, stir: Stir, *, scheduler: bool
) -> Iterator[None]:
    """The scheduled, stream and queue functions, in threads; at the end the streams are told to the last record."""
    from chalicelib.platform.tables import table_name

    dynamodb = boto3.client("dynamodb", endpoint_url=store.endpoint, region_name=store.region)
    streams = boto3.client("dynamodbstreams", endpoint_url=store.endpoint, region_name=store.region)
    chores = [replace(function, call=stir.after(function.call)) for function in scheduled(app)]
    runners = [Ticker(chores, report=to_terminal).run] if scheduler else []
    for function in (replace(one, call=stir.after(one.call)) for one in streamed(app)):
        table = dynamodb.describe_table(TableName=table_name(function.contents))["Table"]
        positions = Positions(memory and memory / f"{function.name}.positions.json")
        arn = table["LatestStreamArn"]
        pump = StreamPump(streams, arn, function, positions=positions, report=to_terminal, stir=stir)
        runners.append(pump.run)
    for message in (replace(one, call=stir.after(one.call)) for one in queued(app)):
        runners.append(QueuePump(sqs, message, report=to_terminal, stir=stir).run)
    stop = threading.Event()
    threads = [threading.Thread(target=run, args=(stop,), daemon=True) for run in runners]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        stir()
        for thread in threads:
            thread.join(LAST_ROUND_S)


@contextmanager
def _serving(server: CityServer) -> Iterator[None]:
    server.serve()
    try:
        yield
    finally:
        server.shutdown()


def _memory(options: Options) -> Path | None:
    """Where a city keeps what must outlive it, one folder per store; None where the store does not outlive it."""
    if options.store == "embedded":
        return None
    return options.folder / ("dynamodb" if options.store == "dynamodb-local" else "endpoint")


def _store(options: Options, memory: Path | None) -> AbstractContextManager[Store]:
    if memory is None:
        return embedded()
    if options.store == "dynamodb-local":
        return dynamodb_local(memory)
    return given_endpoint(options.store, memory)


def _write(file: Path, document: dict[str, Any]) -> None:
    from infra.local.enrolment import write_privately

    write_privately(file, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
