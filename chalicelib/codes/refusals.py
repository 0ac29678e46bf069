"""Why a command about codes is refused. (A failed scan is no refusal but an answer: model.Rejected.)"""

from __future__ import annotations

from chalicelib.platform.http.refusals import Forbidden, TooManyRequests, Unprocessable


class HolderSuspended(Forbidden):
    """The holder's codes are not honoured at the moment."""

    code = "holder_suspended"
    title = "Codes are suspended for this holder"
    detail = "Ask at a service desk; the suspension can be appealed."


class UnknownPurpose(Unprocessable):
    """The stated purpose is not a registered one."""

    code = "unknown_purpose"
    title = "This purpose is not registered"
    detail = "State one of the purposes in `registered`."


class OneCarrierNeeded(Unprocessable):
    """Nothing was shown, or several things that may be different people's."""

    code = "one_carrier_needed"
    title = "A verification is about exactly one thing shown"
    detail = "Send exactly one of `code`, `card` and `document`."


class PlaceNeeded(Unprocessable):
    """Nobody is looked up by a number without its being said where they stand."""

    code = "place_needed"
    title = "The place must be said"
    detail = "Send `place`, as the holder will read it: where the person with this document stands."


class TooManyLookUps(TooManyRequests):
    """Looking people up by their numbers is for the few who have nothing with them, not for going through lists."""

    code = "too_many_look_ups"
    title = "Too many people were looked up by their numbers"
    detail = "Go on after the seconds given in Retry-After, or scan codes and cards; an operator can raise `limit`."
