"""Yima 一码 for programs: verify codes, with or without a network, report, ask for consent, and be told of events."""

from yima.answers import (
    Card,
    Disclosed,
    Document,
    Fact,
    IssuedCode,
    Outcome,
    Reported,
    SeenScan,
    Verification,
)
from yima.city import City
from yima.credentials import Credentials, Key, Secret
from yima.holder import Holder
from yima.imports import Import, Refused
from yima.offline import OfflineVerdict, verify_offline
from yima.problems import (
    FileChanged,
    NeedsSm2,
    NoCredentials,
    NotAuthentic,
    Problem,
    UnexpectedAnswer,
    Unreachable,
    YimaError,
)
from yima.receiving import Event, Received, Receiver
from yima.trust import StatusList, TrustList

__version__ = "0.1.0"

__all__ = [
    "Card",
    "City",
    "Credentials",
    "Disclosed",
    "Document",
    "Event",
    "Fact",
    "FileChanged",
    "Holder",
    "Import",
    "IssuedCode",
    "Key",
    "NeedsSm2",
    "NoCredentials",
    "NotAuthentic",
    "OfflineVerdict",
    "Outcome",
    "Problem",
    "Received",
    "Receiver",
    "Refused",
    "Reported",
    "Secret",
    "SeenScan",
    "StatusList",
    "TrustList",
    "UnexpectedAnswer",
    "Unreachable",
    "Verification",
    "YimaError",
    "__version__",
    "verify_offline",
]
