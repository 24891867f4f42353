"""The figures as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.bench.figure import Figure, Latencies

OTHERS = frozenset({"statements", "provinces", "load", "kafka", "secantusd-rs", "secantusd-py"})
"""Processes that are no part of the endpoint."""
IDLE = 0.005
"""The share of a core up to which a process is not worth a word."""
_HEAD = ("", "value", "limit", "ratio", "p50 ms", "p99 ms", "target")


def table(figures: Iterable[Figure]) -> str:
    """A line for each figure; of those on a cluster, with the servers it was measured on."""
    shown = list(figures)
    rows: list[Sequence[str]] = [_HEAD, ("---", *["---:"] * 5, "---"), *map(_row, shown)]
    if any(it.on for it in shown):
        servers = ("on", "---", *(it.on for it in shown))
        rows = [(*row, on) for row, on in zip(rows, servers, strict=True)]
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
    target = figure.target
    return "" if target is None else f"{target.words}: {'met' if target.holds(figure) else '**missed**'}"


def _said(figure: Figure) -> Iterable[str]:
    details = figure.details
    for key, words in (
        ("statements", "{:,} statements"),
        ("facts", "{:,} facts"),
        ("of", "of {:,} that had piled up"),
        ("posting", "{:,.0f} statements/s while posting"),
        ("lag", "at most {:,} records behind"),
        ("freshness", "freshness p99 {:.2f} s"),
        ("looked", "looked every {:.1f} ms"),
        ("size", "{:,.0f} bytes an answer"),
        ("bare", "{:.0f} % of a bare producer"),
        ("documents", "{:,} documents"),
        ("text", "{:,.0f} bytes as sent, the others in indexes"),
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
    if figure.on and cpu and figure.unit.endswith("s/s"):
        yield _costs(cpu, details.get("posting", figure.value), figure)
    elif figure.latencies and "endpoint" in cpu:
        own = sum(share for name, share in cpu.items() if name not in OTHERS)
        rate = details.get("posting", figure.value)
        yield f"{_cost(own, rate, figure)} of the endpoint with its workers"
    if figure.limit and figure.limit_latencies:
        p50, p99 = _milliseconds(figure.limit_latencies)
        shares = details["limit_cpu"]
        cost = f", {_cost(shares['limit'], figure.limit, figure)}" if "limit" in shares else ""
        if figure.on:
            cost = f", {_costs(shares, figure.limit, figure)}"
        yield f"the limit: p50 {p50} ms, p99 {p99} ms, of a core {_shares(shares)}{cost}"


def _cost(share: float, rate: float, figure: Figure) -> str:
    """Processor time for each: it tells more than the rate where others use the machine too."""
    return f"{share / rate * 1e6:,.0f} µs a {figure.unit.removesuffix('s/s')}"


def _costs(cpu: Mapping[str, float], rate: float, figure: Figure) -> str:
    """Processor time for each, of all processes of a kind together: what carries over to other machines."""
    each = {name: sum(shares) for name, shares in _kinds(cpu).items()}
    said = ", ".join(f"{name} {share / rate * 1e6:,.0f} µs" for name, share in each.items() if share > IDLE)
    return f"a {figure.unit.removesuffix('s/s')}: {said}"


def _shares(cpu: Mapping[str, float]) -> str:
    return ", ".join(
        f"{name} {' + '.join(f'{it:.0%}' for it in shares)}".replace("%", " %")
        for name, shares in _kinds(cpu).items()
    )


def _kinds(cpu: Mapping[str, float]) -> Mapping[str, Sequence[float]]:
    """The shares by what a process is: of several of a kind, all but one have a number behind the name."""
    kinds: dict[str, list[float]] = {}
    for name, share in cpu.items():
        kind, _, number = name.rpartition(" ")
        kinds.setdefault(kind if number.isdigit() else name, []).append(share)
    return kinds
