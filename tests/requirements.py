"""What a test needs beyond Python: skipped with a reason where it is missing, failed where CI promised to have it."""

import os

import pytest


def require(tool_present: bool, reason: str) -> None:
    """Go on if the tool is there. Otherwise skip - or fail under CI=true, so that nothing goes untested unnoticed."""
    if tool_present:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have what its tests need: {reason}")
    pytest.skip(reason)
