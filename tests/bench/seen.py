"""How a job went, and the figure that comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.bench.figure import Figure
from tests.bench.job import Outcome
from tests.bench.process import Broken


class Seen(NamedTuple):
    """How a job went, and what share of a core each process used meanwhile."""

    outcome: Outcome
    cpu: dict[str, float]


def figure_of(name: str, title: str, seen: Seen, limits: Sequence[Seen] = (), batch: int = 1) -> Figure:
    """The rate of requests, or of statements where there are several in each, beside the mean of the limits
    that were measured for it. Raises Broken where a limit ran short or refused anything.
    """
    outcome = seen.outcome
    figure = Figure(
        name,
        title,
        "requests/s" if batch == 1 else "statements/s",
        outcome.rate * batch,
        latencies=outcome.latencies,
        details={"retries": outcome.retries, "short": outcome.short, "cpu": seen.cpu},
    )
    return beside(figure, limits, batch) if limits else figure


def beside(figure: Figure, limits: Sequence[Seen], batch: int) -> Figure:
    """The figure beside the mean of limits, each of so many statements a request. Raises Broken where one ran
    short or refused anything.
    """
    if any(it.outcome.short or it.outcome.retries for it in limits):
        raise Broken(f"the limit of {figure.title!r} was not driven as hard as it could be")
    cpu = {name: mean(it.cpu[name] for it in limits) for name in limits[0].cpu}
    p50, p99 = (mean(it.outcome.latencies[at] for it in limits) for at in (0, 1))
    limited = figure.limited(mean(it.outcome.rate for it in limits) * batch, (p50, p99))
    return limited.measured(figure.value, {"limit_cpu": cpu})


def mean(values: Iterable[float]) -> float:
    """Of at least one value."""
    found = list(values)
    return sum(found) / len(found)
