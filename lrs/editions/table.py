"""The public tables, summed from what is shown of lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from lrs.editions.line import lines_of_unit, rows_of
from lrs.editions.measured import MEASURES, Measured, of_target
from lrs.editions.shape import Figure, GroupRow, ProvinceRow, TargetRow
from lrs.reports.target_line import compared
from schemas.cell import NOT_STATED, TRAINED
from schemas.disclosure import Shown
from schemas.group import groups
from schemas.plan_book import PlanBook
from schemas.ruleset import Ruleset
from schemas.unit import SCHEMES, Scheme, gazetteer

ShownLines = Mapping[str, Mapping[str, Shown]]
"""By line what is shown of it, by the name of a `Measured`."""

NEW: Scheme = "vn-2025"


def figure(shown: ShownLines, lines: Sequence[str], measured: Measured) -> Figure:
    """The sum of what is shown of these lines."""
    parts = [found for line in lines if (found := shown[line].get(str(measured))) is not None]
    return Figure(
        value=sum(it.value for it in parts) if parts else None,
        edition=min(it.edition for it in parts) if parts else None,
        partial=bool(parts) and len(parts) < len(lines),
    )


def provinces(shown: ShownLines, on: date) -> Iterator[ProvinceRow]:
    """Everybody by province, in both schemes. Units are named as of the day `on`."""
    for scheme in reversed(SCHEMES):
        for code, name, lines in rows_of(scheme, on):
            of = {measure: figure(shown, lines, Measured(measure)) for measure in MEASURES}
            yield ProvinceRow(scheme=scheme, code=code, name=name, **of)


def by_group(shown: ShownLines, on: date) -> Iterator[GroupRow]:
    """Who is trained, by province and group. Nobody's group that is not stated is public: it would be what
    the others leave.
    """
    for code, name, lines in rows_of(NEW, on):
        if code == NOT_STATED:
            continue
        for group in groups().values():
            if group.sendable:
                yield GroupRow(
                    scheme=NEW,
                    code=code,
                    name=name,
                    group=group.code,
                    group_name=group.vi,
                    group_name_en=group.en,
                    trained=figure(shown, lines, Measured(TRAINED, group.code)),
                )


def targets(shown: ShownLines, book: PlanBook, rules: Ruleset, through: int, on: date) -> Iterator[TargetRow]:
    """Every target of the book, compared with what is public. Units are named as of the day `on`."""
    for target in book.targets:
        measured = of_target(target, rules, through)
        count = Figure(value=None, edition=None, partial=False)
        if measured is not None:
            count = figure(shown, lines_of_unit(target.unit), measured)
        said = compared(target, count.value, rules, through, book)
        if measured is not None and count.value is None:
            said["status"] = "hidden"
        elif count.partial and said["status"] == "not met":
            said["status"] = "partly hidden"
        yield TargetRow(
            **{**said, "count": count},
            plan=target.plan,
            name=gazetteer().name(target.unit, on) if target.unit else "nation",
        )
