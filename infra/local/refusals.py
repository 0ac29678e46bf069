"""What the local gateway refuses by itself, with the codes that infra/aws/resources/api.yaml gives the cloud's gateway.

One differs: API Gateway cannot tell a wrong method from a wrong path and calls both `not_found`.
"""

from __future__ import annotations

from typing import ClassVar

from chalicelib.platform.http.refusals import BadRequest, Refusal


class MethodNotAllowed(Refusal):
    """The path is right and the method is not. `allowed` are the methods that are."""

    status = 405
    code = "method_not_allowed"
    title = "This method is not taken here"
    detail = "Use one of the methods given in `allowed`."


class UnreadableRequest(BadRequest):
    """What came is no well-formed HTTP; `where` says what was wrong with it."""

    code = "bad_request"
    title = "The request cannot be read"
    detail = "Send well-formed HTTP/1.1; `where` names what could not be read."


class RequestTimeout(Refusal):
    """The request began and did not end."""

    status = 408
    code = "request_timeout"
    title = "The request did not arrive in time"
    detail = "Send the whole request at once."
    headers: ClassVar[dict[str, str]] = {"Connection": "close"}
