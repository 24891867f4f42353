"""The secret under which persons are kept: one as long as a store lives, or one person would be two."""

from __future__ import annotations

import logging

from schemas.errors import NotPrepared
from schemas.link import witness
from schemas.ports import Store

NAME = "person secret"
"""Under which a store keeps the witness of the secret."""
SHORTEST = 16
"""Bytes of a secret under which nobody's key is found by trying; of a store without persons, for those that
have them need theirs.
"""

log = logging.getLogger(__name__)


async def check_secret(store: Store, secret: bytes) -> None:
    """Return if this may be the secret of a store. Raises NotPrepared where the store has another one, or has
    none yet and this one is short.
    """
    kept = await store.agreed(NAME)
    if kept is None and len(secret) < SHORTEST and not await store.has_links():
        raise NotPrepared(
            f"LRS_PERSON_SECRET is short: give it {SHORTEST} random characters at least, as "
            "`openssl rand -hex 32` makes them"
        )
    _compare(kept, secret)


async def agree_on_secret(store: Store, secret: bytes) -> None:
    """Make this the secret of a store for ever. Raises NotPrepared as `check_secret` does."""
    await check_secret(store, secret)
    if await store.agreed(NAME) is None and await store.has_links():
        log.warning("this store has persons from before it knew their secret: LRS_PERSON_SECRET is it now")
    _compare(await store.agree(NAME, witness(secret)), secret)


def _compare(kept: str | None, secret: bytes) -> None:
    if kept is not None and kept != witness(secret):
        raise NotPrepared(
            "LRS_PERSON_SECRET is not the one under which this store keeps persons: under another one "
            "nobody would be found again: set the one that was used from the beginning"
        )
