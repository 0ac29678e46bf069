"""`python -m tests.browser.serving`: the demo city with a helper at a service desk, and verifiers who look people up.

The pages of a helper and of such a verifier are walked through in it; whoever has no such part in the demo city is
given one here, before it is founded.
"""

from __future__ import annotations

import sys

from chalicelib.partners.clients import MORE_SCOPES, VERIFIER_SCOPES
from chalicelib.people.model import Role
from infra.local import demo, story
from infra.local.__main__ import main

HELPER = "Emma Tremblay"

if __name__ == "__main__":
    story.OFFICES[HELPER] = Role.HELPER
    vars(demo)["VERIFIER_SCOPES"] = VERIFIER_SCOPES | set(MORE_SCOPES.values())
    sys.exit(main())
