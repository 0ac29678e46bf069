"""Which faults of AWS will pass: worth another try, and nobody's mistake."""

from __future__ import annotations

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError

PASSING_FAULTS = frozenset(
    {
        "DependencyTimeoutException",
        "InternalServerError",
        "KMSInternalException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
    }
)


def is_passing_fault(error: BaseException | None) -> bool:
    """Whether AWS was throttled, late or unreachable: worth another try, and nobody's mistake.

    PynamoDB wraps what botocore raised, and what it wraps it in has lost the HTTP status: the cause is asked too.
    """
    if error is None:
        return False
    if isinstance(error, HTTPClientError | ConnectionError | IncompleteReadError):
        return True
    if isinstance(error, ClientError) and _is_their_fault(error):
        return True
    return is_passing_fault(getattr(error, "cause", None) or error.__cause__)


def _is_their_fault(error: ClientError) -> bool:
    """Whether the service, or a gateway before it that does not speak its language (a bare 502), is in trouble."""
    answer = error.response
    return (
        answer.get("Error", {}).get("Code") in PASSING_FAULTS
        or answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500
    )
