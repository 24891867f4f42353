"""Making the report of targets: which cells it needs, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from lrs.reports import basis
from lrs.reports.basis import Basis
from lrs.reports.cumulative import Cumulative
from lrs.reports.head import head
from lrs.reports.refused import Refused
from lrs.reports.target_line import line, place_of, recent_days, units_of
from lrs.reports.targets import Book, PlanLine, Successor, TargetLine, Targets
from schemas import figure
from schemas.calendar import TOTAL, end_of
from schemas.plan_book import PlanBook
from schemas.plan_import import PlanImport, in_force
from schemas.ports import EventLog, Store
from schemas.target import Plan, Target
from schemas.unit import Unit, gazetteer
from schemas.xapi import format_timestamp


def plans_of(book: PlanBook, code: str | None, unit: Unit | None = None) -> tuple[Plan, ...]:
    """The plan of this code, or all; of a unit alone, where one is given: its own and, of a province of
    vn-2025, those of the provinces that it succeeded. Raises Refused `unknown-plan`.
    """
    known = book.plans
    if code is not None and code not in known:
        raise Refused("unknown-plan", f"Write one of {', '.join(known)}, or leave it out.", "plan")
    chosen = known.values() if code is None else (known[code],)
    return tuple(it for it in chosen if unit is None or _is_shown_at(it.unit, unit))


def _is_shown_at(of: Unit | None, unit: Unit) -> bool:
    return of is not None and (of == unit or gazetteer().succeeds(unit, of))


def prefixes(chosen: Iterable[Plan], known: Iterable[Target], through: int) -> Iterator[str]:
    """Beginnings of the keys of the cells that the report is summed from: of each counted target's unit the
    total, all years and months, since statements may be dated in any year, and the days of the month in
    which it is due; while it is not, also those of the months by which the present pace is told.
    """
    codes = {plan.code for plan in chosen}
    counted = (it for it in known if it.plan in codes and it.external is None)
    needed = (
        f"g|{grain}|{line}|{period}"
        for it in counted
        for unit in units_of(it)
        for line in figure.lines_of(unit)
        for grain, period in (
            (TOTAL, ""),
            ("year", ""),
            ("month", ""),
            *(("day", month) for month in _months(it.due, through)),
        )
    )
    return iter(dict.fromkeys(needed))


def _months(due: date, through: int) -> Iterator[str]:
    days = (due, *(recent_days(through) if through < end_of(due) else ()))
    return iter(dict.fromkeys(day.isoformat()[:7] for day in days))


def build(found: Basis, chosen: Iterable[Plan], book: PlanBook, latest: PlanImport | None = None) -> Targets:
    """The report, from cells. `latest`: the import that made the book."""
    kept = Cumulative(found.figures)
    return Targets(
        head=head(found, None),
        book=Book(
            number=latest.number if latest else 0,
            imported=format_timestamp(latest.moment) if latest else None,
        ),
        plans=tuple(
            _plan(
                plan,
                found,
                tuple(line(it, kept, found, book) for it in book.targets if it.plan == plan.code),
            )
            for plan in chosen
        ),
    )


async def read(store: Store, log: EventLog, plan: str | None, unit: Unit | None = None) -> Targets:
    """The report as things stand. Raises Refused `unknown-plan`, and Unavailable as `basis.read` does."""
    latest = await store.plan_import()
    book = in_force(latest)
    chosen = plans_of(book, plan, unit)
    found = await basis.read_at(store, log, lambda through: prefixes(chosen, book.targets, through))
    return build(found, chosen, book, latest)


def _plan(plan: Plan, found: Basis, lines: tuple[TargetLine, ...]) -> PlanLine:
    scheme, code = place_of(plan.unit)
    return PlanLine(
        plan=plan.code,
        scheme=scheme,
        code=code,
        name=gazetteer().name(plan.unit, found.today) if plan.unit else "nation",
        now=_now(plan.unit, found.today),
        date=plan.date.isoformat(),
        title=plan.title,
        targets_stated=plan.targets_stated,
        targets_known=plan.targets_known,
        complete=plan.complete,
        note=plan.note,
        targets=lines,
    )


def _now(unit: Unit | None, today: date) -> Successor | None:
    if unit is None or unit.scheme != "vn-2004":
        return None
    successor = gazetteer().successor(unit)
    name = gazetteer().name(successor, today)
    return Successor(scheme=successor.scheme, code=successor.province, name=name)
