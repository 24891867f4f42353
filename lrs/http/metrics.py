"""Prometheus metrics. Labels are bounded: registered platforms, stable codes, route patterns; never a
person or an id.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics

from lrs.http.tally import Count, Spread

disable_created_metrics()  # type: ignore[no-untyped-call]

LABELS = ("route", "method", "status")
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """What the endpoint counts itself, and gauges that are read from the store when somebody asks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Count("lrs_requests", "Requests by route, method and status.", LABELS, self.registry)
        self.seconds = Spread(
            "lrs_request_seconds", "Time to answer a request.", LABELS[:2], _FAST, self.registry
        )
        self.statements = Count(
            "lrs_statements",
            "Statements of answered requests by platform: appended, refused as a conflict, or failed.",
            ("platform", "outcome"),
            self.registry,
        )
        self.rejects = Counter(
            "lrs_rejects_total", "Requests refused, by stable code.", ["code"], registry=self.registry
        )
        self.append_seconds = Spread(
            "lrs_append_seconds",
            "Time from a checked request to its durable append.",
            (),
            _FAST,
            self.registry,
        ).series()
        self.in_flight = Gauge(
            "lrs_in_flight_bytes", "Bytes of requests being worked on.", registry=self.registry
        )
        self.unprojected = Gauge(
            "lrs_unprojected_statements",
            "Appended by this endpoint, not yet projected.",
            registry=self.registry,
        )
        self.lag = Gauge(
            "lrs_consumer_lag_records",
            "Records in the log that a consumer has not processed.",
            ["consumer", "partition"],
            registry=self.registry,
        )
        self.freshness = Gauge(
            "lrs_freshness_seconds",
            "Age of the moment up to which a consumer's output is complete.",
            ["consumer"],
            registry=self.registry,
        )
        self.projected = Gauge(
            "lrs_projected_statements",
            "Statements by platform since the store was made: received, duplicate, conflict.",
            ["platform", "kind"],
            registry=self.registry,
        )
        self.dead_letters = Gauge(
            "lrs_dead_letters", "Dead letters not yet requeued.", ["code"], registry=self.registry
        )

    def set_all(self, gauge: Gauge, values: Iterable[tuple[tuple[str, ...], float]]) -> None:
        """Replace what a gauge says by these (label values, value)."""
        gauge.clear()
        for labels, value in values:
            gauge.labels(*labels).set(value)
