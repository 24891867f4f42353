"""The tables of an edition, by name, and as sheets for those who work in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lrs.editions.shape import Change, Figure, GroupRow, ProvinceRow, PublicEdition, TargetRow
from lrs.reports import workbook
from lrs.reports.shape import Shape
from lrs.reports.sheet import Sheet, Value, written
from lrs.reports.targets import Denominator, GapLine, ImportedFigure, Rule

Row = ProvinceRow | GroupRow | TargetRow | Change

TABLES: Mapping[str, type[Row]] = MappingProxyType(
    {"provinces": ProvinceRow, "groups": GroupRow, "targets": TargetRow, "changes": Change}
)
"""By name what the rows of a table are."""


def rows_of(edition: PublicEdition, table: str) -> tuple[Row, ...]:
    """The rows of a table."""
    rows: tuple[Row, ...] = getattr(edition, table)
    return rows


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


NESTED: Mapping[str, type[Shape]] = MappingProxyType(
    {"rule": Rule, "imported": ImportedFigure, "denominator_source": Denominator, "gap": GapLine}
)
"""Fields of targets that are several columns, whose names begin alike."""


def sheet(edition: PublicEdition, table: str) -> Sheet:
    """A table, a row each. A figure is three columns: its value (empty where it is hidden), the edition in
    which that was counted, and whether a part of it is hidden.
    """
    return Sheet(
        name=f"edition-{edition.number}-{table}",
        columns=("unit", *_columns(TABLES[table])),
        rows=[tuple(_cells(row)) for row in rows_of(edition, table)],
    )


def render(edition: PublicEdition, digest: str, table: Sheet) -> bytes:
    """The sheet as CSV, as that of a report."""
    end = _about(edition, digest)
    return written((*table.columns, *HEAD), ((*row, *end) for row in table.rows))


def render_workbook(edition: PublicEdition, digest: str, table: Sheet) -> bytes:
    """The sheet as a workbook, as that of a report."""
    return workbook.written(table, zip(HEAD, _about(edition, digest), strict=True))


def _about(edition: PublicEdition, digest: str) -> tuple[Value, ...]:
    rules = edition.ruleset
    return (
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


def _columns(row: type[Row]) -> Iterator[str]:
    for name, field in row.model_fields.items():
        if field.annotation is Figure:
            yield from (name, f"{name}_edition", f"{name}_partial")
        elif name in NESTED:
            yield from (f"{name}_{part}" for part in NESTED[name].model_fields)
        else:
            yield name


def _cells(row: Row) -> Iterator[Value]:
    # a code that a spreadsheet does not take for a number
    yield f"{row.scheme}/{row.code}" if row.code else None
    for name in type(row).model_fields:
        value = getattr(row, name)
        if isinstance(value, Figure):
            yield from (value.value, value.edition, value.partial)
        elif name in NESTED:
            for part in NESTED[name].model_fields:
                yield None if value is None else getattr(value, part)
        else:
            yield value
