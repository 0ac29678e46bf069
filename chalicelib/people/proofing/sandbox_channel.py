"""Apps that are none: a code says which invented account it is for. For laptops and demonstrations only."""

from __future__ import annotations

import re

from chalicelib.people.proofing.refusals import ChannelCodeInvalid

_code = re.compile(r"sandbox-[a-z0-9-]{1,32}")


class SandboxChannel:
    """Believes every code of the form `sandbox-<account>`. Made only where the identity provider is the sandbox."""

    def account(self, code: str, *, now: float) -> str:
        """The account that the code names."""
        if not _code.fullmatch(code):
            raise ChannelCodeInvalid
        return code.removeprefix("sandbox-")
