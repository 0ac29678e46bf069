"""The one place where a city is put together: every collaborator is made here, once per process, on first use.

What needs PynamoDB is imported when it is first asked for: it costs import time that issue and verify do not owe.
"""

from __future__ import annotations

from functools import cached_property, lru_cache, partial
from secrets import token_hex
from typing import TYPE_CHECKING

from chalicelib.codes.issue import CodeIssuer
from chalicelib.codes.verify import CodeVerifier
from chalicelib.platform.aws import kms, s3, tuned_dynamodb
from chalicelib.platform.clock import Clock, system_clock
from chalicelib.platform.settings import Settings
from chalicelib.platform.telemetry import start_tracing
from chalicelib.status.register import StatusRegister
from chalicelib.trust.fields import Fields
from chalicelib.trust.model import RotationPlan
from chalicelib.trust.ring import KeyRing
from chalicelib.trust.tokens import Tokens
from chalicelib.trust.wrapping import KeyWrapper, wrapper

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client

    from chalicelib.codes.scan_log import ScanLog
    from chalicelib.codes.store import ScanStore
    from chalicelib.partners.clients import Clients
    from chalicelib.people.guardians import Guardians
    from chalicelib.people.notices import Notices
    from chalicelib.people.officers import Officers
    from chalicelib.people.proofing.provider import IdentityProvider
    from chalicelib.people.registration import Registration
    from chalicelib.people.residents import Residents
    from chalicelib.people.sessions import Sessions
    from chalicelib.platform.blobs import Blobs
    from chalicelib.status.appeals.service import Appeals
    from chalicelib.status.due import DueChanges
    from chalicelib.status.evidence.batch import BatchReports
    from chalicelib.status.evidence.references import References
    from chalicelib.status.evidence.reporting import Arrivals, Reports
    from chalicelib.status.evidence.store import EvidenceReader
    from chalicelib.status.evidence.stream import EvidenceFollower
    from chalicelib.status.evidence.writer import EvidenceWriter
    from chalicelib.status.explain import Explanations
    from chalicelib.status.ledger import StatusLedger
    from chalicelib.status.overrides.decide import Decisions
    from chalicelib.status.overrides.following import OverrideFollower
    from chalicelib.status.overrides.propose import Proposals
    from chalicelib.status.overrides.reading import OverrideReader
    from chalicelib.status.overrides.service import Overrides
    from chalicelib.status.overrides.store import OverrideStore
    from chalicelib.status.policy.office import PolicyOffice
    from chalicelib.status.policy.population import AllHolders
    from chalicelib.status.policy.rulebook import Rulebooks
    from chalicelib.status.policy.sweep import Sweeper
    from chalicelib.status.policy.sweep_store import SweepStore
    from chalicelib.status.policy.taking_effect import TakingEffect
    from chalicelib.status.recompute import Recompute
    from chalicelib.status.store import ChangeStore
    from chalicelib.status.telling import ChangeTeller
    from chalicelib.trust.journal import Journal
    from chalicelib.trust.rotation import KeyCustodian
    from chalicelib.trust.store import KeyStore


class City:
    """One issuer's services in one process. Pass another clock, client or plan to replace it, as tests do."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        dynamodb: DynamoDBClient | None = None,
        plan: RotationPlan | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.plan = plan or RotationPlan()
        self.dynamodb = dynamodb or tuned_dynamodb(settings)
        start_tracing(settings)

    @cached_property
    def kms(self) -> KMSClient:
        """The custodian of key-encryption keys."""
        return kms(self.settings)

    @cached_property
    def s3(self) -> S3Client:
        """The keeper of files."""
        return s3(self.settings)

    @cached_property
    def blobs(self) -> Blobs:
        """Files that people send in."""
        from chalicelib.platform.blobs import blobs

        return blobs(self.settings.attachments, lambda: self.s3)

    @cached_property
    def key_wrapper(self) -> KeyWrapper:
        """What code, token, field and index keys rest under."""
        return wrapper(self.settings.key_wrap, lambda: self.kms)

    @cached_property
    def root_key_wrapper(self) -> KeyWrapper:
        """What the root key rests under; only the functions that change keys have the right to use it."""
        return wrapper(self.settings.root_key_wrap, lambda: self.kms)

    @cached_property
    def key_store(self) -> KeyStore:
        """The keys table."""
        from chalicelib.trust.store import KeyStore

        return KeyStore(self.settings.region)

    @cached_property
    def ring(self) -> KeyRing:
        """This process's copy of the keys."""
        return KeyRing(lambda: self.key_store, lambda: self.key_wrapper, max_age=self.plan.ring_max_age)

    @cached_property
    def custodian(self) -> KeyCustodian:
        """Makes, moves and revokes keys, and publishes the trust list."""
        from chalicelib.trust.rotation import KeyCustodian

        return KeyCustodian(
            self.settings.region,
            store=self.key_store,
            wrapper=lambda: self.key_wrapper,
            root_wrapper=lambda: self.root_key_wrapper,
            plan=self.plan,
        )

    @cached_property
    def journal(self) -> Journal:
        """What officers did."""
        from chalicelib.trust.journal import Journal
        from chalicelib.trust.journal_store import JournalStore

        return Journal(JournalStore())

    @cached_property
    def tokens(self) -> Tokens:
        """Access tokens."""
        return Tokens(self.ring, self.settings.region)

    @cached_property
    def fields(self) -> Fields:
        """Personal fields at rest."""
        return Fields(self.ring)

    @cached_property
    def register(self) -> StatusRegister:
        """Statuses on the hot path."""
        return StatusRegister(self.dynamodb, self.settings.table("statuses"))

    @cached_property
    def issuer(self) -> CodeIssuer:
        """Issues codes."""
        return CodeIssuer(self.settings.region, ring=self.ring, register=self.register, specimen=self.settings.specimen)

    @cached_property
    def verifier(self) -> CodeVerifier:
        """Verifies codes."""
        return CodeVerifier(self.settings.region, ring=self.ring, register=self.register, fields=self.fields)

    @cached_property
    def scans(self) -> ScanStore:
        """The scan log."""
        from chalicelib.codes.store import ScanStore

        return ScanStore()

    @cached_property
    def scan_log(self) -> ScanLog:
        """Carries scans from the stream into the log."""
        from chalicelib.codes.scan_log import ScanLog

        return ScanLog(lambda: self.scans)

    @cached_property
    def ledger(self) -> StatusLedger:
        """Statuses off the hot path."""
        from chalicelib.status.ledger import StatusLedger

        return StatusLedger(self.dynamodb, self.settings.table("statuses"))

    @cached_property
    def evidence(self) -> EvidenceReader:
        """All that is known of holders."""
        from chalicelib.status.evidence.store import EvidenceReader

        return EvidenceReader(self.dynamodb, self.settings.table("evidence"))

    @cached_property
    def evidence_writer(self) -> EvidenceWriter:
        """Keeps facts and takes them back."""
        from chalicelib.status.evidence.writer import EvidenceWriter

        return EvidenceWriter(self.dynamodb, self.settings.table("evidence"))

    @cached_property
    def references(self) -> References:
        """What departments call what they reported."""
        from chalicelib.status.evidence.references import References

        return References(self.dynamodb, self.settings.table("references"))

    @cached_property
    def arrivals(self) -> Arrivals:
        """What follows when evidence was written, or a person has become a holder."""
        from chalicelib.status.evidence.reporting import Arrivals

        return Arrivals(self.evidence, self.evidence_writer, self.references)

    @cached_property
    def reports(self) -> Reports:
        """Takes what departments report."""
        from chalicelib.status.evidence.reporting import Reports

        return Reports(self.evidence_writer, self.references, self.arrivals, self.residents)

    @cached_property
    def batch_reports(self) -> BatchReports:
        """Takes whole files of what departments report."""
        from chalicelib.status.evidence.batch import BatchReports

        return BatchReports(self.reports)

    @cached_property
    def evidence_follower(self) -> EvidenceFollower:
        """Recomputes whoever has new evidence."""
        from chalicelib.status.evidence.stream import EvidenceFollower

        return EvidenceFollower(self.arrivals, self.recompute)

    @cached_property
    def rulebooks(self) -> Rulebooks:
        """Which policies are in force, and from when."""
        from chalicelib.status.policy.rulebook import Rulebooks
        from chalicelib.status.policy.store import PolicyStore, RulebookStore

        return Rulebooks(PolicyStore(), RulebookStore())

    @cached_property
    def population(self) -> AllHolders:
        """Every holder, to be walked."""
        from chalicelib.status.policy.population import AllHolders

        return AllHolders(self.dynamodb, self.settings.table("statuses"))

    @cached_property
    def sweeps(self) -> SweepStore:
        """How far each walk over all holders has come."""
        from chalicelib.status.policy.sweep_store import SweepStore

        return SweepStore()

    @cached_property
    def sweeper(self) -> Sweeper:
        """Walks all holders for roll-outs and dry runs."""
        from chalicelib.status.policy import visits
        from chalicelib.status.policy.sweep import Sweeper
        from chalicelib.status.policy.sweep_model import SweepKind

        kinds = {
            SweepKind.ROLL_OUT: visits.roll_out(self.recompute, self.rulebooks),
            SweepKind.DRY_RUN: visits.dry_run(self.evidence, self.rulebooks),
        }
        return Sweeper(self.sweeps, population=self.population, visits=kinds)

    @cached_property
    def taking_effect(self) -> TakingEffect:
        """Carries decisions about policies out."""
        from chalicelib.status.policy.roll_out_store import RollOutStore
        from chalicelib.status.policy.taking_effect import TakingEffect

        return TakingEffect(
            RollOutStore(),
            rulebooks=self.rulebooks,
            sweeps=self.sweeps,
            journal=self.journal,
            population=self.population.about,
        )

    @cached_property
    def policy_office(self) -> PolicyOffice:
        """What health officers do about policies."""
        from chalicelib.status.policy.office import opened

        return opened(
            officers=self.officers,
            rulebooks=self.rulebooks,
            sweeps=self.sweeps,
            population=self.population.about,
            effect=self.taking_effect,
        )

    @cached_property
    def recompute(self) -> Recompute:
        """Keeps stored timelines in step with the evidence."""
        from chalicelib.status.recompute import Recompute

        return Recompute(self.ledger, self.evidence, self.rulebooks)

    @cached_property
    def due_changes(self) -> DueChanges:
        """Tells the changes that time has brought."""
        from chalicelib.status.due import DueChanges

        return DueChanges(self.ledger)

    @cached_property
    def changes(self) -> ChangeStore:
        """What has changed, for holders and for the rooms above."""
        from chalicelib.status.store import ChangeStore

        return ChangeStore()

    @cached_property
    def change_teller(self) -> ChangeTeller:
        """Publishes changes of status."""
        from chalicelib.status.telling import ChangeTeller

        return ChangeTeller(lambda: self.changes)

    @cached_property
    def explanations(self) -> Explanations:
        """Why a holder has the colour they have."""
        from chalicelib.status.explain import Explanations

        return Explanations(
            ledger=self.ledger,
            evidence=self.evidence,
            rulebooks=self.rulebooks,
            recompute=self.recompute,
            changes=lambda: self.changes,
            overrides=lambda: self.overrides,
        )

    @cached_property
    def override_store(self) -> OverrideStore:
        """The overrides table."""
        from chalicelib.status.overrides.store import OverrideStore

        return OverrideStore()

    @cached_property
    def override_proposals(self) -> Proposals:
        """Takes what officers propose."""
        from chalicelib.status.overrides.propose import Proposals
        from chalicelib.status.overrides.words import Wording

        return Proposals(
            self.override_store,
            self.residents,
            self.officers,
            Wording(self.fields),
            threshold=self.settings.override_threshold,
        )

    @cached_property
    def override_decisions(self) -> Decisions:
        """Decides about overrides."""
        from chalicelib.status.overrides.decide import Decisions
        from chalicelib.status.overrides.words import Wording

        return Decisions(self.override_store, self.residents, self.officers, Wording(self.fields))

    @cached_property
    def override_reader(self) -> OverrideReader:
        """Reads overrides."""
        from chalicelib.status.overrides.reading import OverrideReader
        from chalicelib.status.overrides.words import Wording

        return OverrideReader(self.override_store, Wording(self.fields))

    @cached_property
    def overrides(self) -> Overrides:
        """Overrides, for explanations and appeals."""
        from chalicelib.status.overrides.service import Overrides

        return Overrides(self.override_reader, self.override_decisions)

    @cached_property
    def override_follower(self) -> OverrideFollower:
        """Carries out what officers have decided."""
        from chalicelib.status.overrides.following import OverrideFollower

        return OverrideFollower(self.override_store, lambda: self.journal, lambda: self.evidence_writer)

    @cached_property
    def appeals(self) -> Appeals:
        """Objections, and what comes of them."""
        from chalicelib.status.appeals.service import Appeals

        return Appeals(
            residents=self.residents,
            officers=self.officers,
            evidence=self.evidence,
            fields=self.fields,
            explanations=lambda: self.explanations,
            reports=lambda: self.reports,
            overrides=lambda: self.overrides,
            journal=lambda: self.journal,
            blobs=lambda: self.blobs,
            new_key=partial(token_hex, 16),
            answer_s=self.settings.appeal_hours * 3600,
        )

    @cached_property
    def sessions(self) -> Sessions:
        """Recognises people."""
        from chalicelib.people.sessions import Sessions

        return Sessions(
            provider=self.identity_provider,
            registration=self.registration,
            officers=self.officers,
            tokens=self.tokens,
        )

    @cached_property
    def registration(self) -> Registration:
        """Makes people holders."""
        from chalicelib.people.registration import Registration
        from chalicelib.people.store import PeopleStore

        return Registration(PeopleStore(), statuses=self.recompute, arrivals=self.arrivals, fields=self.fields)

    @cached_property
    def notices(self) -> Notices:
        """What people are told of what others did in their name."""
        from chalicelib.people.notices import Notices, NoticeStore

        return Notices(NoticeStore())

    @cached_property
    def officers(self) -> Officers:
        """Who may act for the city."""
        from chalicelib.people.officers import Officers
        from chalicelib.people.store import OfficerStore

        return Officers(OfficerStore())

    @cached_property
    def guardians(self) -> Guardians:
        """Who answers for whom."""
        from chalicelib.people.guardians import Guardians
        from chalicelib.people.store import GuardianStore

        return Guardians(GuardianStore())

    @cached_property
    def residents(self) -> Residents:
        """Who somebody is, for the rooms that know people by their ids alone."""
        from chalicelib.people.lookup import HolderLookup
        from chalicelib.people.residents import Residents
        from chalicelib.people.store import PeopleStore

        lookup = HolderLookup(self.dynamodb, self.settings.table("identities"))
        return Residents(PeopleStore(), self.guardians, self.fields, lookup=lookup)

    @cached_property
    def clients(self) -> Clients:
        """Recognises programs."""
        from chalicelib.partners.clients import Clients
        from chalicelib.partners.store import ClientStore

        return Clients(ClientStore(), self.tokens)

    @cached_property
    def identity_provider(self) -> IdentityProvider | None:
        """Whom this deployment asks who people are."""
        if self.settings.identity_provider == "sandbox":
            from chalicelib.people.sandbox import SandboxIdentityProvider

            return SandboxIdentityProvider()
        return None


@lru_cache(maxsize=1)
def city() -> City:
    """The city of this process, as its environment describes it."""
    return City(Settings.from_environment())
