"""Codes over HTTP: issue (and refresh, which is the same), and the holder's own list of scans."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from chalicelib.codes.issue import CodeIssuer, Issued
from chalicelib.codes.model import AHEAD_LIMIT
from chalicelib.codes.refusals import HolderSuspended
from chalicelib.people.family.refusals import DelegationEnded, NotYourDependant
from chalicelib.people.refusals import AssuranceTooLow
from chalicelib.platform.http.operation import Api, Call, Front, Principal
from chalicelib.platform.http.paths import PATTERN
from chalicelib.platform.http.refusals import StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339
from chalicelib.status.model import ShownBy

if TYPE_CHECKING:
    from chalicelib.codes.dependants import DependantCodes
    from chalicelib.codes.store import ScanItem, ScanStore

PAGE_SIZE = 20
Entitled = Callable[[Principal], None]


class IssueCode(msgspec.Struct):
    """What a holder asks for: one code now, or `ahead` codes for as many minutes from now on.

    `for` is the `delegation_id` of GET /v1/delegations under which somebody else's code is asked for.
    """

    ahead: Annotated[int, msgspec.Meta(ge=1, le=AHEAD_LIMIT)] | None = None
    picture: Literal["svg", "png"] | None = None
    delegation: Annotated[str, msgspec.Meta(pattern=PATTERN)] | None = msgspec.field(default=None, name="for")


class ShownHolder(msgspec.Struct):
    """Whose code is shown: the masked name."""

    name: str


class IssuedCode(msgspec.Struct, omit_defaults=True):
    """A code to show. `picture` is a data URL; times are RFC 3339 UTC.

    `shown_by` and `holder` are there for a code of somebody else, which a guardian shows.
    """

    code: str
    colour: str
    issued_at: str
    expires_at: str
    server_time: str
    specimen: bool
    picture: str | None = None
    shown_by: str | None = None
    holder: ShownHolder | None = None


class IssuedCodes(msgspec.Struct):
    """Codes for consecutive minutes, for a dead zone ahead."""

    codes: list[IssuedCode]
    server_time: str


class SeenScan(msgspec.Struct):
    """One scan as its holder sees it: when, who, what for, where, by what.

    `terminal` is the id of the gate or phone that looked, null where it was none. `fields` are the kinds of field that
    go with the verdict and the colour, if it was good; what was asked for later is in GET /v1/disclosures.
    """

    scanned_at: str
    verifier_name: str
    purpose: str
    place: str
    terminal: str | None
    carrier: str
    shown_by: str
    fields: list[str]


class SeenScans(msgspec.Struct):
    """A holder's scans, newest first. `next_cursor` is null on the last page."""

    scans: list[SeenScan]
    next_cursor: str | None


def api(
    issuer: CodeIssuer,
    scans: Callable[[], ScanStore],
    front: Front,
    *,
    entitled: Entitled,
    dependants: Callable[[], DependantCodes],
) -> Api:
    """The operations of this room; `entitled` refuses whoever was not recognised surely enough for a code."""
    api = front("codes")

    @api.operation(
        "POST",
        "/v1/codes",
        summary="Issue or refresh a one-minute code",
        body=IssueCode,
        answer=(IssuedCode, IssuedCodes),
        status=201,
        needs="code:issue",
        refusals=(AssuranceTooLow, HolderSuspended, NotYourDependant, DelegationEnded, StorageUnavailable),
    )
    def issue_code(call: Call[IssueCode]) -> IssuedCode | IssuedCodes:
        entitled(call.principal)
        wish, holder = call.body, call.principal.subject
        if wish.delegation is None:
            issued = issuer.issue(holder, now=call.now, count=wish.ahead or 1)
            codes = [_shown(code, wish.picture, call.now) for code in issued]
        else:
            shown = dependants().issue(wish.delegation, guardian=holder, now=call.now, count=wish.ahead or 1)
            codes = [_shown(code, wish.picture, call.now, whose=shown.name) for code in shown.codes]
        return codes[0] if wish.ahead is None else IssuedCodes(codes, rfc3339(call.now))

    @api.operation(
        "GET",
        "/v1/scans",
        summary="Who scanned my codes",
        answer=SeenScans,
        needs="scan:read",
        query={"cursor": "Where the page before ended"},
        refusals=(UnknownCursor, StorageUnavailable),
    )
    def list_scans(call: Call[None]) -> SeenScans:
        cursor = _cursor(call.query.get("cursor"))
        page = scans().page(call.principal.subject, before=cursor, size=PAGE_SIZE)
        more = page[-1].scan_id if len(page) == PAGE_SIZE else None
        return SeenScans([_seen(item) for item in page], more)

    return api


def _shown(issued: Issued, form: str | None, now: float, *, whose: str | None = None) -> IssuedCode:
    """A code for the holder's screen, or with the name of `whose` it is for the screen of a guardian."""
    picture = None
    if form is not None:
        from chalicelib.codes.picture import data_url

        picture = data_url(issued.text, form)
    body = issued.body
    return IssuedCode(
        code=issued.text,
        colour=body.colour,
        issued_at=rfc3339(body.issued_at),
        expires_at=rfc3339(body.expires_at),
        server_time=rfc3339(now),
        specimen=body.specimen,
        picture=picture,
        shown_by=None if whose is None else ShownBy.GUARDIAN,
        holder=None if whose is None else ShownHolder(whose),
    )


def _cursor(text: str | None) -> str | None:
    """A cursor as it was given out (a scan id); raises `UnknownCursor`."""
    if text is None:
        return None
    at, _, mark = text.partition("-")
    if not (text.isascii() and at.isdigit() and len(at) == 10 and len(mark) == 24):
        raise UnknownCursor
    return text


def _seen(item: ScanItem) -> SeenScan:
    """A logged scan for its holder."""
    return SeenScan(
        scanned_at=rfc3339(item.at),
        verifier_name=item.verifier_name,
        purpose=item.purpose,
        place=item.place,
        terminal=item.terminal or None,
        carrier=item.carrier,
        shown_by=item.shown_by,
        fields=item.fields.split(),
    )
