"""What a reader may choose: schemes, provinces, periods, groups. From text, checked."""

from __future__ import annotations

import re
from datetime import date

from lrs.reports.refused import Refused
from schemas.calendar import TOTAL
from schemas.cell import NOT_ATTRIBUTABLE, NOT_STATED
from schemas.figure import ALL
from schemas.group import groups
from schemas.unit import SCHEMES, UNRESOLVED, Scheme, Unit, gazetteer

NAMES = {
    NOT_STATED: "not stated",
    NOT_ATTRIBUTABLE: "not attributable",
    UNRESOLVED: "unresolved",
}
"""The names of lines that are no place."""

_PERIOD = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def scheme_of(text: str, *, missing: bool = False) -> Scheme:
    """A scheme. Raises Refused `unknown-scheme`."""
    if text not in SCHEMES:
        raise Refused("unknown-scheme", f"Write one of {', '.join(SCHEMES)}.", "scheme", missing=missing)
    return text


def period_of(text: str) -> str:
    """A period as cells name it. Raises Refused `bad-period`."""
    if text != TOTAL and not _is_period(text):
        raise Refused(
            "bad-period",
            "Write total, a year (2025), a month (2025-04) or a day (2025-04-18) that exists.",
            "period",
        )
    return text


def _is_period(text: str) -> bool:
    if _PERIOD.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def group_of(text: str) -> str:
    """A group as cells name it. Raises Refused `unknown-group`."""
    if text in (ALL, NOT_STATED):
        return text
    countable = [code for code, group in groups().items() if group.sendable]
    if text not in countable:
        why = f"{text} is for imported figures only. " if text in groups() else ""
        raise Refused(
            "unknown-group",
            f"{why}Write {ALL} for everybody, {NOT_STATED}, or one of {', '.join(countable)}.",
            "group",
        )
    return text


def lines_of(scheme: Scheme) -> tuple[str, ...]:
    """The codes of the lines into which the nation falls: provinces in order of code, then what is no
    place."""
    beside = (NOT_STATED, NOT_ATTRIBUTABLE) if scheme == "vn-2004" else (NOT_STATED,)
    return (*(unit.province for unit in gazetteer().provinces(scheme)), *beside)


def province_of(scheme_text: str, code: str, *, missing: bool = True) -> tuple[Scheme, str]:
    """A line of a scheme; `missing`: from the parts of a path. Raises Refused `unknown-scheme` or
    `unknown-province`.
    """
    scheme = scheme_of(scheme_text, missing=missing)
    if code not in lines_of(scheme):
        raise Refused("unknown-province", _instead(scheme, code), "code", missing=missing)
    return scheme, code


def unit_of(text: str) -> Unit:
    """A province, from `<scheme>/<code>`. Raises Refused `unknown-scheme` or `unknown-province`."""
    scheme_text, _, code = text.partition("/")
    try:
        scheme = scheme_of(scheme_text)
    except Refused as refused:
        raise Refused(refused.code, f"Write vn-2025/48: {refused.message}", "unit") from None
    unit = Unit(scheme, code)
    if not gazetteer().known(unit):
        raise Refused("unknown-province", _instead(scheme, code), "unit")
    return unit


def line_name(scheme: Scheme, code: str, on: date) -> str:
    """The name of a province on a day, or of a line that is none."""
    return NAMES.get(code) or gazetteer().name(Unit(scheme, code), on)


def _instead(scheme: Scheme, code: str) -> str:
    """A code that is not there may be one of the other scheme: that is what people mix up."""
    other: Scheme = "vn-2004" if scheme == "vn-2025" else "vn-2025"
    unit, known = Unit(other, code), gazetteer()
    if code in NAMES or not known.known(unit):
        return f"{scheme} has the codes {', '.join(lines_of(scheme))}."
    related = (known.successor(unit),) if other == "vn-2004" else known.predecessors(unit)
    instead = " or ".join(f"{it} ({known.name(it)})" for it in related)
    return f"{code} is a code of {other} ({known.name(unit)}). Write {instead}, or {unit}."
