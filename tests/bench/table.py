"""The figures as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.bench.figure import TARGETS, Figure, Latencies

OTHERS = frozenset({"statements", "provinces", "load"})
"""Processes that are no part of the endpoint."""
_HEAD = ("", "value", "limit", "ratio", "p50 ms", "p99 ms", "target")


def table(figures: Iterable[Figure]) -> str:
    """A line for each figure."""
    rows = [_HEAD, ("---", *["---:"] * 5, "---"), *map(_row, figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def notes(figures: Iterable[Figure]) -> str:
    """What else was seen, a line for each figure that has something."""
    return "\n".join(f"- {it.title}: {'; '.join(said)}" for it in figures if (said := list(_said(it))))


def _row(figure: Figure) -> Sequence[str]:
    limit = "" if figure.limit is None else f"{figure.limit:,.0f}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.0%}".replace("%", " %")
    return (
        figure.title,
        f"{figure.value:,.0f} {figure.unit}",
        limit,
        ratio,
        *_milliseconds(figure.latencies),
        _target(figure),
    )


def _milliseconds(latencies: Latencies | None) -> tuple[str, str]:
    if latencies is None:
        return "", ""
    p50, p99 = (f"{it:.1f}" if it < 100 else f"{it:,.0f}" for it in latencies)
    return p50, p99


def _target(figure: Figure) -> str:
    target = TARGETS.get(figure.name)
    return "" if target is None else f"{target.words}: {'met' if target.holds(figure) else '**missed**'}"


def _said(figure: Figure) -> Iterable[str]:
    details = figure.details
    for key, words in (
        ("statements", "{:,} statements"),
        ("of", "of {:,} that had piled up"),
        ("posting", "{:,.0f} statements/s while posting"),
        ("lag", "at most {:,} records behind"),
        ("freshness", "freshness p99 {:.2f} s"),
        ("looked", "looked every {:.1f} ms"),
        ("size", "{:,.0f} bytes an answer"),
    ):
        if key in details:
            yield words.format(details[key])
    if details.get("retries"):
        yield f"{details['retries']:,} answers 503 (sent again)"
    if details.get("short"):
        yield "**the prepared requests were used up early**"
    cpu = details.get("cpu", {})
    if cpu:
        yield f"of a core {_shares(cpu)}"
    if figure.latencies and "endpoint" in cpu:
        own = sum(share for name, share in cpu.items() if name not in OTHERS)
        rate = details.get("posting", figure.value)
        yield f"{_cost(own, rate, figure)} of the endpoint with its workers"
    if figure.limit and figure.limit_latencies:
        p50, p99 = _milliseconds(figure.limit_latencies)
        shares = details["limit_cpu"]
        cost = f", {_cost(shares['limit'], figure.limit, figure)}" if "limit" in shares else ""
        yield f"the limit: p50 {p50} ms, p99 {p99} ms, of a core {_shares(shares)}{cost}"


def _cost(share: float, rate: float, figure: Figure) -> str:
    """Processor time for each: it tells more than the rate where others use the machine too."""
    return f"{share / rate * 1e6:,.0f} µs a {figure.unit.removesuffix('s/s')}"


def _shares(cpu: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {share:.0%}".replace("%", " %") for name, share in cpu.items())
