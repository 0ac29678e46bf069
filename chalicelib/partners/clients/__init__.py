"""Clients: the programs that may ask the city something, each let in by two operators. What others name is here."""

from chalicelib.partners.clients.model import (
    DEPARTMENT_SCOPES,
    MORE_SCOPES,
    TOKEN_LIFETIME_S,
    VERIFIER_SCOPES,
    Client,
    Credentials,
    Standing,
)

__all__ = [
    "DEPARTMENT_SCOPES",
    "MORE_SCOPES",
    "TOKEN_LIFETIME_S",
    "VERIFIER_SCOPES",
    "Client",
    "Credentials",
    "Standing",
]
