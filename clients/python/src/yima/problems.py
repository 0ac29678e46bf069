"""What can go wrong, by name. Nothing here repeats a secret, a number or a name that was sent."""

from __future__ import annotations

from typing import Any, ClassVar

MEMBERS = ("type", "title", "status", "detail", "code")


class YimaError(Exception):
    """Whatever stopped a request: `code` is stable, `title` says what is wrong, `detail` what to do about it."""

    code: str = "yima_error"
    title: str = "It could not be done"
    detail: str = "See the title."

    def __str__(self) -> str:
        return f"{self.code}: {self.title}. {self.detail}"


class Problem(YimaError):
    """The city refused, and says why in a problem document (RFC 9457).

    `status` is the HTTP status, `evidence` are the other members of the document, such as `needed` or `server_time`;
    `retry_after` is that header, empty where there was none.
    """

    retry_after: str = ""

    def __init__(self, code: str, title: str, detail: str, status: int, evidence: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.title, self.detail, self.status = code, title, detail, status
        self.evidence = evidence or {}

    @classmethod
    def of(cls, document: dict[str, Any], status: int) -> Problem:
        """The problem that a document tells of; what it leaves out is filled in."""
        said = {name: str(document.get(name) or "") for name in MEMBERS}
        evidence = {name: value for name, value in document.items() if name not in MEMBERS}
        title = said["title"] or f"The city answered {status}"
        return cls(said["code"] or "unexpected_answer", title, said["detail"], status, evidence)


class Stopped(YimaError):
    """A reason that is ours and not the city's. The words stand on the class."""

    fixed_code: ClassVar[str]

    def __init__(self, detail: str = "") -> None:
        super().__init__(self.fixed_code)
        self.code = self.fixed_code
        if detail:
            self.detail = detail


class Unreachable(Stopped):
    """Nobody answered; whether the request arrived is not known."""

    fixed_code = "unreachable"
    title = "The city cannot be reached"
    detail = "Check the base URL and the network, then ask again."


class NeverSent(Unreachable):
    """There was nobody to send it to, so nothing has happened."""


class UnexpectedAnswer(Stopped):
    """Somebody answered, and not as the city does: a proxy, another version, another service."""

    fixed_code = "unexpected_answer"
    title = "The answer is not one of this API"
    detail = "Check that the base URL is the city's, without /v1, and that this client is not too old."


class NotAuthentic(Stopped):
    """What came is not known to be from the city: nothing of it may be believed. `reason` names why."""

    fixed_code = "not_authentic"
    title = "It is not known to come from the city"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Believe nothing of it ({reason}); look at clocks, secrets and the pinned root key.")
        self.reason = reason


class NoCredentials(Stopped):
    """The operation needs somebody, and the client was made for nobody."""

    fixed_code = "no_credentials"
    title = "Nobody is logged in"
    detail = "Make the City with Secret(client_id, client_secret) or Key(…), or run `yima login`."


class NeedsSm2(Stopped):
    """There is no SM2 on this machine."""

    fixed_code = "needs_sm2"
    title = "SM2 is not installed"
    detail = "pip install 'yima-client[sm2]'"


class FileChanged(Stopped):
    """A file became shorter or longer while it was sent."""

    fixed_code = "file_changed"
    title = "The file changed while it was sent"
    detail = "Wait until nobody writes to it, then send it again."
