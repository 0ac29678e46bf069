"""Why a card is not bound, or not changed."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, Forbidden, NotFound, Unavailable, Unprocessable


class CardNotFound(NotFound):
    """There is no such card, or it is somebody else's. It is not said which."""

    code = "card_not_found"
    title = "You have no such card"
    detail = "Use a `card_id` from GET /v1/cards."


class CardNotYours(Forbidden):
    """Whoever issued the card says that it is not this person's, or does not know it."""

    code = "card_not_yours"
    title = "The card could not be confirmed as yours"
    detail = "Check type and number of the card; if they are right, show card and document at a service desk."


class CardBoundElsewhere(Conflict):
    """One card is one person's."""

    code = "card_bound_elsewhere"
    title = "The card is bound to somebody else"
    detail = "Show card and document at a service desk."


class CardAlreadyBound(Conflict):
    """The card is this holder's already."""

    code = "card_already_bound"
    title = "The card is bound to you already"
    detail = "There is nothing to do; it is the card named in `card_id`."


class CardReportedLost(Conflict):
    """A card that was lost may be in other hands, whatever the phone says."""

    code = "card_reported_lost"
    title = "The card was reported lost"
    detail = "Show card and document at a service desk, where it is made good again, or bind the new card in its place."


class CardStateForbids(Conflict):
    """The card has come too far for this."""

    code = "card_state_forbids"
    title = "The card's state does not allow this"
    detail = "Read its `state`: a lost card can only be replaced, or found at a service desk; a replaced one stays so."


class OtherKindOfCard(Conflict):
    """A card takes the place of one of its own kind."""

    code = "other_kind_of_card"
    title = "A card of one kind does not replace one of another"
    detail = "Bind the card without `replaces`, and unbind the other one."


class CardContended(Unavailable):
    """Others were changing the same card all the time."""

    code = "card_contended"
    title = "The card is being changed by others at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing was lost."


class CardNotBound(Unprocessable):
    """A department says whose the card is, and it could not be bound: whatever the reason, it is not said which.

    Nobody here has this document, or the card is bound to somebody else, lost or replaced. A department learns nothing
    of that from us.
    """

    code = "card_not_bound"
    title = "The card could not be bound to this person"
    detail = "Check card and document; if they are right, the person binds the card in the app or at a service desk."
