"""What a session reaches and how long it lasts. Values and rules only."""

from __future__ import annotations

SCOPES = frozenset(
    {
        "account:write",
        "appeal:file",
        "carrier:read",
        "carrier:write",
        "channel:write",
        "code:issue",
        "delegation:read",
        "delegation:write",
        "notice:read",
        "scan:read",
        "session:read",
        "session:write",
        "status:read",
        "tag:read-own",
        "tag:write",
    }
)
"""What a holder may do about what is theirs. How surely they were recognised stands beside it (people/assurance.py)."""
