"""Who may have a part in an override: what is checked when it is proposed, and all of it again when it is approved."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.status.model import Colour
from chalicelib.status.overrides.grounds import GROUNDS
from chalicelib.status.overrides.model import Override
from chalicelib.status.overrides.refusals import (
    AboutYourFamily,
    AboutYourself,
    ColourNotOnGround,
    DurationTooLong,
    UnknownGround,
)
from chalicelib.status.residents import Residents

PROPOSE, APPROVE = "override:propose", "override:approve"


def check_terms(ground_id: str, colour: Colour, hours: int) -> None:
    """Refuse what the law does not carry; raises `UnknownGround`, `ColourNotOnGround` or `DurationTooLong`."""
    ground = GROUNDS.get(ground_id)
    if ground is None:
        raise UnknownGround(registered=list(GROUNDS))
    if colour not in ground.colours:
        raise ColourNotOnGround(allowed=sorted(ground.colours))
    if hours > ground.longest_h:
        raise DurationTooLong(longest_hours=ground.longest_h)


def check_unconcerned(residents: Residents, holder: str, targets: Sequence[str], *, now: float) -> None:
    """Refuse an officer who is among the people, or close to one; raises `AboutYourself` or `AboutYourFamily`."""
    if holder in targets:
        raise AboutYourself
    if residents.has_family_among(holder, targets, now=now):
        raise AboutYourFamily


def is_repeated(override: Override, wish: Creation) -> bool:
    """Whether a request was carried out before; raises `IdempotencyKeyReused` where another one was."""
    known = {step.wish: step.digest for step in override.steps}
    if not wish.record_id or wish.record_id not in known:
        return False
    if known[wish.record_id] != wish.digest:
        raise IdempotencyKeyReused
    return True
