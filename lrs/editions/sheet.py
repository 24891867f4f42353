"""The tables of an edition, by name, and as sheets for those who work in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from lrs.editions.shape import Change, Figure, GroupRow, ProvinceRow, PublicEdition, TargetRow
from lrs.reports.sheet import Sheet, Value, written

Row = ProvinceRow | GroupRow | TargetRow | Change

TABLES: Mapping[str, Callable[[PublicEdition], Iterable[Row]]] = MappingProxyType(
    {
        "provinces": lambda edition: edition.provinces,
        "groups": lambda edition: edition.groups,
        "targets": lambda edition: edition.targets,
        "changes": lambda edition: edition.changes,
    }
)
"""By name the rows of a table."""

HEAD = (
    "number",
    "day",
    "published",
    "through",
    "ruleset",
    "trained_rule",
    "counts",
    "smallest_cell",
    "digest",
)
"""The columns with which every row ends: a row that is copied elsewhere still says what it is."""


def sheet(edition: PublicEdition, table: str) -> Sheet:
    """A table, a row each. A figure is three columns: its value (empty where it is hidden), the edition in
    which that was counted, and whether a part of it is hidden.
    """
    rows = [dict(_cells(row)) for row in TABLES[table](edition)]
    columns = tuple(rows[0]) if rows else ()
    return Sheet(
        name=f"edition-{edition.number}-{table}",
        columns=columns,
        rows=(tuple(row.values()) for row in rows),
    )


def render(edition: PublicEdition, digest: str, table: Sheet) -> bytes:
    """The sheet as CSV, as that of a report."""
    rules = edition.ruleset
    end = (
        edition.number,
        edition.day,
        edition.published,
        edition.through,
        rules.number,
        rules.trained,
        edition.counts,
        edition.smallest_cell,
        digest,
    )
    return written((*table.columns, *HEAD), ((*row, *end) for row in table.rows))


def _cells(row: Row) -> Iterable[tuple[str, Value]]:
    # a code that a spreadsheet does not take for a number
    yield "unit", f"{row.scheme}/{row.code}" if row.code else None
    for name in type(row).model_fields:
        value = getattr(row, name)
        if isinstance(value, Figure):
            yield name, value.value
            yield f"{name}_edition", value.edition
            yield f"{name}_partial", str(value.partial).lower()
        else:
            yield name, str(value).lower() if isinstance(value, bool) else value
