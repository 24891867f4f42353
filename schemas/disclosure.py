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
5. What a figure has beyond the groups that lie in it, all together, is at least as many, or nothing, or less
   than nothing: people may well be in two of them, beside those in a group that lies in both.
6. What a figure has beyond two that lie in it and have a third in common (adults who are no cadres and were
   not trained by a day) is at least as many, or nothing, or less than nothing; and where all four count the
   same thing it has moved as far since they were last fresh together, or not at all.

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


class Square(NamedTuple):
    """Two figures that lie in `outer`, and `inner`: everybody who is in both of them. `alike`: as in `Nest`,
    of all four.
    """

    inner: str
    one: str
    other: str
    outer: str
    alike: bool

    def __str__(self) -> str:
        """As a memory knows it."""
        return f"{self.inner} {self.one} {self.other} {self.outer}"


@dataclass(frozen=True, slots=True)
class Memory:
    """What was published of a line. `last`: each figure as it was last shown. `shown`: those that the latest
    edition shows. `between`: by `inner outer` what lay between them when both were last fresh together; by
    `Square` what was in its `outer` alone.
    """

    last: Mapping[str, Shown] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()
    between: Mapping[str, int] = field(default_factory=dict)


def settle(
    truth: Mapping[str, int],
    nests: Sequence[Nest],
    before: Memory,
    edition: int,
    smallest: int,
    squares: Sequence[Square] = (),
) -> tuple[dict[str, Shown], Memory]:
    """What edition number `edition` shows of a line, by figure, and what is to be known for the next one.

    `truth`: the figures as they are now. `nests`: every pair of them that is nested, also over others.
    `squares`: every four of them that are one.
    """
    found = _Settling(truth, nests, squares, before, edition, smallest)
    found.settle()
    return found.shown, found.memory()


class _Settling:
    def __init__(
        self,
        truth: Mapping[str, int],
        nests: Iterable[Nest],
        squares: Iterable[Square],
        before: Memory,
        edition: int,
        smallest: int,
    ) -> None:
        self._nests = [it for it in nests if it.inner in truth and it.outer in truth]
        self._squares = [it for it in squares if truth.keys() >= set(it[:4])]
        self._before = before
        self._edition = edition
        self._smallest = smallest
        self._families = _families(self._nests)
        self._around = {
            it: {outer for outer, inners in self._families.items() if it in inners} for it in truth
        }
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
            for square in self._squares:
                if self._tells_corner(square):
                    self._give_way(square.inner)
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
        for square in self._squares:
            if square.alike and all(map(self._fresh, square[:4])):
                between[str(square)] = self._corner(square)
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

    def _corner(self, square: Square) -> int:
        """What is in `outer` alone, where all four are shown."""
        inner, one, other, outer = (self.shown[it].value for it in square[:4])
        return outer - one - other + inner

    def _tells_corner(self, square: Square) -> bool:
        """Whether rule 6 is broken."""
        if not self.shown.keys() >= set(square[:4]):
            return False
        # also of figures of several editions: what lies between two of them may have stood still since
        corner = self._corner(square)
        if 0 < corner < self._smallest:
            return True
        if not square.alike or not self._fresh(square.inner):
            return False
        then = self._before.between.get(str(square), corner)
        return 0 < abs(corner - then) < self._smallest

    def _left_over(self, outer: str, inners: Sequence[str]) -> str | None:
        """The smallest of `inners` that matters, where rule 5 is broken."""
        # the larger first: how often a figure is in the sum depends on those around it
        times: dict[str, int] = {}
        for it in inners:
            if it in self.shown:
                times[it] = 1 - sum(times.get(around, 0) for around in self._around[it])
        counted = {it: factor for it, factor in times.items() if factor}
        if outer not in self.shown or not counted:
            return None
        left = self.shown[outer].value - sum(factor * self.shown[it].value for it, factor in counted.items())
        # less than nothing tells of those who are in two of them, where a hidden group is known to be that
        least = 1 - self._smallest if self._hides_common(inners, counted) else 1
        if left and least <= left < self._smallest:
            return min(counted, key=lambda it: (self.shown[it].value, it))
        return None

    def _hides_common(self, inners: Iterable[str], counted: Iterable[str]) -> bool:
        """Whether a hidden one of `inners` lies in two of those that count."""
        hidden = (self._around[it] for it in inners if it not in self.shown)
        return any(len(around.intersection(counted)) > 1 for around in hidden)


def _families(nests: Iterable[Nest]) -> dict[str, list[str]]:
    """By figure its parts, none before one that it lies in."""
    within: defaultdict[str, set[str]] = defaultdict(set)
    for inner, outer, _, part in nests:
        if part:
            within[outer].add(inner)
    # what lies in another has fewer parts than that
    return {
        outer: sorted(inners, key=lambda it: (-len(within.get(it, ())), it))
        for outer, inners in within.items()
    }
