"""Making the report of targets: which cells it needs, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lrs.reports import basis
from lrs.reports.basis import Basis
from lrs.reports.cumulative import Cumulative
from lrs.reports.head import head
from lrs.reports.refused import Refused
from lrs.reports.selection import lines_of
from lrs.reports.targets import PlanLine, Rule, TargetLine, Targets
from schemas import figure
from schemas.calendar import TOTAL, end_of
from schemas.cell import ACTIVE, TRAINED
from schemas.ports import EventLog, Store
from schemas.ruleset import Ruleset
from schemas.target import Plan, Target, assess, plans, targets
from schemas.unit import Scheme, Unit, gazetteer

NATION: Scheme = "vn-2025"
"""The scheme whose lines are summed for the nation; those of the other one have the same sum."""


def plans_of(code: str | None) -> tuple[Plan, ...]:
    """The plan of this code, or all. Raises Refused `unknown-plan`."""
    if code is None:
        return tuple(plans().values())
    if code not in plans():
        raise Refused("unknown-plan", f"Write one of {', '.join(plans())}, or leave it out.", "plan")
    return (plans()[code],)


def prefixes(chosen: Iterable[Plan], known: Iterable[Target]) -> Iterator[str]:
    """Beginnings of the keys of the cells that the report is summed from: of each counted target's unit the
    total, all years and months, since statements may be dated in any year, and the days of the month in
    which it is due.
    """
    codes = {plan.code for plan in chosen}
    counted = (it for it in known if it.plan in codes and it.external is None)
    needed = (
        prefix
        for it in counted
        for unit in _units(it)
        for line in figure.lines_of(unit)
        for prefix in (
            f"g|{TOTAL}|{line}|",
            f"g|year|{line}|",
            f"g|month|{line}|",
            f"g|day|{line}|{it.due.isoformat()[:7]}",
        )
    )
    return iter(dict.fromkeys(needed))


def build(found: Basis, chosen: Iterable[Plan], known: Iterable[Target]) -> Targets:
    """The report, from cells."""
    kept, every = Cumulative(found.figures), tuple(known)
    return Targets(
        head=head(found, None),
        plans=tuple(
            _plan(plan, tuple(_line(it, kept, found) for it in every if it.plan == plan.code))
            for plan in chosen
        ),
    )


async def read(store: Store, log: EventLog, plan: str | None) -> Targets:
    """The report as things stand. Raises Refused `unknown-plan`, and Unavailable as `basis.read` does."""
    chosen = plans_of(plan)
    return build(await basis.read(store, log, prefixes(chosen, targets())), chosen, targets())


def _units(target: Target) -> tuple[str, ...]:
    """The lines whose sum the target is about."""
    return (str(target.unit),) if target.unit else tuple(f"{NATION}/{code}" for code in lines_of(NATION))


def _plan(plan: Plan, lines: tuple[TargetLine, ...]) -> PlanLine:
    scheme, code = _place(plan.unit)
    return PlanLine(
        plan=plan.code,
        scheme=scheme,
        code=code,
        name=gazetteer().name(plan.unit) if plan.unit else "nation",
        date=plan.date.isoformat(),
        title=plan.title,
        targets_stated=plan.targets_stated,
        targets_known=plan.targets_known,
        complete=plan.complete,
        note=plan.note,
        targets=lines,
    )


def _line(target: Target, kept: Cumulative, found: Basis) -> TargetLine:
    scheme, code = _place(target.unit)
    so_far = found.through < end_of(target.due)
    assessment = assess(target, _figure(target, kept, found.ruleset, so_far), None)
    return TargetLine(
        scheme=scheme,
        code=code,
        due=target.due.isoformat(),
        so_far=so_far,
        group=target.group,
        indicator=target.indicator,
        rule=_rule(target.plan, found.ruleset) if target.indicator == TRAINED else None,
        operator=target.operator,
        value=f"{target.value:f}",
        measure=target.measure,
        quote=target.quote,
        **assessment.as_json(),
    )


def _figure(target: Target, kept: Cumulative, rules: Ruleset, so_far: bool) -> int | None:
    if target.external is not None:
        return None
    lines = [f"{unit}|{target.group}" for unit in _units(target)]
    if target.indicator == ACTIVE:
        # Whoever is active in two periods is in both, so only the whole has a figure, while all of it is due.
        return sum(kept.period(line, ACTIVE, TOTAL) for line in lines) if so_far else None
    measure = target.indicator
    if measure == TRAINED and target.plan in rules.trained_in:
        measure = f"{TRAINED}:{target.plan}"
    return sum(kept.by(line, measure, target.due) for line in lines)


def _rule(plan: str, rules: Ruleset) -> Rule:
    own = rules.trained_in.get(plan)
    return Rule(words=(own or rules.trained).describe(), own=own is not None)


def _place(unit: Unit | None) -> tuple[Scheme | None, str | None]:
    return (unit.scheme, unit.province) if unit else (None, None)
