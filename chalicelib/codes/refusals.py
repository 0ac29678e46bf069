"""Why a command about codes is refused. (A failed scan is no refusal but an answer: model.Rejected.)"""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, Forbidden, TooManyRequests, Unprocessable


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


class NoLegalBasis(Forbidden):
    """Nothing entitles whoever looks for this to these fields: no law, and no consent would."""

    code = "no_legal_basis"
    title = "There is no legal basis for these fields under this purpose"
    detail = "Leave out the fields in `fields`: under `purpose` they are told to nobody."


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


class WrongTerminal(Forbidden):
    """The scan names another terminal than the token was given to: the holder would read where they never were."""

    code = "wrong_terminal"
    title = "The token belongs to another terminal"
    detail = "Leave `terminal` out, or scan with the token of the terminal that you name."


class ExchangeTokenMalformed(Unprocessable):
    """The text is no token of ours, or was changed."""

    code = "exchange_token_malformed"
    title = "The exchange token cannot be read"
    detail = "Send `exchange_token` exactly as the verification gave it."


class ExchangeTokenOfAnother(Forbidden):
    """The token came of a scan by another client, or at another terminal of the same."""

    code = "exchange_token_of_another"
    title = "The exchange token belongs to another terminal"
    detail = "Use the token at the terminal that scanned, with that terminal's access token; or scan again here."


class ExchangeTokenExpired(Conflict):
    """The ten minutes of the token are over."""

    code = "exchange_token_expired"
    title = "The exchange token has expired"
    detail = "Scan the person's code again; compare your clock with `server_time`."


EXCHANGE_TOKEN = (ExchangeTokenMalformed, ExchangeTokenOfAnother, ExchangeTokenExpired)
