"""What a test found: a row of the table of faults."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = (
    "fault", "what was done", "longest time without an acknowledgement", "answers 503 (500; none)",
    "all processed after", "acknowledged", "stored (of these erased)", "counted", "result",
)  # fmt: skip


@dataclass(slots=True)
class Row:
    """A fault, and what came of it. Times are seconds; None is what was not measured.

    `recovered`: from the end of the fault until both consumers had processed all that had come by then.
    `counted`: the statements in the figures, which those that were erased have left.
    """

    fault: str = ""
    done: str = ""
    outage: float | None = None
    refused: int | None = None
    failed: int = 0
    unanswered: int = 0
    recovered: float | None = None
    acknowledged: int | None = None
    stored: int | None = None
    erased: int = 0
    counted: int | None = None
    result: str = "not run"

    def cells(self) -> tuple[str, ...]:
        """The row's cells, in the order of HEAD."""
        refused = _said(self.refused) + (
            f" ({self.failed}; {self.unanswered})" if self.failed or self.unanswered else ""
        )
        stored = _said(self.stored) + (f" ({self.erased})" if self.erased else "")
        return (
            self.fault, self.done, _seconds(self.outage), refused, _seconds(self.recovered),
            _said(self.acknowledged), stored, _said(self.counted), self.result,
        )  # fmt: skip


def _said(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _seconds(number: float | None) -> str:
    return "–" if number is None else f"{number:.1f} s"
