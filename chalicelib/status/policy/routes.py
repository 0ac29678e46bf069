"""Policies for health officers: load one, see what it would do, propose it, decide on what others propose, go back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import IdempotencyKeyReused, StorageUnavailable
from chalicelib.status.policy import refusals
from chalicelib.status.policy.shown import (
    PolicyList,
    PolicyText,
    RollOutList,
    ShownDryRun,
    ShownPolicy,
    ShownRollOut,
    shown_dry_run,
    shown_policy,
    shown_roll_out,
    shown_rulebook,
)
from chalicelib.status.refusals import NotInOffice

if TYPE_CHECKING:
    from chalicelib.status.policy.life import RollOut
    from chalicelib.status.policy.office import PolicyOffice

READ, WRITE = "policy:read", "policy:write"
POLICY_LIMIT_BYTES = 640 * 1024
"""A file of 256 KB as JSON, where each Chinese character may be written in six."""

Key = Annotated[str, Meta(min_length=3, max_length=64)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Instant = Annotated[datetime, Meta(tz=True)]
ANY = (NotInOffice, StorageUnavailable)
EFFECTIVE = (refusals.EffectiveInThePast, refusals.EffectiveTooFarAhead)


class LoadPolicy(msgspec.Struct):
    """A policy file (docs/policies.md), as it is written."""

    text: str


class StartDryRun(msgspec.Struct):
    """Which policy, and at which instant (RFC 3339; left out: now)."""

    policy_key: Key
    at: Instant | None = None


class ProposeRollOut(msgspec.Struct):
    """Which policy, from when (RFC 3339; left out: with its approval), and why."""

    policy_key: Key
    reason: Reason
    effective_from: Instant | None = None


class GiveReason(msgspec.Struct):
    """Why."""

    reason: Reason


def api(office: Callable[[], PolicyOffice], front: Front) -> Api:
    """The operations of this room."""
    api = front("policies")
    _of_policies(api, office)
    _of_dry_runs(api, office)
    _of_roll_outs(api, office)
    _of_decisions(api, office)
    return api


def _of_policies(api: Api, office: Callable[[], PolicyOffice]) -> None:
    @api.operation(
        "POST",
        "/v1/policies",
        summary="Load a version of a policy, and see what is found in it",
        body=LoadPolicy,
        answer=ShownPolicy,
        status=201,
        needs=WRITE,
        limit_bytes=POLICY_LIMIT_BYTES,
        refusals=(refusals.PolicyMistaken, refusals.PolicyVersionTaken, *ANY),
    )
    def load_policy(call: Call[LoadPolicy]) -> ShownPolicy:
        loaded, found = office().policies.load(call.body.text, subject=call.principal.subject, now=int(call.now))
        return shown_policy(loaded, found)

    @api.operation(
        "GET",
        "/v1/policies",
        summary="Every policy, and which of them hold from when",
        answer=PolicyList,
        needs=READ,
        refusals=ANY,
    )
    def list_policies(call: Call[None]) -> PolicyList:
        here = office().for_reading(call.principal.subject)
        return shown_rulebook(here.policies.all(), here.rulebook())

    @api.operation(
        "GET",
        "/v1/policies/{policy_key}",
        summary="One policy, with its text",
        answer=PolicyText,
        needs=READ,
        refusals=(refusals.NoSuchPolicy, *ANY),
    )
    def show_policy(call: Call[None]) -> PolicyText:
        here = office().for_reading(call.principal.subject)
        found = here.policies.find(call.path["policy_key"])
        return PolicyText(shown_policy(found, here.findings(found)), found.text)


def _of_dry_runs(api: Api, office: Callable[[], PolicyOffice]) -> None:
    @api.operation(
        "POST",
        "/v1/dry-runs",
        summary="Count what would become of everybody's colour under a policy; changes nothing",
        body=StartDryRun,
        answer=ShownDryRun,
        status=201,
        needs=WRITE,
        creates=True,
        refusals=(refusals.NoSuchPolicy, *EFFECTIVE, IdempotencyKeyReused, *ANY),
    )
    def start_dry_run(call: Call[StartDryRun]) -> ShownDryRun:
        started = office().dry_runs.start(
            call.body.policy_key,
            at=_seconds(call.body.at),
            creation=call.creation,
            subject=call.principal.subject,
            now=int(call.now),
        )
        return shown_dry_run(started, now=call.now)

    @api.operation(
        "GET",
        "/v1/dry-runs/{dry_run_id}",
        summary="How far a dry run has come, and what it has found",
        answer=ShownDryRun,
        needs=READ,
        refusals=(refusals.NoSuchDryRun, *ANY),
    )
    def show_dry_run(call: Call[None]) -> ShownDryRun:
        here = office().for_reading(call.principal.subject)
        return shown_dry_run(here.dry_runs.find(call.path["dry_run_id"]), now=call.now)


def _of_roll_outs(api: Api, office: Callable[[], PolicyOffice]) -> None:
    @api.operation(
        "POST",
        "/v1/roll-outs",
        summary="Propose that a policy holds from an instant on",
        body=ProposeRollOut,
        answer=ShownRollOut,
        status=201,
        needs=WRITE,
        creates=True,
        refusals=(refusals.NoSuchPolicy, *EFFECTIVE, IdempotencyKeyReused, *ANY),
    )
    def propose_roll_out(call: Call[ProposeRollOut]) -> ShownRollOut:
        proposed = office().roll_outs.propose(
            call.body.policy_key,
            effective_from=_seconds(call.body.effective_from),
            reason=call.body.reason,
            creation=call.creation,
            subject=call.principal.subject,
            now=int(call.now),
        )
        return _shown(office(), proposed, call)

    @api.operation(
        "GET",
        "/v1/roll-outs",
        summary="Every roll-out, the newest first",
        answer=RollOutList,
        needs=READ,
        refusals=ANY,
    )
    def list_roll_outs(call: Call[None]) -> RollOutList:
        here = office().for_reading(call.principal.subject)
        return RollOutList([shown_roll_out(one, None, now=call.now) for one in here.roll_outs.all()])

    @api.operation(
        "GET",
        "/v1/roll-outs/{roll_out_id}",
        summary="One roll-out, and how far it has come",
        answer=ShownRollOut,
        needs=READ,
        refusals=(refusals.NoSuchRollOut, *ANY),
    )
    def show_roll_out(call: Call[None]) -> ShownRollOut:
        here = office().for_reading(call.principal.subject)
        return _shown(here, here.roll_outs.find(call.path["roll_out_id"]), call)


def _of_decisions(api: Api, office: Callable[[], PolicyOffice]) -> None:
    @api.operation(
        "POST",
        "/v1/roll-outs/{roll_out_id}/approval",
        summary="Approve what another officer proposed; it takes effect",
        answer=ShownRollOut,
        needs=WRITE,
        refusals=(*refusals.OF_DECISIONS, *ANY),
    )
    def approve_roll_out(call: Call[None]) -> ShownRollOut:
        here = office()
        approved = here.roll_outs.approve(call.path["roll_out_id"], subject=call.principal.subject, now=int(call.now))
        return _shown(here, approved, call)

    @api.operation(
        "POST",
        "/v1/roll-outs/{roll_out_id}/rejection",
        summary="Reject a proposal, or take back one's own",
        body=GiveReason,
        answer=ShownRollOut,
        needs=WRITE,
        refusals=(refusals.NoSuchRollOut, refusals.AlreadyDecided, *ANY),
    )
    def reject_roll_out(call: Call[GiveReason]) -> ShownRollOut:
        here, reason = office(), call.body.reason
        rejected = here.roll_outs.reject(
            call.path["roll_out_id"], reason=reason, subject=call.principal.subject, now=int(call.now)
        )
        return _shown(here, rejected, call)

    @api.operation(
        "POST",
        "/v1/roll-outs/{roll_out_id}/rollback",
        summary="Propose to go back to what held before a roll-out",
        body=GiveReason,
        answer=ShownRollOut,
        status=201,
        needs=WRITE,
        creates=True,
        refusals=(refusals.NoSuchRollOut, refusals.NothingToRollBack, IdempotencyKeyReused, *ANY),
    )
    def roll_back(call: Call[GiveReason]) -> ShownRollOut:
        here = office()
        proposed = here.roll_outs.roll_back(
            call.path["roll_out_id"],
            reason=call.body.reason,
            creation=call.creation,
            subject=call.principal.subject,
            now=int(call.now),
        )
        return _shown(here, proposed, call)


def _shown(office: PolicyOffice, roll_out: RollOut, call: Call[Any]) -> ShownRollOut:
    """A roll-out with the progress of its sweep."""
    return shown_roll_out(roll_out, office.progress(roll_out), now=call.now)


def _seconds(instant: datetime | None) -> int | None:
    """An instant as Unix seconds."""
    return None if instant is None else int(instant.timestamp())
