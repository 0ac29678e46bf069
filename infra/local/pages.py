"""The pages under web/, served with a content policy so strict that a page can do only what it was written for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from infra.local.gateway import Answer, Request, refused
from infra.local.refusals import MethodNotAllowed

MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What is served at all; anything else under web/ is not a page."""

PRIVATE_FOLDERS = frozenset({"node_modules", "tests"})
PRIVATE_FILES = frozenset({"package.json", "package-lock.json"})
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
PROTECTION = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]


@dataclass(frozen=True, slots=True)
class Site:
    """The files of a folder, some files from elsewhere under a name of their own, and documents for this machine only.

    `documents` are JSON made on request; they hold secrets of the demo city, so nobody else may read them.
    """

    root: Path
    others: Mapping[str, Path]
    documents: Mapping[str, Callable[[], bytes]]

    def answer(self, request: Request) -> Answer | None:
        """The page at a path, None where there is none."""
        path = _decoded(request.path)
        ours = path in self.documents and request.from_here
        found = self._document(path) if ours else self._file(path, request)
        if found is not None and request.method not in {"GET", "HEAD"}:
            return refused(MethodNotAllowed(allowed=["GET", "HEAD"]), found.resource, Allow="GET, HEAD")
        return found

    def _document(self, path: str) -> Answer:
        headers = [("Content-Type", MEDIA[".json"]), ("Cache-Control", "no-store"), *PROTECTION]
        return Answer(200, headers, self.documents[path](), path)

    def _file(self, path: str, request: Request) -> Answer | None:
        """A file, or the way to a folder's own address, without which its relative links would go astray."""
        file = self.others.get(path) or self._below(path)
        if file is not None and file.is_dir():
            if not path.endswith("/"):
                location = f"/{quote(file.relative_to(self.root.resolve()).as_posix())}/"
                return Answer(308, [("Location", location)], b"", location)
            file = file / "index.html"
        if file is None or file.suffix not in MEDIA or not file.is_file():
            return None
        return _page(file, path, request.headers.get("if-none-match"))

    def _below(self, path: str) -> Path | None:
        """The file a path means, None for one that is private or not below the root, whatever dots or links it has."""
        parts = Path(path.lstrip("/")).parts
        if "\0" in path or "\\" in path or any(part.startswith(".") or part in PRIVATE_FOLDERS for part in parts):
            return None
        file = self.root.joinpath(*parts).resolve()
        if not file.is_relative_to(self.root.resolve()) or file.name in PRIVATE_FILES:
            return None
        return file


def _page(file: Path, path: str, known_tag: str | None) -> Answer:
    """A file, or that it has not changed; a browser asks each time, so that an edited page is seen at once."""
    body = file.read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = [("ETag", tag), ("Cache-Control", "no-cache"), *PROTECTION]
    if known_tag == tag:
        return Answer(304, headers, b"", path)
    return Answer(200, [("Content-Type", MEDIA[file.suffix]), *headers], body, path)


def _decoded(path: str) -> str:
    """The path of a request target without its query, percent-decoded once."""
    try:
        return unquote(urlsplit(path).path, errors="strict")
    except ValueError:
        return "\0"
