"""Who a request comes from."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.credential import Scope


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified credential: its platform, its key, and its scopes."""

    platform: str
    key: str
    scopes: frozenset[Scope]

    def allows(self, scope: Scope) -> bool:
        """Whether the scope, or one that includes it, was given."""
        if scope in self.scopes or Scope.ALL in self.scopes:
            return True
        return scope is Scope.READ_MINE and Scope.READ in self.scopes
