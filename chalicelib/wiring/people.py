"""People, their families and offices."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.people.assurance import require_nothing, require_real_person
from chalicelib.platform.http.operation import Principal
from chalicelib.wiring.status import Status

if TYPE_CHECKING:
    from chalicelib.people.family.rights import Rights
    from chalicelib.people.family.store import DelegationStore
    from chalicelib.people.guardians import Guardians
    from chalicelib.people.notices import Notices
    from chalicelib.people.officers import Officers
    from chalicelib.people.proofing.attempts import Attempts
    from chalicelib.people.proofing.channels import ChannelAccounts
    from chalicelib.people.proofing.provider import IdentityProvider
    from chalicelib.people.records import IdentityRecords
    from chalicelib.people.registration import Registration
    from chalicelib.people.residents import Residents
    from chalicelib.people.sessions.by_channel import ChannelSessions
    from chalicelib.people.sessions.devices import Devices
    from chalicelib.people.sessions.log_in import Sessions
    from chalicelib.people.sessions.pairs import Pairs
    from chalicelib.people.sessions.refreshing import Refreshing
    from chalicelib.people.sessions.store import SessionStore
    from chalicelib.people.tags.following import TagFollower
    from chalicelib.people.tags.service import TagBook
    from chalicelib.platform.outgoing import Outgoing


class People(Status):
    """People, their families and offices."""

    @cached_property
    def identity_provider(self) -> IdentityProvider | None:
        """Whom this deployment asks who people are."""
        if self.settings.identity_provider == "sandbox":
            from chalicelib.people.sandbox import SandboxIdentityProvider

            return SandboxIdentityProvider()
        if not self.settings.identity_provider:
            return None
        from chalicelib.people.proofing import outside

        return outside.provider(self.settings, ring=self.ring, outgoing=self.outgoing)

    @cached_property
    def outgoing(self) -> Outgoing:
        """How other systems are asked."""
        from chalicelib.platform.outgoing import Outgoing

        return Outgoing()

    @cached_property
    def channel_accounts(self) -> ChannelAccounts:
        """Whose accounts in other apps are whose."""
        from chalicelib.people.proofing import outside
        from chalicelib.people.proofing.channel_store import ChannelStore
        from chalicelib.people.proofing.channels import ChannelAccounts

        apps = outside.channels(self.settings, wrapper=lambda: self.key_wrapper, outgoing=self.outgoing)
        return ChannelAccounts(ChannelStore(), apps, fields=self.fields, notices=self.notices)

    @cached_property
    def entitled_to_codes(self) -> Callable[[Principal], None]:
        """Refuses whoever was not recognised as surely as this deployment wants for a code."""
        return require_real_person if self.settings.code_assurance == "real_person" else require_nothing

    @cached_property
    def attempts(self) -> Attempts:
        """How often somebody may try to prove who they are."""
        from chalicelib.people.proofing.attempts import Attempts
        from chalicelib.people.proofing.attempts_store import AttemptStore

        return Attempts(AttemptStore())

    @cached_property
    def registration(self) -> Registration:
        """Makes people holders."""
        from chalicelib.people.registration import Registration
        from chalicelib.people.store import PeopleStore

        return Registration(
            PeopleStore(),
            records=self.identity_records,
            statuses=self.recompute,
            arrivals=self.arrivals,
            fields=self.fields,
        )

    @cached_property
    def identity_records(self) -> IdentityRecords:
        """What is kept of who people are."""
        from chalicelib.people.records import IdentityRecords
        from chalicelib.people.store import PeopleStore
        from chalicelib.status.store import StatusStore

        return IdentityRecords(PeopleStore(), StatusStore(), self.fields, self.notices)

    @cached_property
    def notices(self) -> Notices:
        """What people are told of what others did in their name."""
        from chalicelib.people.notices import Notices, NoticeStore

        return Notices(NoticeStore())

    @cached_property
    def sessions(self) -> Sessions:
        """Recognises people."""
        from chalicelib.people.sessions.log_in import Sessions

        return Sessions(
            provider=self.identity_provider,
            attempts=lambda: self.attempts,
            registration=self.registration,
            officers=self.officers,
            store=self.session_store,
            pairs=self.pairs,
            fields=self.fields,
        )

    @cached_property
    def channel_sessions(self) -> ChannelSessions:
        """Opens sessions for the accounts of apps."""
        from chalicelib.people.sessions.by_channel import ChannelSessions

        return ChannelSessions(self.sessions, lambda: self.channel_accounts, self.residents)

    @cached_property
    def refreshing(self) -> Refreshing:
        """Renews sessions."""
        from chalicelib.people.sessions.refreshing import Refreshing

        return Refreshing(self.session_store, self.pairs, self.officers, lambda: self.notices)

    @cached_property
    def devices(self) -> Devices:
        """Where people are signed in."""
        from chalicelib.people.sessions.devices import Devices

        return Devices(self.session_store, self.fields)

    @cached_property
    def session_store(self) -> SessionStore:
        """Sessions."""
        from chalicelib.people.sessions.store import SessionStore

        return SessionStore()

    @cached_property
    def pairs(self) -> Pairs:
        """The tokens of sessions."""
        from chalicelib.people.sessions.pairs import Pairs

        return Pairs(self.tokens, self.fields)

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

        return Guardians(self.delegations, lambda: self.delegation_rights)

    @cached_property
    def delegations(self) -> DelegationStore:
        """The delegations table."""
        from chalicelib.people.family.store import DelegationStore

        return DelegationStore()

    @cached_property
    def delegation_rights(self) -> Rights:
        """Keeps the right to show somebody's code in step with the delegation."""
        from chalicelib.people.family.marks import Marks
        from chalicelib.people.family.rights import Rights

        return Rights(self.delegations, Marks(self.dynamodb, self.settings.table("statuses")))

    @cached_property
    def tags(self) -> TagBook:
        """To which special groups people belong."""
        from chalicelib.people.tags.service import TagBook
        from chalicelib.people.tags.store import TagStore

        return TagBook(TagStore(), residents=lambda: self.residents, mirror=self.tag_mirror)

    @cached_property
    def tag_follower(self) -> TagFollower:
        """Does what follows when tags have changed."""
        from chalicelib.people.tags.following import TagFollower

        return TagFollower(self.tag_mirror, lambda: self.notices)

    @cached_property
    def residents(self) -> Residents:
        """Who somebody is, for the rooms that know people by their ids alone."""
        from chalicelib.people.lookup import HolderLookup
        from chalicelib.people.residents import Residents
        from chalicelib.people.store import PeopleStore

        lookup = HolderLookup(self.dynamodb, self.settings.table("identities"))
        return Residents(PeopleStore(), self.guardians, self.fields, lookup=lookup)
