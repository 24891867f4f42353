"""Example ids of what became of a platform's statements, a few for each reason."""

from __future__ import annotations

from collections import defaultdict

from schemas.fact import Fact
from schemas.ports import EXAMPLES
from schemas.reading import Outcome, Reading


class Examples:
    """Gathers the first ids of each (platform, outcome or remark)."""

    def __init__(self) -> None:
        self.ids: dict[tuple[str, str], list[str]] = defaultdict(list)

    def note(self, fact: Fact, reading: Reading) -> None:
        """Keep the statement's id under each reason that it is an example of, where there is room."""
        for reason in (reading.outcome, *reading.remarks):
            if reason != Outcome.COUNTED:
                ids = self.ids[fact.platform, str(reason)]
                if len(ids) < EXAMPLES and fact.statement not in ids:
                    ids.append(fact.statement)
