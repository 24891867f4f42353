"""A snapshot: all figures of one province, or of what stands for one, and one group, as a record.

A key is `<scheme>/<code>/<group>`; the latest snapshot of a key holds, and needs none before it. HEAD is the
key of a record that says through which moment the snapshots before it are complete, and what their figures
mean: it comes after those that changed, so that at each head all latest snapshots are of one moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import orjson

from lrs.reports.basis import Basis
from lrs.reports.head import counts, head
from lrs.reports.linking import linking
from lrs.reports.measures import COLUMNS
from lrs.reports.selection import line_name, lines_of
from schemas.calendar import TOTAL
from schemas.cell import NOT_STATED
from schemas.figure import ALL
from schemas.figure import lines_of as cell_lines_of
from schemas.group import groups
from schemas.unit import SCHEMES

FORMAT = 1
"""The version of the layout of snapshots and heads."""
HEAD = "head"
GRAINS = (TOTAL, "year", "month")
"""The periods of which a snapshot has figures; those of days are in the reports."""

_COLUMN = {measure: column for column, measure in COLUMNS.items()}
_LENGTHS = frozenset((len(TOTAL), len("2025"), len("2025-04")))


@lru_cache(maxsize=1)
def prefixes() -> tuple[str, ...]:
    """Beginnings of the keys of the cells that all snapshots are made of."""
    lines = {
        line for scheme in SCHEMES for code in lines_of(scheme) for line in cell_lines_of(f"{scheme}/{code}")
    }
    return tuple(f"{kind}|{grain}|{line}|" for line in sorted(lines) for kind in "gc" for grain in GRAINS)


def key_of(scheme: str, code: str, group: str) -> str:
    """The key of a snapshot."""
    return f"{scheme}/{code}/{group}"


def snapshots(found: Basis) -> Iterator[tuple[str, bytes]]:
    """Every snapshot with its key, in one lasting order, those without any figure too. The same figures make
    the same bytes.
    """
    by_key = _periods(found.figures)
    codes = (ALL, NOT_STATED, *(code for code, group in groups().items() if group.sendable))
    for scheme in SCHEMES:
        for code in lines_of(scheme):
            for group in codes:
                key = key_of(scheme, code, group)
                periods = by_key.get(key, {})
                yield (
                    key,
                    orjson.dumps(
                        {
                            "format": FORMAT,
                            "kind": "province",
                            "scheme": scheme,
                            "code": code,
                            "name": line_name(scheme, code, found.today),
                            "group": group,
                            "ruleset": found.ruleset.number,
                            "counts": counts(linked=found.linked),
                            "linking": linking(found.figures, f"{scheme}/{code}", group).model_dump(),
                            "periods": {
                                period: _whole(measures, group)
                                for period, measures in sorted(periods.items())
                            },
                        }
                    ),
                )


def head_record(found: Basis) -> bytes:
    """The value of the record HEAD."""
    said = head(found, None).model_dump(exclude={"scheme"})
    return orjson.dumps({"format": FORMAT, "kind": "head", **said})


def _periods(figures: Mapping[str, int]) -> dict[str, dict[str, dict[str, int]]]:
    """By key and period the figures that are not 0, by column."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for name, count in figures.items():
        kind, unit, rest = name.split("|", 2)
        if kind != "g" or unit.count("/") != 1 or not count:
            continue
        group, period, measure = rest.split("|")
        column = _COLUMN.get(measure)
        if column is None or len(period) not in _LENGTHS:
            continue
        found.setdefault(f"{unit}/{group}", {}).setdefault(period, {})[column] = count
    return found


def _whole(measures: Mapping[str, int], group: str) -> dict[str, int]:
    """All measures that a group has; a statement has none, so its volume is everybody's alone."""
    return {it: measures.get(it, 0) for it in COLUMNS if group == ALL or it != "statements"}
