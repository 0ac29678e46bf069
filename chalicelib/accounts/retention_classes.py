"""The data classes of the city: which tables, what for, how protected, who sees them, how long. Pure.

One table of everything that is kept; docs/privacy.md is written from it and the sweep goes by it. A test holds it to
the tables there are: each in one class, each with the attribute that ends its items.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from chalicelib.accounts.model import EVIDENCE_KEPT_DAYS

EVIDENCE = "evidence"


class Ends(StrEnum):
    """What ends an item: its own time (the store deletes it, the sweep what the store forgot); its age, which the sweep
    alone looks at; the departure of whom it is about; or nothing, for what tells of nobody or proves what was done."""

    TIME = "time"
    AGE = "age"
    LEAVING = "leaving"
    NEVER = "never"


class Kept(NamedTuple):
    """How one table ends. `at` is the attribute that says when an item's time is over, empty where there is none;
    `since` is when that happened of which only the age counts."""

    table: str
    ends: Ends
    at: str = ""
    since: str = ""


class DataClass(NamedTuple):
    """One class of data. `days` is said for people: the items say their own time."""

    name: str
    tables: tuple[Kept, ...]
    what: str
    purpose: str
    protected: str
    seen_by: str
    days: str


def _timed(*tables: str, at: str = "expires_at") -> tuple[Kept, ...]:
    return tuple(Kept(table, Ends.TIME, at) for table in tables)


def _leaving(*tables: str) -> tuple[Kept, ...]:
    return tuple(Kept(table, Ends.LEAVING) for table in tables)


def _never(*tables: str) -> tuple[Kept, ...]:
    return tuple(Kept(table, Ends.NEVER) for table in tables)


SEALED = "sealed (SM4-GCM, a key per kind); look-ups by blind index"
UNDER_ID = "under random holder ids"
NOBODY = "tells of nobody"
HOLDER = "the holder"
AUDITORS = "auditors"
WHILE_HERE = "while the person is registered"
THREE_YEARS = "3 years"

CLASSES = (
    DataClass(
        "identity",
        (*_leaving("holders"), *_timed("identities")),
        "names, document types and numbers, dates of birth",
        "to know who asks",
        SEALED,
        "the holder; masked: whom the law or the holder lets",
        f"{WHILE_HERE}; the way from the document to the random id {THREE_YEARS} longer",
    ),
    DataClass(
        "status",
        (*_leaving("statuses", "channel_accounts"), *_never("appeal-matters")),
        "the colour, the masked name, accounts in other apps, which appeal is open",
        "to show a code",
        f"names {SEALED}; accounts as blind indexes",
        "the holder; verifiers: verdict and colour",
        WHILE_HERE,
    ),
    DataClass(
        EVIDENCE,
        (
            Kept(EVIDENCE, Ends.AGE, "expires_at", since="happened_at"),
            Kept("changes", Ends.AGE, since="at"),
            *_never("references"),
        ),
        "facts about health and whereabouts, the colours that followed, the references of who reported them",
        "to work out colours, and to answer for them",
        UNDER_ID,
        "the holder; officers by an appeal or override",
        f"{EVIDENCE_KEPT_DAYS} days after the fact has ended, and no policy looks at it any more; 30 days where the "
        "person never came; changes of colour as many; references, which tell of nobody by then, for good",
    ),
    DataClass(
        "appeals",
        (Kept("appeals", Ends.AGE, "expires_at", since="decided_at"), Kept("overrides", Ends.AGE, since="proposed_at")),
        "what people said against a colour, what officers decided, and why",
        "human review of automated decisions (PIPL, article 24)",
        f"texts {SEALED}",
        "the holder, reviewers, auditors",
        f"drafts a day; {THREE_YEARS} after an appeal was decided, or an override proposed",
    ),
    DataClass(
        "scans",
        _timed("scans", "refused-scans"),
        "who looked, when, where, why, by what",
        "the holder's own log; network logs (Cybersecurity Law)",
        UNDER_ID,
        HOLDER,
        "180 days; refused ones 2 days",
    ),
    DataClass(
        "disclosures",
        _timed("disclosures", "exchanges"),
        "which kinds of field were told to whom and by what right, never the values",
        "to show what was disclosed",
        UNDER_ID,
        HOLDER,
        "180 days; that a scan was exchanged a day",
    ),
    DataClass(
        "consents",
        _timed("consents", "guardian-consents"),
        "who was asked for and allowed what, for how long, and why",
        "to prove consent (PIPL, articles 14 and 31)",
        f"{UNDER_ID}; reasons sealed (SM4-GCM, a key per kind)",
        "the holder; the partner its own",
        f"what was agreed to {THREE_YEARS} after the end; a request that was not, 180 days",
    ),
    DataClass(
        "families",
        (*_timed("delegations", "tags"), *_timed("carriers", at="kept_until"), *_leaving("cards")),
        "who shows codes for whom, groups, papers and cards",
        "to be shown by somebody or something else",
        f"numbers and texts {SEALED}",
        "the holder, guardian and dependant; groups: verifiers, where the holder agreed",
        "as long as they run, and then as the items say",
    ),
    DataClass(
        "sessions",
        (*_timed("sessions", "notices", "departures"), *_timed("attempts", at="forgotten_at")),
        "devices, what people were told, who is leaving, failed attempts to log in",
        "to recognise people, and to tell them",
        f"device names {SEALED}; attempts by blind index",
        HOLDER,
        f"sessions 30 days, notices 180 days, departures {THREE_YEARS}, attempts a day",
    ),
    DataClass(
        "acts of officers",
        (*_timed("assistances", "office-log", "alerts", "retention-runs"), *_never("journal", "officers")),
        "what was done for the city, by whom; alerts and what became of them; what was deleted",
        "to answer for it (PIPL, article 56)",
        "masked names of officers; people under random ids or blind indexes",
        AUDITORS,
        f"{THREE_YEARS}; the journal for good",
    ),
    DataClass(
        "counters",
        _timed("watch-counters", "allowances", "nonces"),
        "how much verifiers looked, and what was signed a moment ago",
        "to find misuse",
        f"{UNDER_ID.replace('holder ids', 'marks')}; {NOBODY}",
        "nobody",
        "2 to 17 days, since when a verifier is known 60; who signed what 180",
    ),
    DataClass(
        "files and deliveries",
        _timed("imports", "refused-rows", "webhook-deliveries", "webhook-marks"),
        "files that departments handed in, by row and reason; what endpoints were told",
        "to take them once, and to prove what was sent",
        "reasons and ids, no values",
        "the client its own",
        "30 days; a delivery that is begun anew at least a week from then",
    ),
    DataClass(
        "the city",
        (
            *_never("keys", "policies", "rulebooks", "roll-outs", "clients", "terminals", "webhooks"),
            *_timed("sweeps"),
            *_timed("status-lists", at="kept_until"),
        ),
        "keys, policies, programs and their endpoints, lists of lost papers",
        "to be a city",
        "private keys and secrets wrapped or digested",
        "operators, auditors; trust list and status lists: everybody",
        "for good; sweeps 180 days, tokens of lists as the items say",
    ),
)
"""Every class of data."""


def kept() -> dict[str, Kept]:
    """How each table ends, by its name."""
    return {one.table: one for each in CLASSES for one in each.tables}


def swept() -> list[Kept]:
    """The tables that the sweep walks, in order of their names."""
    return sorted(one for one in kept().values() if one.ends in {Ends.TIME, Ends.AGE})


def class_of(table: str) -> str:
    """The class a table belongs to; a table that the city has no more stands for itself, in old reports."""
    return next((each.name for each in CLASSES for one in each.tables if one.table == table), table)


def rows() -> list[str]:
    """The classes as a table for docs/privacy.md."""
    head = ["| class | what | what for | tables | protected | who sees it | how long |", "|" + " --- |" * 7]
    return head + [
        f"| {one.name} | {one.what} | {one.purpose} | {', '.join(f'`{kept.table}`' for kept in one.tables)} "
        f"| {one.protected} | {one.seen_by} | {one.days} |"
        for one in CLASSES
    ]
