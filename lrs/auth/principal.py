"""Who a request comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.credential import Scope


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified credential: its platform, its key, and its scopes."""

    platform: str
    key: str
    scopes: frozenset[Scope]
    allowed: frozenset[Scope] = field(init=False, repr=False, compare=False)
    """The scopes, and those that they include."""

    def __post_init__(self) -> None:
        allowed = set(Scope) if Scope.ALL in self.scopes else set(self.scopes)
        if Scope.READ_ALL in allowed:
            allowed |= {Scope.READ, Scope.REPORTS}
        if Scope.READ in allowed:
            allowed.add(Scope.READ_MINE)
        object.__setattr__(self, "allowed", frozenset(allowed))

    def allows(self, scope: Scope) -> bool:
        """Whether the scope, or one that includes it, was given."""
        return scope in self.allowed
