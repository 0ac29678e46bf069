"""Policies, roll-outs and dry runs as the API shows them. Officers are shown by office and masked name only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from chalicelib.platform.times import rfc3339
from chalicelib.status.model import Colour
from chalicelib.status.policy.life import RollOut
from chalicelib.status.policy.sweep_model import Progress, would_leave, would_turn

if TYPE_CHECKING:
    from chalicelib.status.policy.finding import Finding
    from chalicelib.status.policy.loading import LoadedPolicy
    from chalicelib.status.policy.rulebook import Rulebook


class Words(msgspec.Struct):
    """What people read, in both languages."""

    zh: str
    en: str


class ShownFinding(msgspec.Struct):
    """Something to be asked before the policy is approved: a stable code, the rules concerned, and what it is."""

    code: str
    rules: list[str]
    words: Words


class ShownPolicy(msgspec.Struct):
    """A policy that can be rolled out. `loaded_at` is null for one that came with Yima; `digest` is the text's SM3."""

    policy_key: str
    title: Words
    rules: int
    digest: str
    loaded_at: str | None
    findings: list[ShownFinding]


class ListedPolicy(msgspec.Struct):
    """A policy in the list of all."""

    policy_key: str
    title: Words
    rules: int
    loaded_at: str | None


class PolicyText(msgspec.Struct):
    """A policy with its file as it was written."""

    policy: ShownPolicy
    text: str


class InForce(msgspec.Struct):
    """From this instant on (null: for ever) this policy holds, until the next one does."""

    policy_key: str
    since: str | None


class PolicyList(msgspec.Struct):
    """Every policy there is, and which of them hold from when: the rulebook in its present edition."""

    policies: list[ListedPolicy]
    edition: int
    in_force: list[InForce]


class ShownSegment(msgspec.Struct):
    """How far one of the sixteen parts has come."""

    name: str
    done: int
    finished: bool


class ShownProgress(msgspec.Struct):
    """How far a walk over all holders has come. `about` is how many there are, as the store counted some hours ago."""

    done: int
    about: int
    failed: int
    per_second: float
    finished_at: str | None
    segments: list[ShownSegment]


class ShownStep(msgspec.Struct):
    """One thing that happened: what, by whom (empty for the city itself), when, and why."""

    event: str
    by: str
    at: str
    note: str


class ShownRollOut(msgspec.Struct):
    """A decision about which policy holds. `effective_from` null: with its approval. `since` is from when it holds."""

    roll_out_id: str
    policy_key: str
    effective_from: str | None
    undoes: str | None
    state: str
    since: str | None
    edition: int | None
    steps: list[ShownStep]
    progress: ShownProgress | None


class RollOutList(msgspec.Struct):
    """Every roll-out, the newest first."""

    roll_outs: list[ShownRollOut]


class ByColour(msgspec.Struct):
    """Numbers of people."""

    green: int
    yellow: int
    red: int


class ShownDryRun(msgspec.Struct):
    """What a policy would do at an instant. The numbers are of those visited so far, all when it is finished."""

    dry_run_id: str
    policy_key: str
    at: str
    would_turn: ByColour
    would_leave: ByColour
    words: Words
    progress: ShownProgress


def shown_policy(loaded: LoadedPolicy, found: list[Finding]) -> ShownPolicy:
    """A policy and what is found in it."""
    policy, since = loaded.policy, loaded.loaded_at
    return ShownPolicy(
        policy.key,
        Words(policy.title.zh, policy.title.en),
        len(policy.rules),
        loaded.digest,
        None if since is None else rfc3339(since),
        [ShownFinding(one.code, list(one.rules), Words(one.text.zh, one.text.en)) for one in found],
    )


def shown_rulebook(policies: list[LoadedPolicy], book: Rulebook) -> PolicyList:
    """All policies, and those that hold."""
    shown = [shown_policy(one, []) for one in policies]
    listed = [ListedPolicy(one.policy_key, one.title, one.rules, one.loaded_at) for one in shown]
    entries = [InForce(entry.policy, rfc3339(entry.since) if entry.since else None) for entry in book.entries]
    return PolicyList(listed, book.edition, entries)


def shown_roll_out(roll_out: RollOut, progress: Progress | None, *, now: float) -> ShownRollOut:
    """A roll-out as it stands."""
    return ShownRollOut(
        roll_out.roll_out_id,
        roll_out.policy,
        None if roll_out.effective_from is None else rfc3339(roll_out.effective_from),
        roll_out.undoes or None,
        roll_out.state,
        rfc3339(roll_out.since) if roll_out.edition else None,
        roll_out.edition or None,
        [ShownStep(step.event, step.by_name, rfc3339(step.at), step.note) for step in roll_out.steps],
        None if progress is None else shown_progress(progress, now=now),
    )


def shown_dry_run(progress: Progress, *, now: float) -> ShownDryRun:
    """What a dry run has found."""
    turn, leave = would_turn(progress.counts), would_leave(progress.counts)
    return ShownDryRun(
        progress.sweep.sweep_id,
        progress.sweep.policy,
        rfc3339(progress.sweep.at),
        ByColour(**turn),
        ByColour(**leave),
        _in_words(turn, leave),
        shown_progress(progress, now=now),
    )


def shown_progress(progress: Progress, *, now: float) -> ShownProgress:
    """How far a sweep has come."""
    ended = progress.finished_at
    return ShownProgress(
        progress.done,
        max(progress.sweep.about, progress.done),
        progress.failed,
        round(progress.per_second(int(now)), 1),
        None if ended is None else rfc3339(ended),
        [ShownSegment(one.name, one.done, one.finished_at is not None) for one in progress.segments],
    )


COLOURS_ZH = {Colour.GREEN: "绿码", Colour.YELLOW: "黄码", Colour.RED: "红码"}


def _in_words(turn: dict[Colour, int], leave: dict[Colour, int]) -> Words:
    """`12,345 people would turn yellow, 17 would leave red`."""
    changes = [(n, f"{n:,} would turn {one}", f"{n:,} 人将转为{COLOURS_ZH[one]}") for one, n in turn.items()]
    changes += [(n, f"{n:,} would leave {one}", f"{n:,} 人将不再是{COLOURS_ZH[one]}") for one, n in leave.items()]
    told = [(en, zh) for number, en, zh in changes if number]
    if not told:
        return Words("没有人的码会改变颜色", "nobody's colour would change")
    return Words("，".join(zh for _, zh in told), ", ".join(en for en, _ in told))
