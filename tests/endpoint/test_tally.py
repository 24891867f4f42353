"""Our counters and histograms say what the client library's say."""

from __future__ import annotations

import random

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from lrs.http.tally import Count, Spread

BOUNDS = (0.001, 0.5, 1, 10)


def test_they_are_shown_as_those_of_the_client_library() -> None:
    """But for the creation times, which nobody is shown."""
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    count = Count("requests", "How many.", ("route", "status"), ours)
    spread = Spread("seconds", "How long.", ("route",), BOUNDS, ours)
    plain = Spread("plain_seconds", "How long.", (), BOUNDS, ours).series()
    count_ = Counter("requests", "How many.", ("route", "status"), registry=theirs)
    spread_ = Histogram("seconds", "How long.", ("route",), buckets=BOUNDS, registry=theirs)
    plain_ = Histogram("plain_seconds", "How long.", buckets=BOUNDS, registry=theirs)
    random_ = random.Random(1)
    values = [*BOUNDS, 0, 11, *(random_.expovariate(1) for _ in range(200))]
    for value in values:
        route = random_.choice(("/a", '/"b\\'))
        count.add((route, "200"), 2)
        count_.labels(route, "200").inc(2)
        spread.series(route).observe(value)
        spread_.labels(route).observe(value)
        plain.observe(value)
        plain_.observe(value)
    shown, expected = (
        sorted(line for line in generate_latest(it).decode().splitlines() if "_created" not in line)
        for it in (ours, theirs)
    )
    assert shown == expected
    assert len(shown) > 20
