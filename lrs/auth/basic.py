"""HTTP Basic (RFC 7617): a key and a secret as a header, and back."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from lrs.auth.unauthorized import Unauthorized

LONGEST_HEADER = 1024
"""Characters; a longer one is refused before anything is made of it."""
_SCHEME = re.compile(r"basic(?: +(?P<token>[A-Za-z0-9+/]*={0,2}))?", re.IGNORECASE | re.ASCII)


def compose(key: str, secret: str) -> str:
    """The value of the header Authorization."""
    return f"Basic {b64encode(f'{key}:{secret}'.encode()).decode()}"


def parse(header: str | None) -> tuple[str, str]:
    """Key and secret of the value of the header Authorization; the first colon parts them.

    Raises Unauthorized: *missing* where there is no such header or it is of another scheme, *invalid* where
    it is not Base64 of UTF-8 with a colon.
    """
    if header is None or header.partition(" ")[0].lower() != "basic":
        raise Unauthorized("credential-missing")
    match = _SCHEME.fullmatch(header)
    if match is None or len(header) > LONGEST_HEADER:
        raise Unauthorized("credential-invalid")
    try:
        key, colon, secret = b64decode(match["token"] or "", validate=True).decode().partition(":")
    except ValueError:
        raise Unauthorized("credential-invalid") from None
    if not (key and colon):
        raise Unauthorized("credential-invalid")
    return key, secret
