"""How long a search takes over a million reviews: words and phrases in both languages, filters."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from benchmarks.support import big_shop
from benchmarks.support.home import ThrowAwayHome

OPTIONS: dict[str, int | str] = {"rows": 1_000_000, "rounds": 5}
Say = Callable[[str], None]

# Words that stand in many texts, in some, and in a few.
_CHINESE = (
    "质量", "物流", "客服", "好用", "漏水", "性价比", "包装", "电池", "充电器", "不值",
    "退货", "屏幕",
    "声音", "味道", "尺码", "异味", "送货上门", "售后服务", "水壶", "把手", "型号", "壶",
    "价", "这个价格",
)  # fmt: skip
_ENGLISH = (
    "quality", "battery", "the", "leaks", "broken", "refund", "delivery", "handle", "screen",
    "battery life", "highly recommend", "lid leaks", "stopped working", "charger", "noise",
    "fabric", "zipper", "sturdy", "model", "customer service",
)  # fmt: skip
_PHRASES = (
    '"battery life"', '"highly recommend"', '"this one"', '"质量很好"', '"性价比"', '"客服态度"',
    '"of the"', '"很好用"', "质量 -物流", "battery -charger", "漏水 客服", "nonesuchword",
)  # fmt: skip


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    rows = options["rows"]
    with ThrowAwayHome() as home:
        began = time.monotonic()
        say(f"writing {rows} reviews; at a million this takes some minutes")
        home.call("benchmarks.search:fill", {"rows": rows})
        say(f"written in {time.monotonic() - began:.0f} s; searching")
        found: dict[str, Any] = home.call(
            "benchmarks.search:measure", {"rounds": options["rounds"]}
        )
    for line in found["slowest"]:
        note(line)
    if rows != 1_000_000:
        note(f"over {rows} reviews; `p95_ms_1m` is of a million")
    return dict(found["figures"])


def fill(rows: int) -> None:
    """Called inside the home."""
    big_shop.fill(rows)


def _filters() -> dict[str, dict[str, Any]]:
    """What people narrow a search by, beside no filter at all."""
    from accounts.models import Store
    from analytics.selectors.browsing import Sought
    from reviews.models import Category, Product

    stores = list(Store.objects.order_by("key"))
    every = Sought(stores=stores)
    product = Product.objects.order_by("pk")[12]
    return {
        "all": {"sought": every},
        "store": {"sought": Sought(stores=stores[:1])},
        "language": {"sought": every.but(language="zh")},
        "stars": {"sought": every.but(stars=1)},
        "product": {"sought": every.but(product=product)},
        "category": {"sought": every.but(category=Category.objects.order_by("pk")[3])},
        "days": {"sought": every.but(since=date(2025, 12, 1), until=date(2026, 1, 31))},
        "store, stars, days": {
            "sought": Sought(stores=stores[1:2], stars=5, since=date(2025, 6, 1))
        },
    }


def measure(rounds: int) -> dict[str, Any]:
    """Called inside the home: each search as the page of reviews asks it, and its second page."""
    from analytics.selectors.browsing import reviews_sought
    from reviews.selectors import matching_page

    searches = [*_CHINESE, *_ENGLISH, *_PHRASES]
    filters = _filters()
    spent: dict[tuple[str, str], list[float]] = {}
    hits = {}
    for turn in range(rounds + 1):
        for number, words in enumerate(searches):
            # Every search without a filter, and with some that change from turn to turn.
            names = list(filters)
            for name in {"all", names[(number + turn) % len(names)]}:
                sought = filters[name]["sought"]
                began = time.perf_counter()
                page = matching_page(reviews_sought(sought), words)
                taken = [time.perf_counter() - began]
                if page.following is not None and turn % 2:
                    began = time.perf_counter()
                    matching_page(reviews_sought(sought), words, page.following)
                    taken.append(time.perf_counter() - began)
                hits[words, name] = len(page.reviews)
                if turn:  # the first turn warms up
                    spent.setdefault((words, name), []).extend(taken)
    times = sorted(1000 * one for found in spent.values() for one in found)
    worst = sorted(spent, key=lambda key: -statistics.median(spent[key]))[:8]
    return {
        "figures": {
            "p50_ms_1m": round(times[len(times) // 2], 1),
            "p95_ms_1m": round(times[int(0.95 * (len(times) - 1))], 1),
            "p99_ms_1m": round(times[int(0.99 * (len(times) - 1))], 1),
            "searches": len(times),
            "without_hit": sum(not n for n in hits.values()),
        },
        "slowest": [
            f"{words} ({name}): {1000 * statistics.median(spent[words, name]):.0f} ms"
            for words, name in worst
        ],
    }
