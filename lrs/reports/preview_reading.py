"""Making a preview: a platform's stored statements, counted by the aggregator's own rules and kept nowhere.

Nothing is added to what is aggregated for it, so what a platform sends on trial cannot get into a figure, and
what is voided or erased has left the preview at once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

import orjson

from lrs.reports import province_reading
from lrs.reports import provinces as provinces_
from lrs.reports.basis import Basis
from lrs.reports.preview import NOTE, ProvincePreview, ProvincesPreview
from lrs.reports.refused import Refused
from schemas.contribution import NOTHING, Ledger, contribution
from schemas.figure import figures
from schemas.learner import Learner, count
from schemas.ports import PROJECTOR, Store
from schemas.profile import Origin, Profile
from schemas.query import StatementQuery
from schemas.reading import Rules
from schemas.ruleset import Ruleset
from schemas.unit import Scheme
from schemas.xapi import parse_timestamp

MOST = 20_000
"""Statements of which a preview is made: a trial is a sample."""
PAGE = 500
"""Statements read, and counted, in one go."""


class Previews:
    """Makes previews, one at a time: each reads a platform's statements anew."""

    def __init__(self, store: Store, profile: Profile, most: int = MOST) -> None:
        self._store = store
        self._profile = profile
        self._most = most
        self._turn = asyncio.Semaphore(1)

    async def provinces(self, platform: str, scheme: Scheme, period: str, group: str) -> ProvincesPreview:
        """Every province. Raises Refused `unknown-platform`, `not-on-trial`."""
        basis, statements, complete = await self._basis(platform)
        made = provinces_.build(basis, scheme, period, group)
        return ProvincesPreview(
            platform=platform, note=NOTE, statements=statements, complete=complete, figures=made
        )

    async def province(self, platform: str, scheme: Scheme, code: str, group: str) -> ProvincePreview:
        """One province. Raises Refused as above."""
        basis, statements, complete = await self._basis(platform)
        made = province_reading.build(basis, scheme, code, group)
        return ProvincePreview(
            platform=platform, note=NOTE, statements=statements, complete=complete, figures=made
        )

    async def _basis(self, platform: str) -> tuple[Basis, int, bool]:
        living = await self._store.living()
        registration = living.platforms.get(platform)
        if registration is None:
            message = "Write the name of a platform that is registered under the living rules."
            raise Refused("unknown-platform", message, "platform", missing=True)
        if not registration.trial:
            message = "This platform is on no trial: what it sends is in the figures of everybody."
            raise Refused("not-on-trial", message, "platform", missing=True)
        # before the statements: they hold all that it says, and maybe more
        positions = await self._store.positions(PROJECTOR)
        through = min((position.stored for position in positions.values()), default=0)
        counted = _Counted(living.alone(platform), self._profile, platform)
        async with self._turn:
            complete = await self._read(platform, counted)
            made = await asyncio.to_thread(counted.figures)
        return Basis(counted.ruleset, through, made), counted.statements, complete

    async def _read(self, platform: str, counted: _Counted) -> bool:
        """Count the platform's statements in the order of their storing; whether all of them were."""
        after: str | None = None
        while True:
            query = StatementQuery(platform=platform, limit=PAGE, ascending=True, after=after)
            page = await self._store.query(query)
            room = self._most - counted.statements
            await asyncio.to_thread(counted.add, page.texts[:room])
            if not page.more or counted.statements >= self._most:
                return not page.more and len(page.texts) <= room
            after = page.more


class _Counted:
    """The learners of one platform's statements."""

    def __init__(self, ruleset: Ruleset, profile: Profile, platform: str) -> None:
        self.ruleset = ruleset
        self.statements = 0
        self._rules = Rules(ruleset)
        self._profile = profile
        self._platform = platform
        self._learners: dict[str, Learner] = defaultdict(Learner)

    def add(self, texts: Sequence[bytes]) -> None:
        for text in texts:
            statement = orjson.loads(text)
            stored = parse_timestamp(statement["stored"])
            # a place in the log is needed to skip what was seen, and here nothing comes twice
            for fact in self._profile.facts(statement, Origin("preview", 0, 0, self._platform, stored)):
                count(self._learners[fact.subject], fact, self._rules.read(fact), voided=False)
        self.statements += len(texts)

    def figures(self) -> dict[str, int]:
        ledger = Ledger(self.ruleset)
        for learner in self._learners.values():
            ledger.change(NOTHING, contribution(learner, self.ruleset))
        return figures(ledger.cells())
