"""What the sweep asks of others: keys of tables, what the city published last, whether evidence still speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.wiring.accounts import Accounts


def keys() -> dict[str, tuple[str, ...]]:
    """The names of each table's key attributes."""
    from chalicelib.platform.tables import all_models, table_name

    prefix = table_name("")
    return {
        str(model.Meta.table_name).removeprefix(prefix): tuple(
            str(key["AttributeName"]) for key in model._get_schema()["key_schema"]
        )
        for model in all_models()
    }


def published_at(here: Accounts) -> int:
    """When the trust list was published last, Unix seconds; 0 where it never was."""
    from chalicelib.platform.times import parse_rfc3339
    from chalicelib.trust.trust_list import TrustList

    document = here.key_store.published()
    if document is None:
        return 0
    import msgspec

    return parse_rfc3339(msgspec.json.decode(document, type=TrustList).issued_at)


def speaks(here: Accounts, item: dict[str, Any], now: int) -> bool:
    """Whether a piece of evidence makes any difference to its holder's colours from now on, under the rulebook."""
    from chalicelib.status.course import ahead, to_text

    subject, evidence_id = item["subject"]["S"], item["evidence_id"]["S"]
    known, book = here.evidence.of(subject), here.recompute.rulebook()
    without = [one for one in known if one.evidence_id != evidence_id]
    if len(without) == len(known):
        return False
    courses = [to_text(here.recompute.segments(some, book), since=now) for some in (known, without)]
    return ahead(courses[0], now) != ahead(courses[1], now)
