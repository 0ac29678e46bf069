"""The keys table: key records by issuer, and the published trust list beside them."""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name
from chalicelib.trust.model import KeyRecord, KeyState, KeyUse

TRUST_LIST_KID = "trust-list"


class KeyItem(TableModel):
    """One key, or the published trust list, of one issuer. `scope` is `<region>`, `<region>#root` or `<region>#public`.

    Its stream tells that something was written, and never what: most of it are secrets.
    """

    class Meta(TableMeta):
        table_name = table_name("keys")
        stream_view_type = "KEYS_ONLY"

    scope = UnicodeAttribute(hash_key=True)
    kid = UnicodeAttribute(range_key=True)
    use = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    public_key = BinaryAttribute(legacy_encoding=False, null=True)
    wrapped = BinaryAttribute(legacy_encoding=False, null=True)
    not_before = NumberAttribute(null=True)
    not_after = NumberAttribute(null=True)
    state_since = NumberAttribute(null=True)
    document = UnicodeAttribute(null=True)


class KeyCollision(Exception):
    """Another key has this id already; make another key."""


class KeyStore:
    """Keys of one issuer. The root key lives in a scope of its own, which the API function never reads."""

    def __init__(self, region: str) -> None:
        self._region = region

    def records(self) -> list[KeyRecord]:
        """Every key of the issuer but the root: one strongly consistent query."""
        return self._query(self._region)

    def root(self) -> KeyRecord | None:
        """The root key, None before the city is founded."""
        return next((key for key in self._query(f"{self._region}#root") if key.state is KeyState.ACTIVE), None)

    def add(self, key: KeyRecord) -> None:
        """Store a new key; raises `KeyCollision` where the id is taken, so that an id always names one key."""
        try:
            self._item(key).save(condition=KeyItem.kid.does_not_exist())
        except PutError as error:
            if is_refused_condition(error):
                raise KeyCollision(key.kid) from error
            raise

    def move(self, key: KeyRecord, *, was: KeyState) -> bool:
        """Store a key's next state; False where another run has already moved it on."""
        try:
            self._item(key).save(condition=KeyItem.state == str(was))
        except PutError as error:
            if is_refused_condition(error):
                return False
            raise
        return True

    def publish(self, document: str) -> None:
        """Put up the signed trust list."""
        KeyItem(f"{self._region}#public", TRUST_LIST_KID, document=document).save()

    def published(self) -> str | None:
        """The signed trust list as published, None before the first time."""
        try:
            return KeyItem.get(f"{self._region}#public", TRUST_LIST_KID).document
        except KeyItem.DoesNotExist:
            return None

    def _query(self, scope: str) -> list[KeyRecord]:
        """All keys of a scope as records."""
        return [_record(item) for item in KeyItem.query(scope, consistent_read=True)]

    def _item(self, key: KeyRecord) -> KeyItem:
        """A record as its item."""
        scope = f"{self._region}#root" if key.use is KeyUse.ROOT else self._region
        return KeyItem(
            scope,
            key.kid,
            use=str(key.use),
            state=str(key.state),
            public_key=key.public_key or None,
            wrapped=key.wrapped,
            not_before=key.not_before,
            not_after=key.not_after,
            state_since=key.state_since,
        )


def _record(item: KeyItem) -> KeyRecord:
    """An item as its record."""
    return KeyRecord(
        kid=item.kid,
        use=KeyUse(item.use),
        state=KeyState(item.state),
        public_key=item.public_key or b"",
        wrapped=item.wrapped,
        not_before=int(item.not_before),
        not_after=int(item.not_after),
        state_since=int(item.state_since),
    )
