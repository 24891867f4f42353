"""IRIs, IRLs and URIs (xAPI 1.0.3 Data 2.2, 4.3): absolute, by best effort, compared as plain strings.

Checked is the shape that RFC 3987 gives every IRI: a scheme, then no character that the grammar excludes
everywhere, percent only before two hexadecimal digits, and for http and https an authority.
"""

import re

from schemas.xapi.invalid import Code, Invalid, wrong_type

_IRI = re.compile(
    r"(?:https?://[^\x00-\x20<>\"{}|\\^`%/?#\x7f-\x9f]|(?!https?:)[a-z][a-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`%\x7f-\x9f])"
    r"(?:[^\x00-\x20<>\"{}|\\^`%\x7f-\x9f]++|%[0-9a-f]{2})*+",
    re.IGNORECASE | re.ASCII,
)

_known: set[str] = set()
"""IRIs found valid: verbs, activity types and extension keys are few and come with every statement."""
_KNOWN_LIMIT = 8192
_KNOWN_LENGTH = 256


def check_iri(value: object) -> None:
    """Raises Invalid `bad-iri` for a string that is not an absolute IRI, `wrong-type` for no string."""
    if type(value) is not str:
        raise wrong_type(value, "an IRI as a string")
    if value in _known:
        return
    if _IRI.fullmatch(value) is None:
        raise Invalid(Code.BAD_IRI, "Send an absolute IRI with its scheme, such as https://example.com/a.")
    if len(value) <= _KNOWN_LENGTH:
        if len(_known) >= _KNOWN_LIMIT:
            _known.clear()
        _known.add(value)
