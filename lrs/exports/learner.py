"""All that the store holds of one learner, put into a parcel for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from importlib.resources import files
from typing import Any

import orjson

from lrs.exports import link
from lrs.exports.parcel import Parcel
from schemas.contribution import NOTHING, Ledger, contribution
from schemas.deadletter import DeadLetter
from schemas.document import StoredStatement, Term
from schemas.erasure import named, named_in_letter
from schemas.excerpt import is_actor, only
from schemas.fact import partition_of
from schemas.figure import figures
from schemas.learner import Learner
from schemas.link import subject_of
from schemas.ports import EventLog, Store
from schemas.record import FACTS
from schemas.xapi import attachments, format_timestamp

PAGE = 500
"""Statements read at once."""


class LearnerExport:
    """Gathers what is kept of one person, who may have several identifiers (an address, and its hash; the
    accounts that are linked): by the key of each (`schemas.fact.learner_key`) the term that finds it.

    A part at a time is in memory. What names others too is given without them (see `schemas.excerpt`).
    """

    def __init__(self, store: Store, log: EventLog, terms: Mapping[str, Term]) -> None:
        self._store = store
        self._log = log
        self._terms = terms
        self._learners = frozenset(terms)
        self._hashes: set[str] = set()
        self._counts: Counter[str] = Counter()

    async def into(self, parcel: Parcel, made: int) -> Mapping[str, int]:
        """Put everything into the parcel; how much there was of each. `made`: milliseconds."""
        await self._lines(parcel, "statements", self._statements())
        for sha2 in sorted(self._hashes):
            await self._attachment(parcel, sha2)
        await self._documents(parcel)
        await self._lines(parcel, "conflicts", self._conflicts())
        await self._lines(parcel, "dead-letters", self._letters())
        await self._lines(parcel, "links", self._links())
        with parcel.file("figures.json") as file:
            file.write(orjson.dumps(await self._figures(), option=orjson.OPT_INDENT_2))
        with parcel.file("README.txt") as file:
            file.write((files("lrs.exports") / "learner-readme.txt").read_bytes())
        erased = await self._store.erasures(sorted(self._learners))
        said = {
            "made": format_timestamp(made),
            "pseudonyms": sorted(self._learners),
            "erased_until": {name: format_timestamp(it.until) for name, it in erased.items()},
            "counts": dict(self._counts),
        }
        with parcel.file("summary.json") as file:
            file.write(orjson.dumps(said, option=orjson.OPT_INDENT_2))
        return dict(self._counts)

    async def _lines(self, parcel: Parcel, name: str, found: AsyncIterator[dict[str, Any]]) -> None:
        self._counts[name] = 0
        with parcel.file(f"{name}.ndjson") as file:
            async for it in found:
                file.write(orjson.dumps(it) + b"\n")
                self._counts[name] += 1

    async def _statements(self) -> AsyncIterator[dict[str, Any]]:
        seen: set[str] = set()
        for term in self._terms.values():
            after: str | None = ""
            while after is not None:
                found, after = await self._store.found_by(term, after, PAGE)
                for it in found:
                    if it.text and it.id not in seen and (said := self._statement(it)) is not None:
                        seen.add(it.id)
                        yield said

    def _statement(self, it: StoredStatement) -> dict[str, Any] | None:
        statement = orjson.loads(it.text)
        if named(statement).isdisjoint(self._learners):
            return None  # they are its authority alone
        said = self._shortened(statement)
        if not said["shortened"] and is_actor(statement, self._learners):
            self._hashes |= {attachment["sha2"].lower() for _, attachment in attachments(statement)}
        return {"platform": it.platform, "voided": it.voided, **said}

    def _shortened(self, statement: dict[str, Any]) -> dict[str, Any]:
        """Their part of a statement, and whether that is less than all of it."""
        left = only(statement, self._learners)
        return {"shortened": left != statement, "statement": left}

    async def _attachment(self, parcel: Parcel, sha2: str) -> None:
        if not await self._store.attachments([sha2]):
            return  # it is elsewhere, under its fileUrl
        with parcel.file(f"attachments/{sha2}") as file:
            async for piece in self._store.attachment(sha2):
                file.write(piece)
        self._counts["attachments"] += 1

    async def _documents(self, parcel: Parcel) -> None:
        listed = []
        for learner in sorted(self._learners):
            async for it in self._store.documents_of(learner):
                self._counts["documents"] += 1
                name = f"documents/{self._counts['documents']:06d}"
                with parcel.file(name) as file:
                    file.write(it.content)
                listed.append(
                    {
                        "file": name,
                        "id": it.id,
                        "content_type": it.content_type,
                        "modified": format_timestamp(it.modified),
                    }
                )
        with parcel.file("documents.ndjson") as file:
            file.writelines(orjson.dumps(it) + b"\n" for it in listed)

    async def _conflicts(self) -> AsyncIterator[dict[str, Any]]:
        async for it in self._store.each_conflict():
            statement = orjson.loads(it.text) if it.text else None
            if statement is None or named(statement).isdisjoint(self._learners):
                continue
            yield {"platform": it.platform, **self._shortened(statement)}

    async def _letters(self) -> AsyncIterator[dict[str, Any]]:
        after = 0
        while page := await self._store.dead_letters(PAGE, after):
            for letter in page:
                after = letter.number
                if not named_in_letter(letter).isdisjoint(self._learners):
                    yield self._letter(letter)

    def _letter(self, letter: DeadLetter) -> dict[str, Any]:
        said = {
            "topic": letter.topic,
            "platform": letter.platform,
            "reason": letter.reason,
            "since": format_timestamp(letter.buried),
        }
        try:
            value = orjson.loads(letter.value)
            if letter.topic == FACTS or named_in_letter(letter) <= self._learners:
                return {**said, "shortened": False, "record": value}
            return {**said, "shortened": True, "record": only(value, self._learners)}
        except (ValueError, KeyError, TypeError, AttributeError):
            # it is broken, and names others too: nobody can tell what of it is theirs
            return {**said, "shortened": True, "record": None}

    async def _links(self) -> AsyncIterator[dict[str, Any]]:
        """All that was ever said of whose these accounts are, the latest last."""
        for it in await self._store.linked(sorted(self._learners)):
            yield link.said(it)

    async def _figures(self) -> dict[str, Any]:
        ruleset = await self._store.living()
        partitions = len(await self._log.partitions(FACTS))
        counted: dict[str, int] = {}
        links = await self._store.links(sorted(self._learners))
        for subject in sorted({subject_of(learner, links) for learner in self._learners}):
            partition = partition_of(subject, partitions)
            async with self._store.aggregation(ruleset.number, partition) as transaction:
                kept = (await transaction.learners([subject])).get(subject)
            if kept is None:
                continue
            ledger = Ledger(ruleset)
            ledger.change(NOTHING, contribution(Learner.decode(kept), ruleset))
            for key, count in figures(ledger.cells()).items():
                counted[key] = counted.get(key, 0) + count
        self._counts["figures"] = len(counted)
        return {"ruleset": ruleset.number, "trained": ruleset.trained.describe(), "figures": counted}
