"""The obvious design, built in good faith as the yardstick: a verification of the same code with the same verdict.

Verify the SM2 signature in pure Python (gmssl), read the holder with PynamoDB, decide, mark the code as used with a
put, write an audit record with a put. It borrows from us whatever has little to do with the difference (Chalice, the
token, base45, opening the holder's id), and those borrowed parts are fast ones.
What it does not do is as telling: between its read and its put, two verifiers can both be told yes.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from chalice.app import Chalice, Response
from gmssl.sm2 import CryptSM2
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.codes import wire
from chalicelib.codes.model import Reason, window_reason
from chalicelib.codes.seal import open_holder
from chalicelib.codes.wire import CodeBody, UnverifiedCode
from chalicelib.platform.crypto import sm2
from chalicelib.platform.http.operation import Principal, bearer
from chalicelib.platform.tables import TableMeta, table_name
from chalicelib.platform.times import rfc3339
from chalicelib.status.model import Standing, colour_at
from chalicelib.status.store import StatusItem
from chalicelib.trust.model import KeyState, KeyUse
from chalicelib.wiring import City

VerifySignature = Callable[[bytes, bytes, bytes], bool]


class AuditItem(Model):
    """Who looked at whom."""

    class Meta(TableMeta):
        table_name = table_name("naive-audit")

    audit_id = UnicodeAttribute(hash_key=True)
    holder = UnicodeAttribute()
    verifier = UnicodeAttribute()
    purpose = UnicodeAttribute()
    at = NumberAttribute()


class Refused(Exception):
    """The code is not accepted; the argument is a `Reason`."""


def pure_python(public: bytes, message: bytes, signature: bytes) -> bool:
    """gmssl as its documentation says, but for its constructor, which would damage one key in eight."""
    verifier = CryptSM2(private_key="", public_key=public.hex())
    verifier.public_key = public.hex()
    return bool(verifier.verify_with_sm3(signature.hex(), message))


def in_c(public: bytes, message: bytes, signature: bytes) -> bool:
    """The same design with a fast signature library, to see how much of the difference that alone makes."""
    return sm2.verify(public, message, signature)


def build_naive_app(city: City, verify_signature: VerifySignature = pure_python) -> Chalice:
    """A Chalice app with one route, which answers what ours answers."""
    if not AuditItem.exists():
        AuditItem.create_table()
    app = Chalice(app_name="naive")

    def verify_code() -> Response:
        request = app.current_request
        assert request
        now = city.clock()
        verifier = city.tokens.authenticate(bearer(request.headers.get("authorization")), now=now)
        asked = json.loads(request.raw_body)
        answer = _verdict(city, asked, verifier, now, verify_signature)
        return Response(json.dumps(answer), {"Content-Type": "application/json"})

    app.route("/v1/verifications", methods=["POST"], cors=True)(verify_code)
    return app


def _verdict(
    city: City, asked: dict[str, Any], verifier: Principal, now: float, verify: VerifySignature
) -> dict[str, Any]:
    """The answer of POST /v1/verifications."""
    answer: dict[str, Any] = {"verdict": "rejected", "reason": None, "colour": None, "holder": None}
    try:
        code = _checked(city, asked["code"], now, verify)
        item = _spent(city, code.body, verifier, asked, now)
    except Refused as refused:
        return {**answer, "reason": refused.args[0], "server_time": rfc3339(now)}
    seen = {"verdict": "accepted", "colour": colour_at(item.course, now)}
    return {**answer, **seen, "server_time": rfc3339(now)}


def _checked(city: City, text: str, now: float, verify: VerifySignature) -> UnverifiedCode:
    """A code whose signature and time are right."""
    try:
        code = wire.read(text)
    except wire.UnknownKind:
        raise Refused(Reason.UNKNOWN_KIND) from None
    except wire.MalformedCode:
        raise Refused(Reason.MALFORMED) from None
    if code.body.region != city.settings.region:
        raise Refused(Reason.UNKNOWN_ISSUER)
    key = city.ring.find(code.body.kid, now=now)
    if key is None or key.use is not KeyUse.CODE:
        raise Refused(Reason.UNKNOWN_KEY)
    if key.state is KeyState.REVOKED:
        raise Refused(Reason.REVOKED_KEY)
    if not verify(key.public_key, code.signed, code.signature):
        raise Refused(Reason.BAD_SIGNATURE)
    out_of_time = window_reason(code.body, now=now)
    if out_of_time:
        raise Refused(out_of_time)
    return code


def _spent(city: City, body: CodeBody, verifier: Principal, asked: dict[str, Any], now: float) -> StatusItem:
    """Read, decide, mark as used, write it down: three round trips, and a gap between the first two."""
    try:
        item = StatusItem.get(_holder(city, body, now), consistent_read=True)
    except StatusItem.DoesNotExist:
        raise Refused(Reason.HOLDER_SUSPENDED) from None
    if item.standing != Standing.ACTIVE:
        raise Refused(Reason.HOLDER_SUSPENDED)
    if item.mark > body.position:
        raise Refused(Reason.SUPERSEDED)
    if item.mark == body.position and item.last_scan.verifier != verifier.subject:
        raise Refused(Reason.REPLAYED)
    item.mark = body.position
    item.last_scan = {
        "verifier": verifier.subject,
        "verifier_name": verifier.name,
        "purpose": asked["purpose"],
        "place": asked["place"],
        "at": int(now),
    }
    item.save()
    audit = AuditItem(str(uuid.uuid4()), holder=item.holder, verifier=verifier.subject)
    audit.purpose, audit.at = asked["purpose"], int(now)
    audit.save()
    return item


def _holder(city: City, body: CodeBody, now: float) -> str:
    """The holder's id, which a naive code would carry in the open."""
    record = city.ring.find(body.kid, now=now)
    assert record
    return open_holder(city.ring.open(record).seal_keys, body)[0]
