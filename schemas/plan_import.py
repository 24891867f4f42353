"""An import: who changed the plan book when, with which files, and what imports have brought by then."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from schemas.plan_book import PlanBook, packaged

MOST_FILES = 32
"""Files of one import, at most."""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file's name, without its folder, and the SHA-256 of its bytes in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PlanImport:
    """One import. `number` from 1, without a gap. `moment`: milliseconds. `by`: who, as they are known where
    it was done. `rows`: how many rows the files had.

    `content`: all rows that this import and those before it brought, as `PlanBook.encode` writes them: the
    packaged plans lie under them.
    """

    number: int
    moment: int
    by: str
    files: tuple[ImportedFile, ...]
    rows: int
    content: bytes = field(repr=False, default=b"")


def in_force(latest: PlanImport | None) -> PlanBook:
    """The plan book after an import; the packaged one where there is none."""
    return packaged() if latest is None else _book(latest.content)


@lru_cache(maxsize=2)
def _book(content: bytes) -> PlanBook:
    return packaged().with_(PlanBook.decode(content))
