"""The public tables, summed from what is shown of lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from lrs.editions.line import lines_of_unit, rows_of
from lrs.editions.measured import MEASURES, Measured, of_target
from lrs.editions.shape import Figure, GroupRow, ProvinceRow, TargetRow, TargetStatus
from schemas.calendar import end_of
from schemas.cell import NOT_STATED, TRAINED
from schemas.disclosure import Shown
from schemas.group import groups
from schemas.ruleset import Ruleset
from schemas.target import Target, assess
from schemas.unit import SCHEMES, Scheme, gazetteer

ShownLines = Mapping[str, Mapping[str, Shown]]
"""By line what is shown of it, by the name of a `Measured`."""

NEW: Scheme = "vn-2025"


class Aim(NamedTuple):
    """A target, and how many people its group has, where that is known."""

    target: Target
    denominator: int | None = None


def figure(shown: ShownLines, lines: Sequence[str], measured: Measured) -> Figure:
    """The sum of what is shown of these lines."""
    parts = [found for line in lines if (found := shown[line].get(str(measured))) is not None]
    return Figure(
        value=sum(it.value for it in parts) if parts else None,
        edition=min(it.edition for it in parts) if parts else None,
        partial=bool(parts) and len(parts) < len(lines),
    )


def provinces(shown: ShownLines) -> Iterator[ProvinceRow]:
    """Everybody by province, in both schemes."""
    for scheme in reversed(SCHEMES):
        for code, name, lines in rows_of(scheme):
            of = {measure: figure(shown, lines, Measured(measure)) for measure in MEASURES}
            yield ProvinceRow(scheme=scheme, code=code, name=name, **of)


def by_group(shown: ShownLines) -> Iterator[GroupRow]:
    """Who is trained, by province and group. Nobody's group that is not stated is public: it would be what
    the others leave.
    """
    for code, name, lines in rows_of(NEW):
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


def targets(shown: ShownLines, aims: Sequence[Aim], rules: Ruleset, through: int) -> Iterator[TargetRow]:
    """Every target, compared with what is public."""
    for target, denominator in aims:
        measured = of_target(target, rules, through)
        lines = lines_of_unit(target.unit)
        count = (
            Figure(value=None, edition=None, partial=False)
            if measured is None
            else figure(shown, lines, measured)
        )
        assessment = assess(target, count.value, denominator)
        status: TargetStatus = assessment.status
        if measured is not None and count.value is None:
            status = "hidden"
        own = rules.trained_in.get(target.plan) or rules.trained
        yield TargetRow(
            plan=target.plan,
            scheme=target.unit.scheme if target.unit else None,
            code=target.unit.province if target.unit else None,
            name=gazetteer().name(target.unit) if target.unit else "nation",
            due=target.due.isoformat(),
            so_far=through < end_of(target.due),
            group=target.group,
            indicator=target.indicator,
            rule=own.describe() if target.indicator == TRAINED else None,
            operator=target.operator,
            target=f"{target.value:f}",
            measure=target.measure,
            count=count,
            denominator=denominator,
            percent=None if assessment.percent is None else float(assessment.percent),
            gap=_gap(target, count.value, denominator),
            status=status,
        )


def _gap(target: Target, count: int | None, denominator: int | None) -> int | None:
    if count is None or (target.measure == "percent" and not denominator):
        return None
    wanted = target.value
    if target.measure == "percent":
        wanted = wanted * Decimal(denominator or 0) / 100
    least = int(wanted.to_integral_value(ROUND_CEILING))
    if target.operator == ">" and wanted == least:
        least += 1
    return max(0, least - count)
