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
WORLDS = 100
"""Solutions that are kept."""


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
        self._worlds: list[Any] = []
        self._bounded: set[object] = set()
        """Unknowns for which there may be an upper bound."""

    def equal(self, form: Form, value: float) -> None:
        """The form has this value."""
        self._equal.append((form, value))

    def at_least(self, form: Form, value: float) -> None:
        """The form has this value, or a larger one."""
        self._least.append((form, value))

    def learn(self, what: str, form: Form) -> list[Finding]:
        """The finding that the form is: what may be a small number of people, and is known to within fewer
        than `smallest` values; or none.
        """
        if self._given is None:
            self._prepare()
        if not self._bounded.issuperset(it for it, factor in form.items() if factor > 0):
            return []
        cost = self._cost(form)
        if self._worlds:
            # worlds that fit, found on the way: two that differ enough are an answer
            values = np.array(self._worlds) @ cost
            if values.max() - values.min() > self._smallest - 1 - SLACK:
                return []
        low = self._extreme(cost, 1)
        if low > self._smallest - 1 + SLACK:
            return []
        high = self._extreme(cost, -1)
        if high - low > self._smallest - 1 - SLACK or high < 1 - SLACK:
            return []
        return [Finding(what, round(low, 3), round(high, 3))]

    def _prepare(self) -> None:
        # the solver takes forms that are at most something
        self._given = {
            "A_ub": self._matrix([({it: -a for it, a in form.items()}, 0) for form, _ in self._least]),
            "b_ub": [-value for _, value in self._least] or None,
            "A_eq": self._matrix(self._equal),
            "b_eq": [value for _, value in self._equal] or None,
        }
        self._bounded = {it for form, _ in self._equal for it in form}
        before = -1
        while before != (before := len(self._bounded)):
            for form, _ in self._least:
                if all(it in self._bounded for it, factor in form.items() if factor > 0):
                    self._bounded.update(form)

    def _cost(self, form: Form) -> Any:
        cost = np.zeros(len(self._places))
        for unknown, factor in form.items():
            cost[self._places[unknown]] = factor
        return cost

    def _extreme(self, cost: Any, sign: int) -> float:
        assert self._given is not None
        found = linprog(sign * cost, **self._given, bounds=(0, None), method="highs")
        if found.status == 3:
            return -sign * float("inf")
        assert found.status == 0, f"what is published contradicts itself: {found.message}"
        self._worlds = [*self._worlds[-WORLDS:], found.x]
        return sign * float(found.fun)

    def _matrix(self, rows: Sequence[tuple[Form, float]]) -> Any:
        entries = [
            (at, self._places[it], factor) for at, (form, _) in enumerate(rows) for it, factor in form.items()
        ]
        if not entries:
            return None
        down, across, factors = zip(*entries, strict=True)
        return csr_array((factors, (down, across)), shape=(len(rows), len(self._places)))
