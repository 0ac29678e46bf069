"""Why a policy is not taken, and why a roll-out does not go on."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, NotFound, Unavailable, Unprocessable
from chalicelib.status.refusals import OwnProposal


class PolicyMistaken(Unprocessable):
    """The file is no policy."""

    code = "mistaken_policy"
    title = "There are mistakes in the policy"
    detail = (
        "Correct what `mistakes` tells, line by line, and send the file again; docs/policies.md explains the format."
    )


class PolicyVersionTaken(Conflict):
    """Another text was loaded under this name and version. A version is never edited."""

    code = "policy_version_taken"
    title = "This version of the policy exists already and says something else"
    detail = "Give the new text a higher `version`."


class NoSuchPolicy(NotFound):
    """Nobody has loaded this policy."""

    code = "no_such_policy"
    title = "There is no such policy"
    detail = "Use one of the keys that GET /v1/policies answers, or load the policy first."


class NoSuchRollOut(NotFound):
    """Nobody has proposed this."""

    code = "no_such_roll_out"
    title = "There is no such roll-out"
    detail = "Use one of the ids that GET /v1/roll-outs answers."


class NoSuchDryRun(NotFound):
    """Nobody has asked for this, or it was so long ago that its outcome is gone."""

    code = "no_such_dry_run"
    title = "There is no such dry run"
    detail = "Start one with POST /v1/dry-runs; its outcome is kept for 180 days."


class EffectiveInThePast(Unprocessable):
    """A policy cannot have been in force before it was approved: nobody could have known."""

    code = "effective_in_the_past"
    title = "The policy would take effect in the past"
    detail = "Name a later instant (RFC 3339), or none to let it take effect with its approval."


class EffectiveTooFarAhead(Unprocessable):
    """What is decided today for years ahead is forgotten before it comes."""

    code = "effective_too_far_ahead"
    title = "The policy would take effect too far ahead"
    detail = "Name an instant within a year."


class AlreadyDecided(Conflict):
    """The roll-out has been approved or rejected meanwhile."""

    code = "already_decided"
    title = "This roll-out has been decided already"
    detail = "See `state`; to undo an approved one, ask for its rollback."


class NothingToRollBack(Conflict):
    """The roll-out is not in force and is not going to be: something else has followed it."""

    code = "nothing_to_roll_back"
    title = "This roll-out is not in force"
    detail = "Roll back the one that is in force, or propose the policy you want."


class RulebookContended(Unavailable):
    """Others were changing the rulebook all the time."""

    code = "rulebook_contended"
    title = "The rulebook is being changed by others at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing was lost."


OF_DECISIONS = (NoSuchRollOut, OwnProposal, AlreadyDecided, RulebookContended)
