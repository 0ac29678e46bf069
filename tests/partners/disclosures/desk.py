"""The counter of the consents, where clients also scan people and exchange what they scanned."""

from __future__ import annotations

from typing import Any

from chalicelib.partners.disclosures.store import DisclosureItem, ExchangeItem
from chalicelib.people.sandbox import SandboxResident
from chalicelib.platform.http.operation import Principal
from chalicelib.platform.permissions import Kind, of_kind
from tests.partners.consents.counter import Counter
from tests.world import Reply

PLACE = "总台"


class Desk(Counter):
    """What clients scan and ask for, and what people read of it."""

    def forget(self) -> None:
        super().forget()
        for table in (DisclosureItem, ExchangeItem):
            for item in table.scan():
                item.delete()

    def at(self, client: str, terminal: str) -> str:
        """The token of one terminal of a client."""
        scopes = of_kind(Kind.PARTNER)
        principal = Principal(self.client_id(client), scopes, client, terminal=terminal, place=f"{terminal} 门口")
        return self.city.tokens.issue(principal, now=self.now, lifetime=300)

    def scanned(
        self, who: SandboxResident, client: str = "clinic", purpose: str = "medical", *, token: str | None = None
    ) -> str:
        """What a scan of somebody gave to exchange; each scan comes a second after the one before."""
        self.holder(who)
        self.clock.advance(1)
        code = self.api.code(self.session(who))
        reply = self.api.verify(code, token or self.token(client), purpose=purpose, place=PLACE)
        assert reply.body["verdict"] == "accepted", reply
        return str(reply.body["exchange_token"])

    def disclose(self, fields: list[str], client: str = "clinic", *, token: str | None = None, **ground: Any) -> Reply:
        """A client asks for fields, by `exchange_token` or `consent_id`."""
        return self.api.post("/v1/disclosures", {"fields": fields, **ground}, token=token or self.token(client))

    def exchange(self, scan: str, *fields: str, client: str = "clinic") -> Reply:
        """A client exchanges a scan."""
        return self.disclose(list(fields), client, exchange_token=scan)

    def consented(self, who: SandboxResident, scan: str, *fields: str, **more: Any) -> str:
        """Somebody agrees to fields that the clinic asks for; answers the consent's id."""
        return self.agreed(who, exchange_token=scan, fields=list(fields), **more)

    def disclosures(self, who: SandboxResident, cursor: str = "") -> list[dict[str, Any]]:
        """What somebody reads of."""
        query = f"?cursor={cursor}" if cursor else ""
        reply = self.api.get(f"/v1/disclosures{query}", token=self.session(who))
        assert reply.status == 200, reply
        return list(reply.body["disclosures"])


def values(reply: Reply) -> dict[str, Any]:
    """What was told, by field."""
    assert reply.status == 200, reply
    return {field: told["value"] for field, told in reply.body["fields"].items()}
