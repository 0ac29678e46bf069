"""What is written down of one holder's scans, as the rules see it; and a scan as its stream tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.codes.store import ScanItem
from chalicelib.partners.watching.seen import TEXTS, Seen, as_seen

ENOUGH = 200
"""So many of one person's scans are read, the newest. Each is judged when it comes, so what lies further back was."""


def scans_of(holder: str, whom: str, *, after: int) -> list[Seen]:
    """The scans of a holder since an instant, newest first; strongly consistent, so the one just made is among them."""
    items = ScanItem.query(
        holder, ScanItem.scan_id > f"{after:010d}", scan_index_forward=False, limit=ENOUGH, consistent_read=True
    )
    return [as_seen(whom, (getattr(item, name) or "" for name in TEXTS), int(item.at)) for item in items]


def scan_in(image: dict[str, Any], marked: Callable[[str], str]) -> tuple[str, Seen]:
    """Whose scan an image in the stream of the scans tells of, and the scan; `marked` is the holder's blind index."""
    holder = image["holder"]["S"]
    texts = (image.get(name, {}).get("S", "") for name in TEXTS)
    return holder, as_seen(marked(holder), texts, int(image["at"]["N"]))
