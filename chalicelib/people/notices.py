"""Notices: what a person is told of what others did in their name, or with what is theirs. Nothing happens silently.

A notice has a kind and short facts in our own words (a role, a reason code, a masked name), never free text. Its id is
made by whoever tells, so telling again tells once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.tables import TableMeta, TableModel, table_name

RETENTION = timedelta(days=180)


class Title(NamedTuple):
    """What a kind of notice is called, in Chinese and in English."""

    zh: str
    en: str


KINDS = {
    "card_bound": Title("你的卡片已绑定", "A card of yours was bound"),
    "card_ended": Title("你的卡片已停用", "A card of yours was ended"),
    "card_lost": Title("你的卡片已挂失", "A card of yours was reported lost"),
    "card_replaced": Title("你的卡片已更换", "A card of yours was replaced"),
    "channel_bound": Title("你的应用账号已绑定", "An account of yours in an app was bound"),
    "channel_unbound": Title("你的应用账号已解绑", "An account of yours in an app was removed"),
    "consent_asked": Title("有单位请求你授权提供信息", "Somebody asks for your consent"),
    "consent_given": Title("授权已同意", "A consent was given"),
    "consent_refused": Title("授权请求已被拒绝", "A request for consent was refused"),
    "consent_withdrawn": Title("授权已撤回", "A consent was withdrawn"),
    "delegation_ended": Title("亲友代办关系已结束", "Somebody no longer shows codes for somebody else"),
    "delegation_proposed": Title("有人请求代你出示一码", "Somebody asks to show your codes"),
    "delegation_refused": Title("亲友代办请求未获同意", "A request to show codes was turned down"),
    "delegation_started": Title("亲友代办关系已开始", "Somebody may now show codes for somebody else"),
    "delegation_withdrawn": Title("亲友代办请求已撤回", "A request to show codes was taken back"),
    "desk_acted": Title("服务窗口为你办理了业务", "A service desk acted for you"),
    "desk_opened": Title("服务窗口开始为你办理业务", "A service desk began to act for you"),
    "leaving_asked": Title("你申请了注销账户", "You asked to leave"),
    "leaving_withdrawn": Title("你撤回了注销申请", "You stay after all"),
    "looked_at_by_many": Title("短时间内有多方查看过你的信息", "Many looked at you in a short time"),
    "identity_changed": Title("你的登记信息已更新", "What is on record of you was changed"),
    "paper_ended": Title("你的纸质码已停用", "Your paper code was ended"),
    "paper_issued": Title("你的纸质码已签发", "A paper code was issued for you"),
    "paper_lost": Title("你的纸质码已挂失", "Your paper code was reported lost"),
    "paper_replaced": Title("你的纸质码已更换", "Your paper code was replaced"),
    "refresh_token_reused": Title(
        "一台设备的登录凭证被重复使用，已退出", "Somebody used a stale sign-in; the device is out"
    ),
    "tag_reported": Title("有部门登记你属于特殊群体", "A department says that you belong to a special group"),
}
"""Every kind of notice. A kind that is not here is a mistake of ours: nobody would know what they were told."""


class UnknownKind(ValueError):
    """Somebody was to be told of a kind of thing that has no name."""


class NoticeItem(TableModel):
    """One notice. `notice_id` begins with its Unix second; `facts` is a JSON object of short texts."""

    class Meta(TableMeta):
        table_name = table_name("notices")

    holder = UnicodeAttribute(hash_key=True)
    notice_id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    facts = UnicodeAttribute()
    at = NumberAttribute()
    expires_at = TTLAttribute()


class NoticeStore:
    """Writes and lists notices."""

    def save(self, item: NoticeItem) -> None:
        """Keep a notice; keeping it again changes nothing."""
        item.save()

    def page(self, holder: str, *, before: str | None, size: int) -> list[NoticeItem]:
        """A holder's notices, newest first, those older than the notice id `before`."""
        older = NoticeItem.notice_id < before if before else None
        return list(NoticeItem.query(holder, older, scan_index_forward=False, limit=size, consistent_read=True))


class Notices:
    """Tells people."""

    def __init__(self, store: NoticeStore) -> None:
        self._store = store

    def tell(self, holder: str, kind: str, facts: dict[str, str], *, event: str, now: int) -> None:
        """Tell a holder of an event, once per `event` (any text that names it, the same each time) and second.

        Raises `UnknownKind` before anything is written.
        """
        if kind not in KINDS:
            raise UnknownKind(kind)
        notice_id = f"{now:010d}-{sm3(event.encode()).hex()[:24]}"
        text = msgspec.json.encode(facts).decode()
        expires_at = datetime.fromtimestamp(now, UTC) + RETENTION
        self._store.save(NoticeItem(holder, notice_id, kind=kind, facts=text, at=now, expires_at=expires_at))

    def page(self, holder: str, *, before: str | None, size: int) -> list[NoticeItem]:
        """A holder's notices, newest first."""
        return self._store.page(holder, before=before, size=size)
