"""Which language of a language map to show (xAPI 1.0.3 Communication 2.1.3; RFC 9110 12.5.4; RFC 4647)."""

import re
from collections.abc import Mapping, Sequence

_RANGE = re.compile(
    r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)(?:[ \t]*;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?"
)


_LIMIT = 32


def parse_accept_language(header: str | None) -> list[str]:
    """The language ranges of the header in lower case, most preferred first; equal weights keep their order.

    Ranges of weight 0, parts that are no range, and what follows the first 32 ranges are left out: the header
    is a wish and never an error, and each range costs time in every language map.
    """
    ranges: list[tuple[float, str]] = []
    for part in (header or "").split(","):
        match = _RANGE.fullmatch(part.strip(" \t"))
        if match is not None:
            weight = float(match[2] or 1)
            if weight > 0:
                ranges.append((-weight, match[1].lower()))
    ranges.sort(key=lambda item: item[0])
    return [name for _, name in ranges[:_LIMIT]]


def choose_language(language_map: Mapping[str, str], languages: Sequence[str]) -> str | None:
    """The key of the map to show; None for an empty map.

    For each range in turn: the same tag, else the first tag it is a prefix of; `*` takes the map's first.
    Then each range again, shortened from its end (RFC 4647 3.4), so that en-AU finds en. Then the first.
    """
    if not language_map:
        return None
    tags: dict[str, str] = {}
    for tag in language_map:
        tags.setdefault(tag.lower(), tag)
    for wanted in languages:
        found = _find(wanted, tags, language_map)
        if found is not None:
            return found
    for wanted in languages:
        shorter = wanted.rpartition("-")[0]
        while shorter:
            found = _find(shorter, tags, language_map)
            if found is not None:
                return found
            shorter = shorter.rpartition("-")[0]
    return next(iter(language_map))


def _find(wanted: str, tags: Mapping[str, str], language_map: Mapping[str, str]) -> str | None:
    if wanted == "*":
        return next(iter(language_map))
    lowered = wanted.lower()
    if lowered in tags:
        return tags[lowered]
    prefix = lowered + "-"
    return next((tag for tag in language_map if tag.lower().startswith(prefix)), None)
