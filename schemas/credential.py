"""A platform's credential and what it allows (G10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a credential may do (the names of xAPI 1.0.3 Communication 4.2, and our own for reports)."""

    WRITE = "statements/write"
    READ_MINE = "statements/read/mine"
    READ = "statements/read"
    STATE = "state"
    """Read and write the documents of State, of every learner: they are the store's, not a platform's."""
    PROFILE = "profile"
    """Read and write the documents of both Profiles, of every activity and agent."""
    REPORTS = "reports/read"
    """Read every report: the national role."""
    PROVINCE_REPORTS = "reports/read/province"
    """Read the figures of the provinces that the credential's platform is registered for, and no others'."""
    READ_ALL = "all/read"
    ALL = "all"


DEFAULT_SCOPES = frozenset({Scope.WRITE, Scope.READ_MINE})
"""A platform's scopes where nobody said otherwise, as in 1.0.3 Communication 4.2. Not `state` nor `profile`:
whoever has these reads and writes what other platforms keep, so they are given to those that need them.
"""


@dataclass(frozen=True, slots=True)
class Credential:
    """A key with the hash of its secret. `created`, `revoked`: milliseconds since the epoch.

    `hashed` is `scrypt$<n>$<r>$<p>$<salt, hex>$<hash, hex>`: the secret itself is never kept.
    """

    key: str
    hashed: str
    platform: str
    scopes: frozenset[Scope]
    created: int
    revoked: int | None = None
