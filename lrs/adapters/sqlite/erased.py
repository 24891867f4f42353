"""Who was erased: looked at by whatever keeps what names somebody, in the transaction that keeps it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lrs.adapters.sqlite.database import select_in
from schemas.document import Term
from schemas.erasure import Erasure

TOMBSTONE = 2
"""`erased` of a statement of which nothing is left; 1 where somebody was taken out."""

_ERASED = "SELECT learner, agent, related_agent, until FROM erasures WHERE learner IN ({values})"
_BY_TERM = "SELECT learner, agent, related_agent, until FROM erasures WHERE related_agent IN ({values})"


def erasures_of(connection: sqlite3.Connection, learners: Iterable[str]) -> dict[str, Erasure]:
    """Those of these learners who were erased."""
    if connection.execute("SELECT 1 FROM erasures LIMIT 1").fetchone() is None:
        return {}
    return {row[0]: _erasure(row) for row in select_in(connection, _ERASED, learners)}


def erasures_by(connection: sqlite3.Connection, terms: Iterable[Term]) -> list[Erasure]:
    """The erasures of those who are found by one of these terms."""
    return [_erasure(row) for row in select_in(connection, _BY_TERM, terms)]


@contextmanager
def overwriting(connection: sqlite3.Connection) -> Iterator[None]:
    """What is deleted meanwhile is overwritten in the file, too."""
    connection.execute("PRAGMA secure_delete = ON").close()
    try:
        yield
    finally:
        connection.execute("PRAGMA secure_delete = OFF").close()


def _erasure(row: tuple[str, bytes, bytes, int]) -> Erasure:
    learner, agent, related_agent, until = row
    return Erasure(learner, (agent, related_agent), until)
