"""Secrets: made, hashed slowly with scrypt (RFC 7914), and verified."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets

_COST = (2**14, 8, 1)
"""n, r and p: 16 MiB and some 60 ms a hash. A hash says its own, so they can be raised later."""
_MOST_MEMORY = 64 * 1024 * 1024
_HASHED = re.compile(
    r"scrypt\$(?P<n>[0-9]{1,8})\$(?P<r>[0-9]{1,3})\$(?P<p>[0-9]{1,3})"
    r"\$(?P<salt>(?:[0-9a-f]{2}){8,64})\$(?P<hash>(?:[0-9a-f]{2}){16,64})",
    re.ASCII,
)


def hash_secret(secret: str) -> str:
    """`scrypt$<n>$<r>$<p>$<salt>$<hash>`, the last two in hexadecimal; the salt is random. Blocks ~60 ms."""
    n, r, p = _COST
    salt = os.urandom(16)
    made = hashlib.scrypt(secret.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY, dklen=32)
    return f"scrypt${n}${r}${p}${salt.hex()}${made.hex()}"


def unmatched() -> str:
    """A hash that no secret has: verifying against it takes as long as against a real one."""
    n, r, p = _COST
    return f"scrypt${n}${r}${p}${secrets.token_hex(16)}${secrets.token_hex(32)}"


def verify(secret: str, hashed: str) -> bool:
    """Whether the secret has this hash; False where that is none of `hash_secret`'s. Blocks as long."""
    said = _HASHED.fullmatch(hashed)
    if said is None:
        return False
    expected = bytes.fromhex(said["hash"])
    try:
        made = hashlib.scrypt(
            secret.encode(),
            salt=bytes.fromhex(said["salt"]),
            n=int(said["n"]),
            r=int(said["r"]),
            p=int(said["p"]),
            maxmem=_MOST_MEMORY,
            dklen=len(expected),
        )
    except ValueError:  # n is no power of two, or it asks for more memory than is given
        return False
    return hmac.compare_digest(made, expected)


def new_key() -> str:
    """A key nobody has yet: 128 random bits in hexadecimal. It is a name, no secret."""
    return secrets.token_hex(16)


def new_secret() -> str:
    """A secret of 256 random bits, in characters that need no quoting in a shell or an address."""
    return secrets.token_urlsafe(32)
