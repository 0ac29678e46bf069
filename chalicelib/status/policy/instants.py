"""From when a policy may hold: from now on, or from an instant that people will still remember to have decided."""

from __future__ import annotations

from chalicelib.status.policy.refusals import EffectiveInThePast, EffectiveTooFarAhead

CLOCKS_APART_S = 60
"""An instant this long ago is called "now": officers' clocks are not ours."""

FARTHEST_S = 366 * 24 * 3600


def refuse_instant(instant: int | None, *, now: int) -> None:
    """Raises `EffectiveInThePast` or `EffectiveTooFarAhead`; None is "as soon as possible"."""
    if instant is not None and instant < now - CLOCKS_APART_S:
        raise EffectiveInThePast
    if instant is not None and instant > now + FARTHEST_S:
        raise EffectiveTooFarAhead
