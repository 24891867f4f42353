"""A series: the figures of one ruleset, and from when to when they were the ones that reports gave."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Series:
    """`number`: the ruleset's, and so the version of its rules. `began`, `ended`: milliseconds of the
    switches to it and away from it; `ended` None: it lives. `rules`: the ruleset, with the platforms as they
    were registered when it ended.
    """

    number: int
    began: int
    ended: int | None
    rules: Ruleset

    @property
    def created(self) -> int:
        """When the rules were made: milliseconds."""
        return self.rules.created


def differences(before: Ruleset, after: Ruleset) -> tuple[str, ...]:
    """What is other in `after`, in words; nothing where figures were only made again."""
    found = []
    if before.trained != after.trained:
        found.append(f"trained: {after.trained.describe()}, was {before.trained.describe()}")
    for plan in sorted(before.trained_in.keys() | after.trained_in.keys()):
        old, new = (it.trained_in.get(plan) for it in (before, after))
        if old != new:
            words = [it.describe() if it else "as without a rule of its own" for it in (new, old)]
            found.append(f"trained in {plan}: {words[0]}, was {words[1]}")
    if before.default_successor != after.default_successor:
        where = ("the main successor", "unresolved")
        now, then = where if after.default_successor else where[::-1]
        found.append(f"split communes: {now}, was {then}")
    for topics, what in ((after.topics - before.topics, "known"), (before.topics - after.topics, "unknown")):
        if topics:
            found.append(f"topics {what} now: {', '.join(sorted(topics))}")
    platforms = before.platforms.keys() & after.platforms.keys()
    changed = sorted(it for it in platforms if before.platforms[it] != after.platforms[it])
    if changed:
        found.append(f"platforms registered otherwise: {', '.join(changed)}")
    return tuple(found)
