"""The table of channel accounts: whose an account of WeChat or Alipay is. The account itself is not kept."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name


class HolderIndex(GlobalSecondaryIndex["ChannelAccountItem"]):  # type: ignore[no-untyped-call]
    """A holder's accounts."""

    class Meta:
        index_name = "by_holder"
        projection = AllProjection()

    holder = UnicodeAttribute(hash_key=True)


class ChannelAccountItem(TableModel):
    """An account and whose it is. `account_index` is the blind index of channel and account."""

    class Meta(TableMeta):
        table_name = table_name("channel_accounts")

    account_index = UnicodeAttribute(hash_key=True)
    holder = UnicodeAttribute()
    name = UnicodeAttribute()
    assurance = UnicodeAttribute()
    bound_at = NumberAttribute()
    by_holder = HolderIndex()


class ChannelStore:
    """Accounts by index, and by whose they are."""

    def get(self, account_index: str) -> ChannelAccountItem | None:
        """An account (strongly consistent), None where it is nobody's."""
        try:
            return ChannelAccountItem.get(account_index, consistent_read=True)
        except ChannelAccountItem.DoesNotExist:
            return None

    def claim(self, item: ChannelAccountItem) -> ChannelAccountItem:
        """Keep an account where it is nobody's; answers whose it is then."""
        try:
            item.save(condition=ChannelAccountItem.account_index.does_not_exist())
        except PutError as error:
            if not is_refused_condition(error):
                raise
            return self.get(item.account_index) or self.claim(item)
        return item

    def save(self, item: ChannelAccountItem) -> None:
        """Keep an account as it is now, where it is still the same holder's."""
        try:
            item.save(condition=ChannelAccountItem.holder == item.holder)
        except PutError as error:
            if not is_refused_condition(error):
                raise

    def remove(self, item: ChannelAccountItem) -> bool:
        """Forget an account; False where it is somebody else's by now. Gone is gone, whoever took it away."""
        try:
            item.delete(condition=ChannelAccountItem.holder == item.holder)
        except DeleteError as error:
            if not is_refused_condition(error):
                raise
            return self.get(item.account_index) is None
        return True

    def of(self, holder: str) -> list[ChannelAccountItem]:
        """A holder's accounts."""
        return list(ChannelAccountItem.by_holder.query(holder))
