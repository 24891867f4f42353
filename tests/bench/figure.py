"""A figure, the limit beside it, and what is aimed at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

Latencies = tuple[float, float]
"""Milliseconds, p50 and p99."""


def percentiles(seconds: Iterable[float]) -> Latencies:
    """The latencies of these (at least one)."""
    ordered = sorted(seconds)
    p50, p99 = (ordered[len(ordered) * percent // 100] * 1000 for percent in (50, 99))
    return p50, p99


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `value` and `limit` are in `unit`; `latencies` are those of requests, except
    where the figure is a latency itself. `details`: what else was seen, for the notes and the raw figures.
    `on`: the servers of a cluster on which it was measured, in short; empty for files.
    """

    name: str
    title: str
    unit: str
    value: float
    limit: float | None = None
    latencies: Latencies | None = None
    limit_latencies: Latencies | None = None
    details: dict[str, Any] = field(default_factory=dict)
    on: str = ""

    @property
    def ratio(self) -> float | None:
        """The value as a part of the limit."""
        return None if self.limit is None else self.value / self.limit

    @property
    def target(self) -> Target | None:
        """What is aimed at, if anything."""
        return (CLUSTER_TARGETS if self.on else TARGETS).get(self.name)

    def limited(self, limit: float | None, latencies: Latencies | None = None) -> Figure:
        """The same beside a limit."""
        return replace(self, limit=limit, limit_latencies=latencies)

    def measured(self, value: float, more: Mapping[str, Any]) -> Figure:
        """The same with another value and more details."""
        return replace(self, value=value, details={**self.details, **more})


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at, in words and as a rule."""

    words: str
    holds: Callable[[Figure], bool]


def _ratio(figure: Figure) -> float:
    return figure.ratio or 0.0


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "single": Target("≥ 40 %", lambda it: _ratio(it) >= 0.4),
        "batch": Target("≥ 15 % and > 10,000/s", lambda it: _ratio(it) >= 0.15 and it.value > 10_000),
        "sustained": Target("≥ 5,000/s", lambda it: it.value >= 5_000),
    }
)
CLUSTER_TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "append-8": Target("≥ 50 %", lambda it: _ratio(it) >= 0.5),
        "append-16": Target("≥ 50 %", lambda it: _ratio(it) >= 0.5),
        "append-single": Target("≥ 50 %", lambda it: _ratio(it) >= 0.5),
        "projection": Target("≥ 30 %", lambda it: _ratio(it) >= 0.3),
    }
)
"""By name of the figure, on files and on a cluster."""
