"""Figures up to a day, from the figures of years, months and days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date


class Cumulative:
    """Cells of groups, ready for being summed up to a day.

    A line is a unit and a group as keys write them: `vn-2004/49|adults`.
    """

    def __init__(self, cells: Mapping[str, int]) -> None:
        self._periods: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for key, count in cells.items():
            kind, rest = key[:2], key[2:]
            if kind == "g|":
                line, period, measure = rest.rsplit("|", 2)
                self._periods[line, measure][period] = count

    def period(self, line: str, measure: str, period: str) -> int:
        """The figure of one period."""
        return self._periods.get((line, measure), {}).get(period, 0)

    def by(self, line: str, measure: str, due: date) -> int:
        """The learners of a measure that dates each of them once, up to and with the day `due`: the years
        before its year, the months of that year before its month, the days of that month up to it.
        """
        day = due.isoformat()
        return sum(
            count
            for period, count in self._periods.get((line, measure), {}).items()
            if _is_summed(period, day)
        )


def _is_summed(period: str, day: str) -> bool:
    year, month = day[:4], day[:7]
    match len(period):
        case 4 if period.isdigit():
            return period < year
        case 7:
            return period[:4] == year and period < month
        case 10:
            return period[:7] == month and period <= day
        case _:
            return False
