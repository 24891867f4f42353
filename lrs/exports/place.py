"""In which province a statement is: that on whose line its volume is counted."""

from __future__ import annotations

from collections.abc import Collection

import orjson

from lrs.reports.selection import province_of
from schemas.document import StoredStatement
from schemas.place import places
from schemas.profile import Origin, Profile
from schemas.reading import Rules
from schemas.ruleset import Ruleset


def lines_of(texts: Collection[str]) -> frozenset[str]:
    """The lines that are meant by `vn-2025/48`, `vn-2004/not-attributable` and the like. Raises Refused
    `unknown-scheme`, `unknown-province`.
    """
    found = set()
    for text in texts:
        scheme, _, code = text.partition("/")
        found.add("/".join(province_of(scheme, code)))
    return frozenset(found)


class Places:
    """The provinces of statements under a ruleset, in both schemes: by the unit that a statement names, or
    its platform's. What a platform sends on trial is in none.
    """

    def __init__(self, ruleset: Ruleset, profile: Profile) -> None:
        self._rules = Rules(ruleset)
        self._profile = profile

    def of(self, statement: StoredStatement) -> frozenset[str]:
        """The lines that count the volume of a statement with a text: one in each scheme, or none."""
        it = statement
        origin = Origin(it.log, it.partition, it.offset, it.platform, it.stored)
        facts = self._profile.facts(orjson.loads(it.text), origin)
        reading = self._rules.read(next(fact for fact in facts if fact.first))
        if reading.trial:
            return frozenset()
        unit = reading.unit
        old = unit if unit is not None and unit.scheme == "vn-2004" else None
        new, _, before = places(unit, old, self._rules.ruleset.default_successor)[0].partition("~")
        return frozenset((f"vn-2025/{new}", f"vn-2004/{before}"))

    def among(self, statements: Collection[StoredStatement], lines: frozenset[str]) -> list[StoredStatement]:
        """Those that are on one of these lines."""
        return [it for it in statements if it.text and not lines.isdisjoint(self.of(it))]
