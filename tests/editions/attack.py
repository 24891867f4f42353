"""THE ATTACK: what follows about small numbers of people from public editions alone.

It reads editions as JSON and two of the packaged tables, and shares no code with what is attacked. Whatever
is published is a constraint on unknown numbers of people, one for each unit, figure and edition. Linear
programs ask of every figure, of every change between two editions, of whatever lies between two figures or is
in neither of two that cross (a group, and something else), and how that changed, how small and how large it
may be.

The attacker knows the definitions: which groups lie in which, that whoever is trained or confirmed is
registered, of which old provinces a new one is made, and what the editions say of their sums. With `monotone`
they take for granted that nobody ever leaves a figure, and that nobody changes groups. With `apart` that
nobody is in two groups of which neither lies in the other.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, combinations, pairwise, permutations, product
from typing import Any, NamedTuple

from tests.editions.beyond import asked_of_corners, corner, crossing, grown, left, parts
from tests.editions.definitions import DATA, What, lies_in
from tests.editions.programme import Finding, Form, Programme

Json = Mapping[str, Any]


class Seen(NamedTuple):
    """A figure in one edition, as it is shown."""

    value: int | None
    edition: int | None
    partial: bool
    made: bool = False
    """Whether it is not shown itself, and follows from what was made of it."""


NOTHING = Seen(None, None, False)


def attack(editions: Sequence[Json], smallest: int, *, monotone: bool, apart: bool = False) -> list[Finding]:
    """Everything small that follows from these editions, in the order in which they were published."""
    return [*_sums(editions, smallest, monotone), *_nested(editions, smallest, monotone, apart)]


def _nested(editions: Sequence[Json], smallest: int, monotone: bool, apart: bool) -> Iterator[Finding]:
    """Of each unit by itself: measures, groups and their unions, dates that are due, percentages, gaps."""
    by_unit: dict[str, dict[What, dict[int, Seen]]] = defaultdict(lambda: defaultdict(dict))
    for edition in editions:
        for unit, what, seen in _shown(edition):
            shown = by_unit[unit][what]
            if (known := shown.get(edition["number"])) is None or known.value is None:
                shown[edition["number"]] = seen
    numbers = [edition["number"] for edition in editions]
    for unit, figures in by_unit.items():
        if any(seen.value is not None for shown in figures.values() for seen in shown.values()):
            yield from _of_unit(unit, figures, numbers, smallest, monotone, apart)


def _shown(edition: Json) -> Iterator[tuple[str, What, Seen]]:
    for row in edition["provinces"]:
        for measure in ("registered", "trained", "confirmed"):
            yield _unit(row), What(measure), Seen(**row[measure])
    for row in edition["groups"]:
        yield _unit(row), What("trained", row["group"]), Seen(**row["trained"])
    for row in edition["targets"]:
        if row["rule"] is None or row["rule"]["words"] == edition["ruleset"]["trained"]:
            what = What(row["indicator"], row["group"], "" if row["so_far"] else row["due"])
            yield _unit(row), what, _count(row, edition["number"])


def _count(row: Json, number: int) -> Seen:
    """The count of a target: as it is shown, or from what was made of it."""
    count, whole = Seen(**row["count"]), row["denominator"]
    if count.value is not None or not whole:
        return count
    if row["percent"] is not None:
        return Seen(round(row["percent"] * whole / 100), number, partial=False, made=True)
    people, points = row["gap"]["people"], row["gap"]["percentage_points"]
    if people:
        least = math.ceil(float(row["value"]) * whole / 100)
        return Seen(least - people, number, partial=False, made=True)
    if points:
        return Seen(round((float(row["value"]) - points) * whole / 100), number, partial=False, made=True)
    return count


def _unit(row: Json) -> str:
    """A province that was not merged is the same people under both codes."""
    if row["code"] is None or row["scheme"] is None:
        return "nation"
    if row["scheme"] == "vn-2004" and len(_old_of(new := _new_of().get(row["code"], ""))) == 1:
        return f"vn-2025/{new}"
    return f"{row['scheme']}/{row['code']}"


def _of_unit(
    unit: str,
    figures: Mapping[What, Mapping[int, Seen]],
    numbers: list[int],
    smallest: int,
    monotone: bool,
    apart: bool,
) -> Iterator[Finding]:
    nested = [(inner, outer) for inner, outer in permutations(figures, 2) if lies_in(inner, outer)]
    programme = Programme([(what, n) for what in figures for n in numbers], smallest)
    exact = _tell(programme, figures, numbers, monotone)
    for inner, outer in nested:
        for n in numbers:
            programme.at_least({(outer, n): 1, (inner, n): -1}, 0)
    corners = list(_corners(figures, nested))
    for inner, outer in corners:
        for n in numbers:
            programme.at_least(corner(inner, outer, n), 0)
    if monotone:
        _only_more(programme, figures, nested, numbers)
        for (inner, outer), (one, two) in product(corners, pairwise(numbers)):
            if inner.measure == outer.measure:
                programme.at_least(grown(inner, outer, one, two), 0)
    beyond = list(_left(figures, numbers, exact)) if apart else []
    for _, form in beyond:
        programme.at_least(form, 0)
    for said, form in chain(
        _asked(figures, nested, exact, monotone), asked_of_corners(corners, exact, monotone), beyond
    ):
        yield from programme.learn(f"{unit} {said}", form)


def _tell(
    programme: Programme, figures: Mapping[What, Mapping[int, Seen]], numbers: list[int], monotone: bool
) -> set[tuple[What, int]]:
    """Tell the programme what is shown; which figures are, exactly."""
    exact: set[tuple[What, int]] = set()
    for what, shown in figures.items():
        for n, known, value in _known({n: shown.get(n, NOTHING) for n in numbers}, monotone):
            if known:
                programme.equal({(what, n): 1}, value)
                if not shown[n].made:
                    exact.add((what, n))
            else:
                programme.at_least({(what, n): 1}, value)
    return exact


def _corners(
    figures: Mapping[What, object], nested: Iterable[tuple[What, What]]
) -> Iterator[tuple[What, What]]:
    for inner, outer in nested:
        crosses = inner.group != outer.group and inner[::2] != outer[::2]
        if crosses and set(crossing(inner, outer)) <= figures.keys():
            yield inner, outer


def _left(
    figures: Mapping[What, object], numbers: Iterable[int], exact: set[tuple[What, int]]
) -> Iterator[tuple[str, Form]]:
    for outer in figures:
        within = parts(outer, figures)
        for n in numbers if within else ():
            yield f"all left of {outer} in {n}", left(outer, within, figures, n)
            told = [it for it in within if (it, n) in exact]
            if told and (outer, n) in exact:
                yield f"left of {outer} in {n}", left(outer, told, figures, n)


def _asked(
    figures: Mapping[What, Mapping[int, Seen]],
    nested: Iterable[tuple[What, What]],
    exact: set[tuple[What, int]],
    monotone: bool,
) -> Iterator[tuple[str, Form]]:
    """What is asked of a unit: whatever might be small. What was never shown has no bound but its own, and
    until a day is over nothing is of its end.
    """
    ever = {what for what, _ in exact}
    for what, numbers in figures.items():
        yield from ((f"{what} in {n}", {(what, n): 1}) for n in numbers if (what, n) not in exact)
        for one, two in combinations(numbers, 2) if monotone and what in ever else ():
            yield f"{what} from {one} to {two}", {(what, two): 1, (what, one): -1}
    for inner, outer in nested:
        if {inner, outer} <= ever:
            said, numbers = f"between {inner} and {outer}", figures[inner]
            yield from ((f"{said} in {n}", {(outer, n): 1, (inner, n): -1}) for n in numbers)
            alike = monotone and inner.measure == outer.measure
            for one, two in combinations(numbers, 2) if alike else ():
                yield f"{said} from {one} to {two}", _change(inner, outer, one, two)


def _only_more(
    programme: Programme, figures: Iterable[What], nested: Iterable[tuple[What, What]], numbers: list[int]
) -> None:
    """Nobody leaves: neither a figure, nor what lies between two that count the same thing."""
    for one, two in pairwise(numbers):
        for what in figures:
            programme.at_least({(what, two): 1, (what, one): -1}, 0)
        for inner, outer in nested:
            if inner.measure == outer.measure:
                programme.at_least(_change(inner, outer, one, two), 0)


def _change(inner: What, outer: What, one: int, two: int) -> Form:
    """What came to lie between two figures from one edition to another."""
    return {(outer, two): 1, (inner, two): -1, (outer, one): -1, (inner, one): 1}


def _known(shown: Mapping[int, Seen], monotone: bool) -> Iterator[tuple[int, bool, int]]:
    """What a figure tells: in which edition, whether exactly or as the least, and the value."""
    last: int | None = None
    for n, seen in shown.items():
        if seen.value is None:
            continue
        if seen.edition == n and not seen.partial:
            yield n, True, seen.value
        elif (seen.edition == n or monotone) and seen.value != last:
            yield n, False, seen.value
        last = seen.value


def _sums(editions: Sequence[Json], smallest: int, monotone: bool) -> Iterator[Finding]:
    """Provinces of both schemes, what is not stated or attributed, and the nation; by measure and group."""
    by_figure: dict[What, dict[str, dict[int, Seen]]] = defaultdict(lambda: defaultdict(dict))
    for edition in editions:
        n = edition["number"]
        for row in edition["provinces"]:
            for measure in ("registered", "trained", "confirmed"):
                by_figure[What(measure)][f"{row['scheme']}/{row['code']}"][n] = Seen(**row[measure])
        for row in edition["groups"]:
            name = f"{row['scheme']}/{row['code']}"
            by_figure[What("trained", row["group"])][name][n] = Seen(**row["trained"])
    numbers = [edition["number"] for edition in editions]
    for what, rows in by_figure.items():
        if any(seen.value is not None for shown in rows.values() for seen in shown.values()):
            yield from _of_nation(what, rows, numbers, smallest, monotone)


def _of_nation(
    what: What,
    rows: Mapping[str, Mapping[int, Seen]],
    numbers: list[int],
    smallest: int,
    monotone: bool,
) -> Iterator[Finding]:
    programme = Programme([(line, n) for line in _lines("nation") for n in numbers], smallest)
    exact: set[tuple[str, int]] = set()
    for name, shown in rows.items():
        for n, known, value in _known({n: shown.get(n, NOTHING) for n in numbers}, monotone):
            form = {(line, n): 1.0 for line in _lines(name)}
            if known:
                programme.equal(form, value)
                exact.add((name, n))
            else:
                programme.at_least(form, value)
    if monotone:
        for one, two in pairwise(numbers):
            for line in _lines("nation"):
                programme.at_least({(line, two): 1, (line, one): -1}, 0)
    for name in rows:
        lines = _lines(name)
        for n in numbers:
            if (name, n) not in exact:
                yield from programme.learn(f"{name} {what} in {n}", {(line, n): 1 for line in lines})
        for one, two in pairwise(numbers) if monotone else ():
            change = {(line, two): 1.0 for line in lines} | {(line, one): -1.0 for line in lines}
            yield from programme.learn(f"{name} {what} from {one} to {two}", change)


@cache
def _new_of() -> Mapping[str, str]:
    with (DATA / "provinces-2004-to-2025.csv").open(encoding="utf-8", newline="") as file:
        return {row["old_code_2004"]: row["new_code_2025"] for row in csv.DictReader(file)}


def _old_of(new: str) -> list[str]:
    return [old for old, became in _new_of().items() if became == new]


@cache
def _lines(name: str) -> tuple[str, ...]:
    """The parts of a row: what is one old province, or nothing tells which, of one new one; and nowhere."""
    every = {f"{new}~{old}" for old, new in _new_of().items()}
    every |= {f"{new}~?" for new in _new_of().values() if len(_old_of(new)) > 1} | {"nowhere"}
    scheme, _, code = name.partition("/")
    if name == "nation" or code == "None":
        return tuple(sorted(every))
    if code == "not-stated":
        return ("nowhere",)
    ending = "?" if code == "not-attributable" else code
    which = 0 if scheme == "vn-2025" else 1
    return tuple(sorted(it for it in every if it != "nowhere" and it.split("~")[which] == ending))
