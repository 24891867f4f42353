"""The living rules as they are for one platform, kept until they change."""

from __future__ import annotations

from collections import OrderedDict

from schemas.errors import NotPrepared
from schemas.ports import AggregateStore
from schemas.reading import Rules
from schemas.ruleset import Ruleset

REMEMBERED = 64
"""Platforms whose rules are kept ready."""


class LivingRules:
    """Reads the living ruleset again where its number or revision has changed, which is asked each time."""

    def __init__(self, store: AggregateStore) -> None:
        self._store = store
        self._known: tuple[int, int] | None = None
        self._ruleset: Ruleset | None = None
        self._ready: OrderedDict[str, Rules] = OrderedDict()

    async def ruleset(self) -> Ruleset:
        """The living ruleset. Raises NotPrepared where there is none."""
        states = [state for state in await self._store.rulesets() if state.stage == "living"]
        if not states:
            raise NotPrepared("there is no living ruleset: `lrs serve` makes the first")
        known = states[0].number, states[0].revision
        if self._ruleset is None or self._known != known:
            self._ruleset = await self._store.living()
            self._known = self._ruleset.number, self._ruleset.revision
            self._ready.clear()
        return self._ruleset

    async def person_keys(self, platform: str) -> bool:
        """Whether this platform may say whose an account is: not on trial, since then it changes no figure.
        Raises NotPrepared as `ruleset` does.
        """
        registration = (await self.ruleset()).platforms.get(platform)
        return registration is not None and registration.person_keys and not registration.trial

    async def of(self, platform: str) -> Rules:
        """The rules for what this platform sends, as if it were on no trial."""
        ruleset = await self.ruleset()
        rules = self._ready.pop(platform, None)
        if rules is None:
            rules = Rules(ruleset.alone(platform))
        self._ready[platform] = rules
        while len(self._ready) > REMEMBERED:
            self._ready.popitem(last=False)
        return rules
