"""What a figure has beyond several that lie in it, as linear forms over figures in editions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

from tests.editions.definitions import What, around, inside
from tests.editions.programme import Form


def crossing(inner: What, outer: What) -> tuple[What, What]:
    """The two figures that lie in `outer` and have `inner` in common."""
    return inner._replace(group=outer.group), outer._replace(group=inner.group)


def corner(inner: What, outer: What, n: int) -> Form:
    """Who is in `outer`, and in neither of the two that cross."""
    one, other = crossing(inner, outer)
    return {(outer, n): 1, (one, n): -1, (other, n): -1, (inner, n): 1}


def grown(inner: What, outer: What, one: int, two: int) -> Form:
    """By how many a corner changed from one edition to another."""
    before = {it: -factor for it, factor in corner(inner, outer, one).items()}
    return {**corner(inner, outer, two), **before}


def asked_of_corners(
    corners: Iterable[tuple[What, What]], exact: set[tuple[What, int]], monotone: bool
) -> Iterator[tuple[str, Form]]:
    for inner, outer in corners:
        known = sorted({n for what, n in exact if what == outer})
        for n in known:
            yield f"corner of {outer} beside {inner} in {n}", corner(inner, outer, n)
        for one, two in combinations(known, 2) if monotone and inner.measure == outer.measure else ():
            said = f"corner of {outer} beside {inner} from {one} to {two}"
            yield said, grown(inner, outer, one, two)


def left(outer: What, told: Collection[What], known: Collection[What], n: int) -> Form:
    """What a figure has beyond the groups `told`, for who takes it that whoever is in two groups is in one
    that lies in both: that is counted once, told or not. `known`: all figures.
    """
    below = {
        it for it in known if any(it == one or _is_part(it, one) for one in told) and _is_part(it, outer)
    }
    times: dict[What, int] = {}
    for it in sorted(below, key=lambda it: len(around()[it.group])):
        times[it] = 1 - sum(factor for wider, factor in times.items() if _is_part(it, wider))
    return {(outer, n): 1, **{(it, n): -factor for it, factor in times.items() if factor}}


def parts(outer: What, known: Iterable[What]) -> list[What]:
    """The groups that lie in a figure; none where one that lies in two of them is not known."""
    found = [it for it in known if _is_part(it, outer)]
    codes = {it.group for it in found}
    common = (inside(one) & inside(other) for one, other in combinations(codes, 2))
    return [] if any(not it <= codes for it in common if it) else found


def _is_part(inner: What, outer: What) -> bool:
    return inner[::2] == outer[::2] and inner.group in inside(outer.group)
