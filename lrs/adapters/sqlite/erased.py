"""Who was erased: looked at by whatever keeps what names somebody, in the transaction that keeps it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from lrs.adapters.sqlite.database import select_in
from lrs.adapters.sqlite.references import TERM
from schemas.erasure import Erasure

_ERASED = "SELECT learner, terms, until FROM erasures WHERE learner IN ({values})"
TOMBSTONE = 2
"""`erased` of a statement of which nothing is left; 1 where somebody was taken out."""


def erasures_of(connection: sqlite3.Connection, learners: Iterable[str]) -> dict[str, Erasure]:
    """Those of these learners who were erased."""
    if connection.execute("SELECT 1 FROM erasures LIMIT 1").fetchone() is None:
        return {}
    rows = select_in(connection, _ERASED, learners)
    return {learner: Erasure(learner, (terms[:TERM], terms[TERM:]), until) for learner, terms, until in rows}
