"""Why a card is not taken."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Unprocessable


class UnknownCardType(Unprocessable):
    """A card of a kind that the city does not know."""

    code = "unknown_card_type"
    title = "This card type is not accepted"
    detail = "Use one of the types in `accepted`."


class InvalidCardNumber(Unprocessable):
    """The number cannot belong to any such card."""

    code = "invalid_card_number"
    title = "The card number is not well-formed"
    detail = "Compare the number with the card, or read the chip again; `mistake` says what it looks like."


CARD = (UnknownCardType, InvalidCardNumber)
