"""The status lists of ten million papers, one in a hundred of them revoked: their size, and what each thing costs."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from bench.report import Promise, Section, microseconds
from bench.stage import NOW, Stage
from bench.timing import Case, Effort, side_by_side
from chalicelib.trust.model import KeyUse, UnwrappedKey
from chalicelib.trust.status_list import SIZE, StatusList, Unpacked, read_token, signed_list, uri, verified
from chalicelib.trust.status_lists.routes import PublishedStatusList
from chalicelib.trust.trust_list import read_list

CARRIERS, REVOKED = 10_000_000, 100_000
LARGEST_BYTES, LONGEST_BUILD_S, LONGEST_LOOKUP_US = 140_000, 10, 5
LOOKUP, REVOCATION, WORST = "**looking one up**", "a revocation", "a revocation where half is revoked already"
Sign = Callable[[StatusList], Unpacked]


def measure(stage: Stage, effort: Effort) -> Section:
    """All lists made at once from what is revoked; then one look-up, one revocation, one verification in turn."""
    sign = _signing(stage)
    begin = time.process_time()
    lists = [StatusList.empty(size).revoking(indices) for size, indices in _revoked()]
    signed = [sign(one) for one in lists]
    built_s = time.process_time() - begin
    bits = sum(len(one.compressed()) for one in lists)
    served = sum(len(gzip.compress(_answer(one), mtime=0)) for one in signed)
    timed = side_by_side(_cases(stage, lists[0], sign), effort)
    lookup_us = timed[LOOKUP].median * 1e6
    promises = (
        Promise("status lists of 10 M carriers", bits, LARGEST_BYTES, " bytes"),
        Promise("status lists of 10 M carriers, as served", served, LARGEST_BYTES, " bytes"),
        Promise("status lists of 10 M carriers, built", built_s, LONGEST_BUILD_S, " s"),
        Promise("status list look-up", lookup_us, LONGEST_LOOKUP_US, " µs"),
    )
    rows = [
        ("**their bits, by zlib**", f"{bits:,} bytes", str(promises[0])),
        ("**as served, by a gateway that compresses**", f"{served:,} bytes", str(promises[1])),
        ("as served to who takes nothing compressed", f"{sum(len(_answer(one)) for one in signed):,} bytes", ""),
        ("**all of them built and signed**", f"{built_s:.2f} s", str(promises[2])),
        *(
            (name, f"{microseconds(one.median)} µs", str(promises[3]) if name == LOOKUP else "")
            for name, one in timed.items()
        ),
    ]
    title = f"Status lists of {CARRIERS // 10**6} million papers, {REVOKED:,} revoked"
    return Section(
        title, ("what", "size or CPU", "promise"), rows, promises, f"{len(lists)} lists of {SIZE:,} entries."
    )


def _revoked() -> list[tuple[int, list[int]]]:
    """For each list how many entries it has, and which of them are revoked, at random."""
    chance = Random(20260921)
    by_list: list[list[int]] = [[] for _ in range(-(-CARRIERS // SIZE))]
    for carrier in chance.sample(range(CARRIERS), REVOKED):
        by_list[carrier // SIZE].append(carrier % SIZE)
    return [(SIZE, indices) for indices in by_list]


def _signing(stage: Stage) -> Sign:
    """Signs a list as the city does."""
    key: UnwrappedKey = stage.city.ring.signing(KeyUse.CARRIER, now=NOW)
    sub = uri(stage.city.settings.region, 1)
    return lambda statuses: signed_list(statuses, sub=sub, key=key, issued_at=int(NOW))


def _answer(unpacked: Unpacked) -> bytes:
    """What the API answers."""
    return msgspec.json.encode(PublishedStatusList(1, uri("310000", 1), 1, **msgspec.structs.asdict(unpacked)))


def _cases(stage: Stage, statuses: StatusList, sign: Sign) -> list[Case]:
    """What happens to one list, however many others there are."""
    half = StatusList(Random(1).randbytes(SIZE // 8))
    published, worst = sign(statuses).token, sign(half).token
    trust = read_list(stage.city.key_store.published() or "")
    name = uri(stage.city.settings.region, 1)

    def revoke(before: str) -> Callable[[Any], Unpacked]:
        return lambda index: sign(read_token(before).list().revoking([index]))

    def check(_: Any) -> bool:
        return verified(read_token(published), trust=trust, expected_sub=name, now=NOW).list.is_revoked(0)

    return [
        Case(LOOKUP, statuses.is_revoked, batch=5_000),
        Case(REVOCATION, revoke(published), batch=3),
        Case(WORST, revoke(worst), batch=3),
        Case("a gate reads a list: signature and bits", check, batch=3),
    ]
