"""What a province's office may read of the living figures: its own units, in both schemes, and no others."""

from __future__ import annotations

from lrs.reports.targets import Targets
from schemas.registration import Registration
from schemas.unit import Unit, gazetteer

Reach = frozenset[str] | None
"""Units (`vn-2004/49`); None for all."""


def reach_of(registration: Registration | None) -> frozenset[str]:
    """The units that a platform is registered for, and those that are no other people: the old provinces of a
    new one, and the new one of an old one that was not merged with others. Whoever may report any province is
    named for none.
    """
    named = [Unit.parse(text) for text in (registration and registration.provinces) or ()]
    known, found = gazetteer(), set(named)
    for unit in named:
        if unit.scheme == "vn-2025":
            found.update(known.predecessors(unit))
        elif len(known.predecessors(new := known.successor(unit))) == 1:
            found.add(new)
    return frozenset(map(str, found))


def own_targets(report: Targets, own: frozenset[str]) -> Targets:
    """The report with the plans and the targets of these units alone."""
    plans = (
        plan.model_copy(
            update={"targets": tuple(it for it in plan.targets if f"{it.scheme}/{it.code}" in own)}
        )
        for plan in report.plans
        if f"{plan.scheme}/{plan.code}" in own
    )
    return report.model_copy(update={"plans": tuple(plans)})
