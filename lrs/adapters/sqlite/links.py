"""Links: whose accounts are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from lrs.adapters.sqlite.database import Database, select_in
from schemas.link import Link, holding, persons, told

_KEEP = """
    INSERT OR IGNORE INTO links (account, agent, related_agent, person, moment, offset, origin, claimed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_LINK = "SELECT account, agent, related_agent, person, moment, offset, origin, claimed FROM links"
_OF_ACCOUNTS = _LINK + " WHERE account IN ({values})"
_OF_PERSONS = "SELECT DISTINCT account FROM links WHERE person IN ({values})"
_BY_PERSON = """
    SELECT DISTINCT person, account FROM links WHERE person <> '' AND (person, account) > (?, ?)
    ORDER BY person, account LIMIT ?
"""


class Links:
    """The part of the store that knows whose accounts are."""

    _statements: Database

    async def note_links(self, links: Sequence[Link]) -> Mapping[str, Sequence[str]]:
        return await self._statements.write(_note, links)

    async def links(self, learners: Sequence[str]) -> Mapping[str, str]:
        return await self._statements.read(links_of, learners)

    async def has_links(self) -> bool:
        return await self._statements.read(_has_any)

    async def linked(self, accounts: Sequence[str]) -> Sequence[Link]:
        return await self._statements.read(_linked, accounts)

    async def links_by_person(self, after: tuple[str, str], limit: int) -> Sequence[Link]:
        return await self._statements.read(_by_person, after, limit)


def _has_any(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM links WHERE person > '' LIMIT 1").fetchone() is not None


def links_of(connection: sqlite3.Connection, learners: Iterable[str]) -> dict[str, str]:
    """Those of these accounts that are a person's, with the person."""
    if connection.execute("SELECT 1 FROM links LIMIT 1").fetchone() is None:
        return {}
    return persons(_all(connection, learners))


def accounts_of(connection: sqlite3.Connection, wanted: Sequence[str]) -> dict[str, list[str]]:
    """Each of these persons' accounts."""
    found: dict[str, list[str]] = {person: [] for person in wanted}
    accounts = {account for (account,) in select_in(connection, _OF_PERSONS, wanted)}
    for account, person in sorted(persons(_all(connection, accounts)).items()):
        if person in found:
            found[person].append(account)
    return found


def _all(connection: sqlite3.Connection, accounts: Iterable[str]) -> list[Link]:
    return [_link(row) for row in select_in(connection, _OF_ACCOUNTS, accounts)]


def _link(row: tuple[str, bytes, bytes, str, int, int, str, int]) -> Link:
    account, agent, related_agent, person, moment, offset, origin, claimed = row
    return Link(account, (agent, related_agent), person or None, moment, offset, origin, bool(claimed))


def _note(connection: sqlite3.Connection, links: Sequence[Link]) -> dict[str, tuple[str, ...]]:
    connection.executemany(
        _KEEP,
        [
            (it.account, *it.terms, it.person or "", it.moment, it.offset, it.origin, it.claimed)
            for it in links
        ],
    )
    return told(_all(connection, {it.account for it in links}))


def _linked(connection: sqlite3.Connection, accounts: Sequence[str]) -> list[Link]:
    return sorted(_all(connection, accounts), key=lambda it: (it.rank, it.account))


def _by_person(connection: sqlite3.Connection, after: tuple[str, str], limit: int) -> list[Link]:
    found: list[Link] = []
    while len(found) < limit:
        page = connection.execute(_BY_PERSON, (*after, limit)).fetchall()
        held = holding(_all(connection, {account for _, account in page}))
        found += (held[account] for person, account in page if held[account].person == person)
        if len(page) < limit:
            break
        after = page[-1]
    return found[:limit]
