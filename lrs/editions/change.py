"""What an edition shows otherwise than the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from lrs.editions.measured import MEASURES
from lrs.editions.shape import Change, Figure, GroupRow, ProvinceRow, PublicEdition, TargetRow
from schemas.cell import TRAINED
from schemas.figure import ALL
from schemas.unit import Scheme

Table = Literal["provinces", "groups", "targets"]


class Place(NamedTuple):
    """Where a figure stands."""

    table: Table
    scheme: Scheme | None
    code: str | None
    group: str
    figure: str


class Tables(NamedTuple):
    """The tables of an edition."""

    provinces: tuple[ProvinceRow, ...]
    groups: tuple[GroupRow, ...]
    targets: tuple[TargetRow, ...]


def tables_of(edition: PublicEdition) -> Tables:
    """The tables of this edition."""
    return Tables(edition.provinces, edition.groups, edition.targets)


def changes(before: Tables, after: Tables) -> tuple[Change, ...]:
    """Every figure whose value is another one, in the order of the tables."""
    was, now = dict(figures(before)), dict(figures(after))
    return tuple(
        Change(**place._asdict(), before=one, after=other)
        for place in dict.fromkeys((*now, *was))
        if (one := _value(was.get(place))) != (other := _value(now.get(place)))
    )


def figures(tables: Tables) -> Iterator[tuple[Place, Figure]]:
    """Every figure with its place."""
    for province in tables.provinces:
        for measure in MEASURES:
            yield (
                Place("provinces", province.scheme, province.code, ALL, measure),
                getattr(province, measure),
            )
    for row in tables.groups:
        yield Place("groups", row.scheme, row.code, row.group, TRAINED), row.trained
    for target in tables.targets:
        name = f"{target.plan} {target.due} {target.indicator}"
        yield Place("targets", target.scheme, target.code, target.group, name), target.count


def _value(figure: Figure | None) -> int | None:
    return None if figure is None else figure.value
