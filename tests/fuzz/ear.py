"""Somebody who reads everything that operators and strangers get to see, and knows what must not be in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.people.sandbox import RESIDENTS
from tests.world import Reply

SHORTEST = 12
"""Shorter pieces of a secret may be found in anything."""

WORTH_HIDING = frozenset({"code", "token", "access_token", "refresh_token", "client_secret"})


class Ear(logging.Handler):
    """Hears every log line and metric of this process, and every refusal it is told."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.heard: list[str] = []
        self.secrets: set[str] = set()
        for resident in RESIDENTS:
            self.secrets |= {resident.identity.name, resident.identity.document_number}

    def emit(self, record: logging.LogRecord) -> None:
        """Hear a log line, with the traceback if it has one."""
        self.heard.append(self.format(record))

    def hear(self, reply: Reply) -> None:
        """A refusal is heard as it is; a success tells what must be kept from now on."""
        if reply.status >= 400:
            self.heard.append(json.dumps([reply.headers, reply.body], ensure_ascii=False))
        else:
            self.keep(reply.body)

    def keep(self, document: Any) -> None:
        """Learn every secret in an answer; the refusal of one item of a file is heard like any other."""
        if isinstance(document, list):
            for each in document:
                self.keep(each)
        elif isinstance(document, dict):
            for name, value in document.items():
                if name == "problem" and value:
                    self.heard.append(json.dumps(value, ensure_ascii=False))
                    continue
                self.keep(value)
                if name in WORTH_HIDING and isinstance(value, str):
                    self.learn(value)

    def learn(self, secret: str) -> None:
        """Know a secret in whole, and by each of its parts: a forgery of a token has most of it."""
        for part in secret.split("."):
            for start in range(0, len(part) - SHORTEST, SHORTEST):
                self.secrets.add(part[start : start + SHORTEST])
        self.secrets.add(secret)

    def told(self) -> set[str]:
        """The secrets that can be read in what was heard."""
        everything = "\n".join(self.heard)
        return {secret for secret in self.secrets if secret in everything}


@contextmanager
def listening() -> Iterator[Ear]:
    """Hear everything from here on: INFO and above of everybody, which is more than a deployment writes."""
    ear = Ear()
    loggers = [logging.getLogger(name) for name in (None, "yima", "yima.metrics")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(ear)
        logger.setLevel(logging.INFO)
    try:
        yield ear
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.removeHandler(ear)
            logger.setLevel(level)
