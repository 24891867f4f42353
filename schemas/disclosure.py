"""Which figures may be published beside those that were: no small number of people follows by subtraction.

The figures of one line are counts of sets of people, some of which lie in others (cadres in adults, trained
in registered). Lines share nobody, and what is published of several lines is a sum of what is published of
each, so each line is settled by itself. A figure is *fresh* (as it is now), *held* (as it was last published,
which is said) or hidden. Whatever is fresh or held keeps these rules, with `smallest` people as the least:

1. A figure has at least `smallest` people, and is fresh only where it moved by as many from what was last
   published of it. 0 is hidden like 3: a 0 that is shown would tell a day later that somebody came.
2. Of two figures one of which lies in the other, the larger is larger by at least as many: what lies between
   them is a set of people too. Or they are equal: then nobody is between them whom this could tell of.
3. Where both count the same thing, the smaller is fresh only together with the larger, and what lies between
   them has moved as far since they were last fresh together, or not at all.
4. Where the smaller moved while the larger was hidden, the larger is shown again only where it has, beyond
   what was last shown of the smaller and what lay between them before, at least as many.
5. What a figure has beyond the largest of those that lie in it, all together, is at least as many, or
   nothing, or less than nothing: people may well be in no two of them.

Rule 3 makes the editions of two figures a table of two rows and a column for each time that the larger moved.
Every sum of such a table is at least `smallest`, or 0, and so what is not published of it lies in a range
that is as wide: a cell of two rows and two columns is free by the least of the four sums. Where a rule is
broken, the smaller, more special figure gives way, but by rule 4 the larger: it is held if it can be, else
hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Shown(NamedTuple):
    """A published figure, and the number of the edition in which it was that."""

    value: int
    edition: int


class Nest(NamedTuple):
    """Two figures of which `inner` lies in `outer`, whatever happens. `alike`: both count the same thing of
    people (trained, say), so that who is new in `inner` is new in `outer`. `part`: they differ by the group
    alone.
    """

    inner: str
    outer: str
    alike: bool
    part: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What was published of a line. `last`: each figure as it was last shown. `shown`: those that the latest
    edition shows. `between`: by `inner outer` what lay between them when both were last fresh together.
    """

    last: Mapping[str, Shown] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()
    between: Mapping[str, int] = field(default_factory=dict)


def settle(
    truth: Mapping[str, int], nests: Sequence[Nest], before: Memory, edition: int, smallest: int
) -> tuple[dict[str, Shown], Memory]:
    """What edition number `edition` shows of a line, by figure, and what is to be known for the next one.

    `truth`: the figures as they are now. `nests`: every pair of them that is nested, also over others.
    """
    found = _Settling(truth, nests, before, edition, smallest)
    found.settle()
    return found.shown, found.memory()


class _Settling:
    def __init__(
        self, truth: Mapping[str, int], nests: Iterable[Nest], before: Memory, edition: int, smallest: int
    ) -> None:
        self._nests = [it for it in nests if it.inner in truth and it.outer in truth]
        self._before = before
        self._edition = edition
        self._smallest = smallest
        self._families = _families(self._nests)
        self.shown: dict[str, Shown] = {}
        for figure, value in truth.items():
            last = before.last.get(figure)
            moved = last is None or abs(value - last.value) >= smallest
            if moved and value >= smallest:
                self.shown[figure] = Shown(value, edition)
            elif not moved:
                self._hold(figure)

    def settle(self) -> None:
        """Until every rule is kept. A figure only ever goes from fresh to held and from held to hidden."""
        again = True
        while again:
            again = False
            for nest in self._nests:
                if self._comes_back(nest):
                    self._give_way(nest.outer)
                    again = True
                elif self._breaks(nest):
                    self._give_way(nest.inner)
                    again = True
            for outer, inners in self._families.items():
                if (least := self._left_over(outer, inners)) is not None:
                    self._give_way(least)
                    again = True

    def memory(self) -> Memory:
        between = dict(self._before.between)
        for inner, outer, alike, _ in self._nests:
            if alike and self._fresh(inner) and self._fresh(outer):
                between[f"{inner} {outer}"] = self.shown[outer].value - self.shown[inner].value
        return Memory({**self._before.last, **self.shown}, frozenset(self.shown), between)

    def _fresh(self, figure: str) -> bool:
        return figure in self.shown and self.shown[figure].edition == self._edition

    def _hold(self, figure: str) -> None:
        if figure in self._before.shown:
            self.shown[figure] = self._before.last[figure]

    def _give_way(self, figure: str) -> None:
        fresh = self._fresh(figure)
        del self.shown[figure]
        if fresh:
            self._hold(figure)

    def _comes_back(self, nest: Nest) -> bool:
        """Whether rule 4 is broken."""
        inner, outer = self._before.last.get(nest.inner), self._before.last.get(nest.outer)
        if inner is None or not self._fresh(nest.outer) or self._fresh(nest.inner):
            return False
        if outer is not None and outer.edition >= inner.edition:
            return False
        before = self._before.between.get(f"{nest.inner} {nest.outer}", 0)
        return self.shown[nest.outer].value - inner.value - before < self._smallest

    def _breaks(self, nest: Nest) -> bool:
        inner, outer = self.shown.get(nest.inner), self.shown.get(nest.outer)
        if inner is None or outer is None:
            return False
        between = outer.value - inner.value
        if between < self._smallest and inner != outer:
            return True
        if not nest.alike or not self._fresh(nest.inner):
            return False
        if not self._fresh(nest.outer):
            return True
        then = self._before.between.get(f"{nest.inner} {nest.outer}", between)
        return 0 < abs(between - then) < self._smallest

    def _left_over(self, outer: str, inners: Sequence[str]) -> str | None:
        """The smallest of `inners`, where rule 5 is broken."""
        shown = [it for it in inners if it in self.shown]
        if outer not in self.shown or not shown:
            return None
        left = self.shown[outer].value - sum(self.shown[it].value for it in shown)
        if 0 < left < self._smallest:
            return min(shown, key=lambda it: (self.shown[it].value, it))
        return None


def _families(nests: Iterable[Nest]) -> dict[str, list[str]]:
    """By figure the largest of its parts: those in no other of them."""
    within: defaultdict[str, set[str]] = defaultdict(set)
    for inner, outer, _, part in nests:
        if part:
            within[outer].add(inner)
    return {
        outer: sorted(inners.difference(*(within.get(it, set()) for it in inners)))
        for outer, inners in within.items()
    }
