"""A statement's id as stores hold it: the 16 bytes of its UUID."""

from __future__ import annotations


def to_bytes(identifier: str) -> bytes:
    """The bytes of a UUID in text. Raises ValueError where it is none."""
    return bytes.fromhex(identifier.replace("-", ""))


def to_text(identifier: bytes) -> str:
    """The UUID in canonical text: lower case, with hyphens."""
    digits = identifier.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
