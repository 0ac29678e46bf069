"""Who issues passports: states by ISO 3166-1 alpha-3, and the others that ICAO 9303-3 (section 5) gives codes to."""

from __future__ import annotations

STATE_LENGTH = 3
SPECIAL = frozenset(
    {
        *("GBD", "GBN", "GBO", "GBP", "GBS"),  # British, but not of the United Kingdom's own citizens
        *("UNO", "UNA", "UNK", "EUE", "XPO", "XOM"),  # the United Nations, the European Union, Interpol, Malta's order
        *("XXA", "XXB", "XXC", "XXX"),  # stateless people, refugees, others, and of no known nationality
        "RKS",  # Kosovo, as its passports have it
    }
)
NOT_ISSUING = frozenset({"XKX"})
"""What a list of countries has for its own use and no passport says."""


def issues_passports(code: str) -> bool:
    """Whether passports of this issuer exist. The list of states is imported when the first one is looked up."""
    if code in SPECIAL:
        return True
    from iso3166 import countries_by_alpha3

    return code in countries_by_alpha3 and code not in NOT_ISSUING
