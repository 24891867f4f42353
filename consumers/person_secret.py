"""The secret under which persons are kept: one as long as a store lives, or one person would be two."""

from __future__ import annotations

from schemas.errors import NotPrepared
from schemas.link import witness
from schemas.ports import Store

NAME = "person secret"
"""Under which a store keeps the witness of the secret."""


async def check_secret(store: Store, secret: bytes) -> None:
    """Return if this may be the secret of a store. Raises NotPrepared where it is another one."""
    _compare(await store.agreed(NAME), secret)


async def agree_on_secret(store: Store, secret: bytes) -> None:
    """Make this the secret of a store for ever. Raises NotPrepared where it has another one."""
    _compare(await store.agree(NAME, witness(secret)), secret)


def _compare(kept: str | None, secret: bytes) -> None:
    if kept is not None and kept != witness(secret):
        raise NotPrepared(
            "LRS_PERSON_SECRET is not the one under which this store keeps persons: under another one "
            "nobody would be found again: set the one that was used from the beginning"
        )
