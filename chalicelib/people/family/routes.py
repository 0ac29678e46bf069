"""Delegations over HTTP: propose, agree, refuse, end, and read them from either side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec

from chalicelib.people.assurance import require_real_person
from chalicelib.people.family.model import Delegation, Kind
from chalicelib.people.family.refusals import (
    PROPOSING,
    CircularDelegation,
    DelegationClosed,
    DelegationNotFound,
    TooManyDependants,
    TooManyGuardians,
    UntilOutOfBounds,
)
from chalicelib.people.model import Identity
from chalicelib.people.proofing.refusals import TooManyAttempts
from chalicelib.people.refusals import AssuranceTooLow, NoIdentityProvider
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import IdempotencyKeyReused, StorageUnavailable
from chalicelib.platform.times import parse_rfc3339, rfc3339
from chalicelib.status.refusals import InvalidDocumentNumber, UnknownDocumentType

if TYPE_CHECKING:
    from chalicelib.people.family.agree import Agreements
    from chalicelib.people.family.end import Endings
    from chalicelib.people.family.propose import Proposals, Wish
    from chalicelib.people.family.reading import DelegationReader, Seen

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class NamedPerson(msgspec.Struct):
    """Somebody as their document names them."""

    name: Text
    document_type: Text
    document_number: Text


class GuardianConsent(msgspec.Struct):
    """A guardian's consent, apart from the proposal itself: the version of the text they agree to."""

    version: Text


class ProposeDelegation(msgspec.Struct):
    """Whom somebody wants to act for. `guardian_consent` is needed for a child under 14; `until` is RFC 3339."""

    kind: Kind
    dependant: NamedPerson
    until: Annotated[str, msgspec.Meta(max_length=40, extra_json_schema={"format": "date-time"})] | None = None
    guardian_consent: GuardianConsent | None = None


class ShownDelegation(msgspec.Struct):
    """A delegation as one side sees it: `role` is theirs, `name` the other's as others see it.

    `because` says why it counts no more, null while it is open; `since` is null before it began.
    """

    delegation_id: str
    role: str
    kind: str
    relation: str
    name: str
    state: str
    proposed_at: str
    answer_by: str | None
    since: str | None
    until: str
    because: str | None
    guardian_consent: str | None
    server_time: str


class ConsentText(msgspec.Struct):
    """What a guardian consents to for a child under 14."""

    version: str
    zh: str
    en: str


class ShownDelegations(msgspec.Struct):
    """A holder's delegations in both directions: the open ones, then the newest of those that are over."""

    delegations: list[ShownDelegation]
    guardian_consent: ConsentText
    server_time: str


class Family(NamedTuple):
    """The services of this room."""

    proposals: Proposals
    agreements: Agreements
    endings: Endings
    reader: DelegationReader


def api(family: Callable[[], Family], front: Front) -> Api:
    """The operations of this room."""
    api = front("family")

    def shown(delegation: Delegation, call: Call[None] | Call[ProposeDelegation]) -> ShownDelegation:
        (seen,) = family().reader.seen([delegation], call.principal.subject, now=call.now)
        return _shown(seen, call.now)

    @api.operation(
        "POST",
        "/v1/delegations",
        summary="Propose to show the codes of a child of mine, or of another adult",
        body=ProposeDelegation,
        answer=ShownDelegation,
        status=201,
        needs="delegation:write",
        creates=True,
        refusals=(
            AssuranceTooLow,
            UnknownDocumentType,
            InvalidDocumentNumber,
            *PROPOSING,
            IdempotencyKeyReused,
            TooManyAttempts,
            NoIdentityProvider,
            StorageUnavailable,
        ),
    )
    def propose_delegation(call: Call[ProposeDelegation]) -> ShownDelegation:
        require_real_person(call.principal)
        wish, by = _wish(call.body), call.principal.subject
        return shown(family().proposals.propose(wish, by=by, creation=call.creation, now=call.now), call)

    @api.operation(
        "GET",
        "/v1/delegations",
        summary="Who acts for me, and for whom I act",
        answer=ShownDelegations,
        needs="delegation:read",
        refusals=(StorageUnavailable,),
    )
    def list_delegations(call: Call[None]) -> ShownDelegations:
        seen = family().reader.of(call.principal.subject, now=call.now)
        return ShownDelegations([_shown(one, call.now) for one in seen], _consent(), rfc3339(call.now))

    @api.operation(
        "POST",
        "/v1/delegations/{delegation_id}/agreement",
        summary="Agree that somebody shows my codes",
        answer=ShownDelegation,
        needs="delegation:write",
        refusals=(
            AssuranceTooLow,
            DelegationNotFound,
            DelegationClosed,
            TooManyDependants,
            TooManyGuardians,
            CircularDelegation,
            StorageUnavailable,
        ),
    )
    def agree_to_delegation(call: Call[None]) -> ShownDelegation:
        require_real_person(call.principal)
        delegation_id = call.path["delegation_id"]
        return shown(family().agreements.agree(delegation_id, call.principal.subject, now=call.now), call)

    @api.operation(
        "POST",
        "/v1/delegations/{delegation_id}/refusal",
        summary="Turn a proposal down",
        answer=ShownDelegation,
        needs="delegation:write",
        refusals=(DelegationNotFound, DelegationClosed, StorageUnavailable),
    )
    def refuse_delegation(call: Call[None]) -> ShownDelegation:
        delegation_id = call.path["delegation_id"]
        return shown(family().endings.refuse(delegation_id, call.principal.subject, now=call.now), call)

    @api.operation(
        "POST",
        "/v1/delegations/{delegation_id}/end",
        summary="End a delegation or take a proposal back, as either side",
        answer=ShownDelegation,
        needs="delegation:write",
        refusals=(DelegationNotFound, DelegationClosed, StorageUnavailable),
    )
    def end_delegation(call: Call[None]) -> ShownDelegation:
        delegation_id = call.path["delegation_id"]
        return shown(family().endings.end(delegation_id, call.principal.subject, now=call.now), call)

    return api


def _wish(body: ProposeDelegation) -> Wish:
    """What a body proposes; raises `UntilOutOfBounds` for an end that is no instant."""
    from chalicelib.people.family.propose import Wish

    person = body.dependant
    identity = Identity(person.name, person.document_type, person.document_number)
    try:
        until = None if body.until is None else parse_rfc3339(body.until)
    except (ValueError, OverflowError):
        raise UntilOutOfBounds(latest=None) from None
    return Wish(body.kind, identity, until, body.guardian_consent.version if body.guardian_consent else "")


def _shown(seen: Seen, now: float) -> ShownDelegation:
    """A delegation as JSON."""
    one = seen.delegation
    return ShownDelegation(
        delegation_id=one.delegation_id,
        role="guardian" if seen.mine else "dependant",
        kind=one.kind,
        relation=one.relation,
        name=seen.name,
        state=one.state_at(now),
        proposed_at=rfc3339(one.proposed_at),
        answer_by=None if one.since else rfc3339(one.answer_by),
        since=rfc3339(one.since) if one.since else None,
        until=rfc3339(one.until),
        because=one.because_at(now),
        guardian_consent=one.consent or None,
        server_time=rfc3339(now),
    )


def _consent() -> ConsentText:
    """The text as it is today."""
    from chalicelib.people.family.consent import CURRENT, TEXTS

    return ConsentText(CURRENT, *TEXTS[CURRENT])
