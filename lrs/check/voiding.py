"""What voids make of statements that are checked: those of the request, and those that are stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import orjson

from lrs.check.judge import Judged
from schemas.document import StoredStatement, may_void, voided_id
from schemas.ports import StatementStore


class Voiding(NamedTuple):
    """`own`: the ids under which a statement of the caller's platform is stored. `voided`: those of the
    request's statements that are voided, or would be. `reached`: what a void of the request would mark.
    """

    own: frozenset[str]
    voided: frozenset[str]
    reached: frozenset[str]


async def voiding(
    store: StatementStore, judged: Sequence[Judged], platform: str, *, any_platform: bool
) -> Voiding:
    """What the projector would make of the voids (G10), of what it has stored by now.

    Nothing in it tells what another platform has stored, but to those who may void statements of
    `any_platform`. Raises as the store does.
    """
    sent = {it.identifier: it.voids for it in judged if it.identifier is not None and it.value is not None}
    targets = {target for target in sent.values() if target is not None}
    found = await store.find(sorted({*sent, *targets}))
    reached = {
        target
        for target in targets
        if (
            _reaches(found[target], platform, any_platform)
            if target in found
            else target in sent and sent[target] is None
        )
    }
    plain = {identifier for identifier, target in sent.items() if target is None}
    voided = {it for it in plain & found.keys() if found[it].voided or it in reached}
    own = {it for it, there in found.items() if there.platform == platform}
    coming = plain - found.keys()
    awaited = await store.awaited_by_voids(sorted(coming), platform) if coming else frozenset()
    return Voiding(frozenset(own), frozenset(voided & own | awaited | coming & reached), frozenset(reached))


def _reaches(target: StoredStatement, platform: str, any_platform: bool) -> bool:
    return may_void(
        by=platform,
        any_platform=any_platform,
        target_platform=target.platform,
        # of a tombstone there is no text, and nobody can tell any more
        target_is_void=bool(target.text) and voided_id(orjson.loads(target.text)) is not None,
    )
