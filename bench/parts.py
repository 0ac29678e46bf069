"""Where the CPU of an accepted verification goes, part by part. The rest is what no part explains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from chalice.app import Chalice, Response

from bench.report import Section, microseconds
from bench.stage import NOW, Stage
from bench.timing import Case, Effort, side_by_side
from bench.traffic import A_SCAN, Recorder, Traffic, Unmarked, event
from chalicelib.codes.seal import is_intact, open_holder
from chalicelib.codes.telling import accepted
from chalicelib.codes.verify_routes import Verification, Verify
from chalicelib.codes.wire import read
from chalicelib.platform import telemetry
from chalicelib.platform.http.operation import CORS
from chalicelib.platform.times import rfc3339
from chalicelib.status.register import StatusRegister

WHOLE, CLIENT = "a whole accepted verification", "the client: UpdateItem over the loopback"
Run = Callable[[Any], Any]


def measure(stage: Stage, effort: Effort) -> Section:
    """Every part alone, in turn with the whole."""
    traffic = Traffic(stage)
    whole = Case(WHOLE, lambda event: stage.app(event, None), traffic.scans)
    client = Case(CLIENT, traffic.update_by(stage.city.dynamodb), traffic.spendings)
    parts = [Case(name, run, batch=200) for name, run in _parts(stage, traffic).items()]
    timed = side_by_side([whole, client, *parts], effort)
    total = timed.pop(WHOLE).median
    shares = {name: one.median for name, one in timed.items()}
    shares["the rest: calls in between, caches gone cold while waiting"] = total - sum(shares.values())
    rows = [(name, microseconds(share), f"{share / total:.0%}") for name, share in (*shares.items(), (WHOLE, total))]
    return Section("What a verification costs, by part", ("part", "CPU, µs", "share"), rows)


def _parts(stage: Stage, traffic: Traffic) -> dict[str, Run]:
    """Everything but the client, in the order in which it happens."""
    city, holder = stage.city, stage.holder
    (scan,) = traffic.scans(1)
    token = scan["headers"]["Authorization"].removeprefix("Bearer ")
    code = read(_text(scan["body"]))
    record = city.ring.find(code.body.kid, now=NOW)
    assert record
    keys = city.ring.open(record).seal_keys
    item = traffic.item()
    register = StatusRegister(Recorder(item), stage.table)  # type: ignore[arg-type]
    status = Unmarked(holder).read(holder)
    return {
        "Chalice: from event to view, from response to answer": _nothing_but_chalice(),
        "token": lambda _: city.tokens.authenticate(token, now=NOW),
        "JSON of question and answer": _json(scan["body"]),
        "the code's text: base45, fields": _reading(scan["body"]),
        "the key, from the ring": lambda _: city.ring.open(city.ring.find(code.body.kid, now=NOW)),
        "tag (HMAC-SM3)": lambda _: is_intact(keys, code),
        "holder (SM4-CTR)": lambda _: open_holder(keys, code.body),
        "register: values to and from DynamoDB's": lambda _: register.present(
            holder, mark=code.body.position, scan=A_SCAN
        ),
        "what is told at an entrance": lambda _: city.telling.told(
            accepted(status, code.body, scan=A_SCAN, mark=code.body.position, fields=city.fields, now=NOW),
            A_SCAN,
            may_exchange=False,
            now=NOW,
        ),
        "times (RFC 3339)": lambda _: (rfc3339(NOW), rfc3339(NOW), rfc3339(NOW)),
        "metric line": lambda _: telemetry.count("Verifications", reason="accepted"),
    }


def _nothing_but_chalice() -> Run:
    """A view that answers at once."""
    app = Chalice(app_name="nothing")
    headers: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    app.route("/v1/nothing", methods=["POST"], content_types=[], cors=CORS)(lambda: Response("{}", headers))
    asked = event("/v1/nothing", "token", "{}")
    return lambda _: app(asked, None)


def _json(body: str) -> Run:
    """The scan decoded, the verdict encoded."""
    decoder = msgspec.json.Decoder(Verify)
    instant = rfc3339(NOW)
    told = Verification(
        verdict="accepted",
        reason=None,
        colour="green",
        holder=None,
        carrier="screen",
        shown_by="holder",
        tags=None,
        pairwise_id=None,
        exchange_token=None,
        exchange_until=None,
        issued_at=instant,
        expires_at=instant,
        specimen=True,
        server_time=instant,
    )
    return lambda _: (decoder.decode(body.encode()), msgspec.json.encode(told).decode())


def _reading(body: str) -> Run:
    text = _text(body)
    return lambda _: read(text)


def _text(body: str) -> str:
    """The text of the code in a scan."""
    return msgspec.json.decode(body, type=Verify).code or ""
