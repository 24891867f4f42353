"""The data of attachments: known by its SHA-2 alone, so what two statements name is one thing.

A hash is hexadecimal in lower case; its length says which of the family it is: SHA-224, 256, 384 or 512 (xAPI
1.0.3 Data 2.4.11). The truncated forms SHA-512/224 and SHA-512/256 cannot be told from these by their
length and are not taken.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterable, AsyncIterator

PIECE = 256 * 1024
"""Bytes that are held of data on its way into or out of a store."""
_ALGORITHMS = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}


class WrongHash(Exception):
    """The data is not what its hash says: whoever sent it is mistaken, and nothing is kept."""


async def verified(sha2: str, data: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The same data; raises WrongHash at its end where it is not that of `sha2`."""
    digest = _ALGORITHMS[len(sha2)]()
    async for piece in data:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha2:
        raise WrongHash(f"the data has the hash {digest.hexdigest()}")


async def pieces(data: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The same data in pieces of PIECE bytes, of which the last is shorter and never empty."""
    gathered = bytearray()
    async for piece in data:
        gathered += piece
        while len(gathered) >= PIECE:
            yield bytes(gathered[:PIECE])
            del gathered[:PIECE]
    if gathered:
        yield bytes(gathered)
