"""The types of events: what each says, who may be told of it, and what it carries. Data and look-ups only.

What an event carries is what its data fields say here, and `fetch` names the operation that tells more to whoever may
know. Names are changed only by adding: partners' programs read them.
"""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.partners.webhooks.model import EventType
from chalicelib.platform.permissions import Kind

FETCH = "which operation tells more"


class Told(NamedTuple):
    """One type of event. `own` ones are told to the one client whom they concern, others to all who subscribed.

    A client may subscribe where it is of one of `kinds` and has the scope `needs`; either is empty where it does not
    matter.
    """

    zh: str
    en: str
    data: dict[str, str]
    own: bool = True
    kinds: frozenset[Kind] = frozenset()
    needs: str = ""


def _of_consent(zh: str, en: str, **more: str) -> Told:
    """An event about a consent that the client itself asked for."""
    data = {"consent_id": "the consent", "at": "when", **more, "fetch": FETCH}
    return Told(zh, en, data, needs="consent:ask")


def _of_appeal(zh: str, en: str) -> Told:
    """An event about an appeal, for the city's own systems."""
    data = {"appeal_id": "the appeal", "level": "1, or 2 after an appeal against a decision", "at": "when"}
    return Told(zh, en, data, own=False, kinds=frozenset({Kind.SYSTEM}))


def _of_key(zh: str, en: str) -> Told:
    """An event about a key on the trust list, for everybody."""
    data = {"kid": "the key", "use": "code, carrier or request", "at": "when", "fetch": FETCH}
    return Told(zh, en, data, own=False)


EVENT_TYPES: dict[EventType, Told] = {
    EventType.STATUS_CHANGED: _of_consent(
        "已授权查看的码色有变化", "a colour changed that somebody agreed to have watched"
    ),
    EventType.SCAN_ACCEPTED: Told(
        "扫码验证通过",
        "a scan of the client's own was accepted",
        {
            "scan": "the scan, by a name that nobody else has for it",
            "at": "when",
            "purpose": "what for",
            "terminal": "which terminal scanned, empty for none",
        },
        needs="code:verify",
    ),
    EventType.CONSENT_GIVEN: _of_consent("持码人已同意授权", "a holder agreed"),
    EventType.CONSENT_REFUSED: _of_consent("持码人已拒绝授权", "a holder refused"),
    EventType.CONSENT_WITHDRAWN: _of_consent("持码人已撤回授权", "a holder withdrew a consent"),
    EventType.CONSENT_USED: _of_consent("授权已被使用", "fields were disclosed under a consent"),
    EventType.APPEAL_FILED: _of_appeal("收到申诉", "an appeal was filed"),
    EventType.APPEAL_DECIDED: _of_appeal("申诉已有结果", "an appeal was decided"),
    EventType.CARRIERS_REVOKED: Told(
        "有纸质码作废",
        "papers were revoked on a status list",
        {"list": "the number of the list", "at": "when", "fetch": FETCH},
        own=False,
    ),
    EventType.KEY_PUBLISHED: _of_key("新密钥已公布", "a new key is on the trust list"),
    EventType.KEY_REVOKED: _of_key("密钥已吊销", "a key was revoked, and is off the trust list"),
    EventType.ALERT_RAISED: Told(
        "出现异常查验预警",
        "unusual looking was noticed",
        {"alert_id": "the alert", "rule": "by which rule", "at": "when", "fetch": FETCH},
        own=False,
        needs="alert:read",
    ),
    EventType.IMPORT_FINISHED: Told(
        "文件导入已结束",
        "a file that the client handed in is read to its end, or cannot be",
        {"import_id": "the import", "state": "finished or failed", "at": "when", "fetch": FETCH},
        needs="import:write",
    ),
}
"""Every type that can be subscribed to. Challenges and tests go to an endpoint because its client asks for them."""


def may_be_told(type: EventType, *, kind: Kind, scopes: frozenset[str]) -> bool:
    """Whether a client may be told of events of a type."""
    told = EVENT_TYPES.get(type)
    if told is None:
        return False
    return (not told.kinds or kind in told.kinds) and (not told.needs or told.needs in scopes)
