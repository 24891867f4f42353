"""Making the report of a platform: what is read, in which order, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from consumers.projector import Projector
from lrs.reports import basis
from lrs.reports.basis import Basis
from lrs.reports.head import head
from lrs.reports.platform import (
    EQUATION,
    MEANING,
    REMARKS_NOTE,
    ConflictLine,
    DeadLine,
    Equation,
    PlatformReport,
    Reason,
)
from lrs.reports.refused import Refused
from schemas.ports import EventLog, Store
from schemas.projection import Conflict
from schemas.reading import Outcome, Remark
from schemas.record import STATEMENTS
from schemas.xapi import format_timestamp

LATEST = 5
"""Conflicts that are shown."""

REASONS = tuple(outcome for outcome in Outcome if outcome not in (Outcome.COUNTED, Outcome.VOIDED))


@dataclass(frozen=True, slots=True)
class Received:
    """What the store keeps of a platform beside its cells.

    `counts`: the projector's, by kind. `dead`: dead letters by code. `examples`: ids by outcome or remark.
    `erased`: tombstones.
    """

    counts: Mapping[str, int]
    dead: Mapping[str, int]
    examples: Mapping[str, Sequence[str]]
    ignored_voids: int
    conflicts: Sequence[Conflict]
    last_seen: int | None
    erased: int = 0


def build(found: Basis, platform: str, received: Received) -> PlatformReport:
    """The report, from cells and from what the store keeps beside them."""
    tallies = _tallies(found.figures, platform)
    seen = received.last_seen
    return PlatformReport(
        head=head(found, None),
        platform=platform,
        last_seen=None if seen is None else format_timestamp(seen),
        note=EQUATION,
        equation=_equation(tallies, received),
        reasons=_reasons(REASONS, "", tallies, received.examples),
        remarks_note=REMARKS_NOTE,
        remarks=_reasons(Remark, "remark:", tallies, received.examples),
        ignored_voids=received.ignored_voids,
        dead=tuple(DeadLine(code=code, count=count) for code, count in sorted(received.dead.items())),
        conflicts=tuple(
            ConflictLine(id=it.id, stored=format_timestamp(it.stored)) for it in received.conflicts
        ),
    )


async def read(store: Store, log: EventLog, platform: str) -> PlatformReport:
    """The report as things stand. Raises Refused `unknown-platform`, and Unavailable as `basis.read` does.

    The cells are read before the projector's counts: both only grow, so nothing that the cells hold is
    missing from the counts, but for what `_equation` says.
    """
    if platform not in (await store.living()).platforms:
        raise Refused(
            "unknown-platform",
            "Write the name of a platform that is registered under the living rules.",
            "platform",
            missing=True,
        )
    found = await basis.read(store, log, [f"p|{platform}|"])
    counts = await store.counts(Projector.name)
    dead = await store.dead_letter_counts()
    ignored = await store.ignored_voids()
    return build(
        found,
        platform,
        Received(
            counts={kind: count for (name, kind), count in counts.items() if name == platform},
            dead={
                code: count
                for (topic, name, code), count in dead.items()
                if name == platform and topic == STATEMENTS
            },
            examples=await store.examples(found.ruleset.number, platform),
            ignored_voids=ignored.get(platform, 0),
            erased=(await store.tombstones()).get(platform, 0),
            conflicts=await store.conflicts(platform, LATEST),
            last_seen=await store.last_seen(platform),
        ),
    )


def _tallies(cells: Mapping[str, int], platform: str) -> dict[str, int]:
    start = f"p|{platform}|"
    return {key.removeprefix(start): count for key, count in cells.items() if key.startswith(start)}


def _equation(tallies: Mapping[str, int], received: Received) -> Equation:
    """What was received, and what became of it.

    `pending` is what the projector has received and the aggregator has not counted: 0 when both are done. A
    projector appends facts before it counts what it received, so for a moment an aggregator may be ahead,
    and `pending` below 0.
    """
    counted = tallies.get(Outcome.COUNTED, 0)
    voided = tallies.get(Outcome.VOIDED, 0)
    not_counted = sum(tallies.get(outcome, 0) for outcome in REASONS)
    duplicate, conflict = (received.counts.get(it, 0) for it in ("duplicate", "conflict"))
    dead = sum(received.dead.values())
    settled = counted + voided + not_counted + duplicate + conflict + received.erased
    projected = received.counts.get("received", 0)
    return Equation(
        received=projected + dead,
        counted=counted,
        voided=voided,
        not_counted=not_counted,
        duplicate=duplicate,
        conflict=conflict,
        erased=received.erased,
        dead=dead,
        pending=projected - settled,
    )


def _reasons(
    kinds: Iterable[Outcome | Remark],
    start: str,
    tallies: Mapping[str, int],
    examples: Mapping[str, Sequence[str]],
) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            code=kind.value,
            meaning=MEANING[kind],
            count=tallies.get(start + kind.value, 0),
            examples=tuple(examples.get(kind.value, ())),
        )
        for kind in kinds
    )
