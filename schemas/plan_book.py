"""The plan book: plans, targets, denominators and external figures that are in force together.

Packaged plans are where it begins; each import changes it. It is kept, and written for people, as rows of
text under the columns of its four tables.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

import orjson

from schemas import denominator, external_figure
from schemas.data.table import table
from schemas.denominator import Denominator, denominator_of
from schemas.external_figure import ExternalFigure, external_figure_of
from schemas.row import Row
from schemas.target import PLAN_COLUMNS, TARGET_COLUMNS, Plan, Target, plan_of, target_of
from schemas.unit import Unit, gazetteer

TableName = Literal["plans", "targets", "denominators", "external-figures"]

COLUMNS: Final[Mapping[TableName, tuple[str, ...]]] = MappingProxyType(
    {
        "plans": PLAN_COLUMNS,
        "targets": TARGET_COLUMNS,
        "denominators": denominator.COLUMNS,
        "external-figures": external_figure.COLUMNS,
    }
)
"""By table its columns, in their order."""

KEYS: Final[Mapping[TableName, tuple[str, ...]]] = MappingProxyType(
    {
        "plans": ("plan",),
        "targets": ("plan", "scheme", "province_code", "due", "group", "indicator"),
        "denominators": ("scheme", "province_code", "group", "date"),
        "external-figures": ("scheme", "province_code", "group", "indicator", "date"),
    }
)
"""By table the columns that tell one row from the others."""

READ: Final[Mapping[TableName, Callable[[Row], Plan | Target | Denominator | ExternalFigure]]] = (
    MappingProxyType(
        {
            "plans": plan_of,
            "targets": target_of,
            "denominators": denominator_of,
            "external-figures": external_figure_of,
        }
    )
)
"""By table what reads a row of it, and raises BadCell."""

Key = tuple[str, ...]
Tables = Mapping[TableName, Sequence[Row]]


class Change(NamedTuple):
    """A row that an import adds (`before` None), removes (`after` None) or changes."""

    table: TableName
    key: Key
    before: Row | None
    after: Row | None


def key_of(name: TableName, cells: Row) -> Key:
    """What tells a row from the others of its table."""
    return tuple(cells[column] for column in KEYS[name])


def normal(name: TableName, cells: Row) -> Row:
    """The row as it is kept: with a province's code in two digits, so that one row has one key."""
    code = cells["province_code"]
    kept = {column: cells[column] for column in COLUMNS[name]}
    return {**kept, "province_code": code.zfill(2)} if code else kept


@dataclass(frozen=True)
class PlanBook:
    """The rows of the four tables by their keys, in the order in which they came; immutable.

    `whole`: the tables that are all that there is, whatever book this one is put on. Whoever adds rows has
    read them with READ before.
    """

    rows: Mapping[TableName, Mapping[Key, Row]]
    whole: frozenset[TableName] = frozenset()

    @classmethod
    def of(cls, tables: Tables, whole: Iterable[TableName] = ()) -> PlanBook:
        """A book of these rows."""
        rows = {name: {key_of(name, it): it for it in tables.get(name, ())} for name in COLUMNS}
        return cls(rows, frozenset(whole))

    @classmethod
    def decode(cls, content: bytes) -> PlanBook:
        """The inverse of `encode`."""
        said = orjson.loads(content)
        return cls.of(
            {
                name: [dict(zip(columns, cells, strict=True)) for cells in said[name]]
                for name, columns in COLUMNS.items()
            },
            said.get("whole", ()),
        )

    def encode(self) -> bytes:
        """JSON: by table an array of rows, each an array of its cells; and in `whole` the names of tables."""
        rows = {
            name: [[cells[column] for column in columns] for cells in self.rows[name].values()]
            for name, columns in COLUMNS.items()
        }
        return orjson.dumps({**rows, "whole": sorted(self.whole)})

    def with_(self, other: PlanBook) -> PlanBook:
        """This book with the other's rows in it: a row takes the place of the one with its key, the targets
        of a plan those that this book has of the plan, and a whole table this book's.
        """
        replaced = {key[0] for key in other.rows["targets"]}
        kept = {key: it for key, it in self.rows["targets"].items() if key[0] not in replaced}
        mine: Mapping[TableName, Mapping[Key, Row]] = {
            **self.rows,
            "targets": kept,
            **{name: {} for name in other.whole},
        }
        rows = {name: {**mine[name], **other.rows[name]} for name in COLUMNS}
        return PlanBook(rows, self.whole | other.whole)

    def changes(self, after: PlanBook) -> list[Change]:
        """How `after` differs from this book, by table and in the order of its rows."""
        found = []
        for name in COLUMNS:
            old, new = self.rows[name], after.rows[name]
            found += [Change(name, key, it, None) for key, it in old.items() if key not in new]
            found += [Change(name, key, old.get(key), it) for key, it in new.items() if old.get(key) != it]
        return found

    def known(self, plan: str) -> int:
        """How many targets of a plan there are."""
        return self._numbers[plan]

    def denominator(self, unit: Unit | None, group: str, due: date) -> Denominator | None:
        """How many people there are in a group, as known at a day: the latest number of that day or before,
        or, where there is none, the first one after it. One for the same province in the other scheme will do
        where its own has none.
        """
        of = next(filter(None, (self._denominators.get((it, group)) for it in _same(unit))), [])
        before = [it for it in of if it.date <= due]
        if before:
            return max(before, key=lambda it: it.date)
        return min(of, key=lambda it: it.date, default=None)

    def external(self, unit: Unit | None, group: str, indicator: str, due: date) -> ExternalFigure | None:
        """The latest figure of that day or before; one of later says nothing of the day. One for the same
        province in the other scheme will do where its own has none.
        """
        known = (self._externals.get((it, group, indicator)) for it in _same(unit))
        of = (it for it in next(filter(None, known), []) if it.date <= due)
        return max(of, key=lambda it: it.date, default=None)

    @cached_property
    def plans(self) -> Mapping[str, Plan]:
        """The plans by code."""
        return MappingProxyType({it.code: it for it in map(plan_of, self.rows["plans"].values())})

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The targets, each plan's in the order of its source."""
        return tuple(map(target_of, self.rows["targets"].values()))

    @cached_property
    def _numbers(self) -> Counter[str]:
        return Counter(key[0] for key in self.rows["targets"])

    @cached_property
    def _denominators(self) -> Mapping[tuple[Unit | None, str], list[Denominator]]:
        found = defaultdict(list)
        for it in map(denominator_of, self.rows["denominators"].values()):
            found[it.unit, it.group].append(it)
        return found

    @cached_property
    def _externals(self) -> Mapping[tuple[Unit | None, str, str], list[ExternalFigure]]:
        found = defaultdict(list)
        for it in map(external_figure_of, self.rows["external-figures"].values()):
            found[it.unit, it.group, it.indicator].append(it)
        return found


def _same(unit: Unit | None) -> tuple[Unit | None, ...]:
    """The unit, and the other scheme's that is the same province, whole."""
    other = None if unit is None else gazetteer().counterpart(unit)
    return (unit,) if other is None else (unit, other)


@cache
def packaged() -> PlanBook:
    """The plans and targets that ship with the program, read once."""
    return PlanBook.of({"plans": table("plans"), "targets": table("targets")})
