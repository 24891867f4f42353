"""Language tags (RFC 5646) and language maps (xAPI 1.0.3 Data 4.2)."""

import re

from schemas.xapi.invalid import Code, Invalid, wrong_type

_GRANDFATHERED = (
    "en-gb-oed|i-ami|i-bnn|i-default|i-enochian|i-hak|i-klingon|i-lux|i-mingo|i-navajo|i-pwn|i-tao|i-tay|i-tsu|"
    "sgn-be-fr|sgn-be-nl|sgn-ch-de|art-lojban|cel-gaulish|no-bok|no-nyn|zh-guoyu|zh-hakka|zh-min|zh-min-nan|zh-xiang"
)
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+|" + _GRANDFATHERED,
    re.IGNORECASE | re.ASCII,
)

_known: set[str] = set()
"""Tags found well-formed; few exist, so the bound is met only under abuse."""
_KNOWN_LIMIT = 1024


def check_language_tag(value: object) -> None:
    """Raises Invalid `bad-language-tag` for a string that RFC 5646 section 2.1 does not derive."""
    if type(value) is not str:
        raise wrong_type(value, "a language tag as a string")
    if value in _known:
        return
    if _TAG.fullmatch(value) is None:
        raise Invalid(Code.BAD_LANGUAGE_TAG, "Send an RFC 5646 language tag such as vi or en-US.")
    if len(value) <= 64:
        if len(_known) >= _KNOWN_LIMIT:
            _known.clear()
        _known.add(value)


def check_language_map(value: object) -> None:
    """Raises Invalid unless the value is an object of language tags to strings."""
    if type(value) is not dict:
        raise wrong_type(value, "a language map: an object of language tags to strings")
    tag = ""
    try:
        for tag, text in value.items():
            if tag not in _known:
                check_language_tag(tag)
            if type(text) is not str:
                _not_text(text)
    except Invalid as error:
        error.path.insert(0, tag)
        raise


def _not_text(value: object) -> None:
    raise wrong_type(value, "a string")
