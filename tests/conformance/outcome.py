"""What a run of the suite came to, read from the JSON that it writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`seconds`: as the suite has measured them. `failing`: by test its titles from the outermost on."""

    version: str
    passed: int
    failed: int
    seconds: float
    failing: Sequence[Sequence[str]]

    @property
    def well(self) -> bool:
        """Whether there were tests, and none failed."""
        return self.passed > 0 and self.failed == 0

    @staticmethod
    def of(version: str, log: Json) -> Outcome:
        """The outcome that the suite's log tells; KeyError where it is no such log."""
        summary = log["summary"]
        # where nothing failed the log of failures has no tree
        failing = list(_failing(log["log"], ())) if "log" in log else []
        return Outcome(version, summary["passed"], summary["failed"], log["duration"] / 1000, failing)


def _failing(node: Json, outer: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    titles = (*outer, node["title"]) if node["title"] else outer
    if node["tests"]:
        for inner in node["tests"]:
            yield from _failing(inner, titles)
    elif node["status"] == "failed":
        yield titles
