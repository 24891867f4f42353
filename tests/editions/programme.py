"""Linear programs: what constraints leave of a number of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

Form = Mapping[Any, float]
"""A linear form over unknowns."""
SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Finding:
    """Something small that is known to within [low, high]."""

    what: str
    low: float
    high: float


class Programme:
    """Constraints on unknowns, none of which is below 0."""

    def __init__(self, unknowns: Sequence[object], smallest: int) -> None:
        self._places = {unknown: at for at, unknown in enumerate(unknowns)}
        self._smallest = smallest
        self._equal: list[tuple[Form, float]] = []
        self._least: list[tuple[Form, float]] = []
        self._given: dict[str, Any] | None = None
        self._bounded: set[object] = set()
        """Unknowns for which something might be an upper bound."""

    def equal(self, form: Form, value: float) -> None:
        """The form has this value."""
        self._equal.append((form, value))
        self._bounded.update(form)

    def at_least(self, form: Form, value: float) -> None:
        """The form has this value, or a larger one."""
        self._least.append((form, value))
        self._bounded.update(it for it, factor in form.items() if factor < 0)

    def learn(self, what: str, form: Form) -> list[Finding]:
        """The finding that the form is: what may be a small number of people, and is known to within fewer
        than `smallest` values; or none.
        """
        if not self._bounded.issuperset(it for it, factor in form.items() if factor > 0):
            return []
        low = self._extreme(form, 1)
        if low > self._smallest - 1 + SLACK:
            return []
        high = self._extreme(form, -1)
        if high - low > self._smallest - 1 - SLACK or high < 1 - SLACK:
            return []
        return [Finding(what, round(low, 3), round(high, 3))]

    def _extreme(self, form: Form, sign: int) -> float:
        cost = np.zeros(len(self._places))
        for unknown, factor in form.items():
            cost[self._places[unknown]] = sign * factor
        if self._given is None:
            # the solver takes forms that are at most something
            self._given = {
                "A_ub": self._matrix([({it: -a for it, a in form.items()}, 0) for form, _ in self._least]),
                "b_ub": [-value for _, value in self._least] or None,
                "A_eq": self._matrix(self._equal),
                "b_eq": [value for _, value in self._equal] or None,
            }
        found = linprog(cost, **self._given, bounds=(0, None), method="highs")
        if found.status == 3:
            return -sign * float("inf")
        assert found.status == 0, f"what is published contradicts itself: {found.message}"
        return sign * float(found.fun)

    def _matrix(self, rows: Sequence[tuple[Form, float]]) -> Any:
        entries = [
            (at, self._places[it], factor) for at, (form, _) in enumerate(rows) for it, factor in form.items()
        ]
        if not entries:
            return None
        down, across, factors = zip(*entries, strict=True)
        return csr_array((factors, (down, across)), shape=(len(rows), len(self._places)))
