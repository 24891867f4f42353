"""A table of plans to begin with: an example row, and what each column is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from schemas.plan_book import COLUMNS, TableName
from schemas.row import EVERYBODY, Row
from schemas.target import INDICATORS

_SCHEME = "vn-2004 (before 2025-07-01) or vn-2025; empty with province_code for the nation"
_PROVINCE = "the province's two digits in that scheme"
_GROUP = f"the code of an audience group, or {EVERYBODY} for everybody"


@dataclass(frozen=True, slots=True)
class Template:
    """`columns`: by column what it is, in their order."""

    example: Row
    columns: Mapping[str, str]


def _template(table: TableName, **columns: tuple[str, str]) -> Template:
    """By column an example and what it is."""
    example = {column: columns[column][0] for column in COLUMNS[table]}
    return Template(example, {column: columns[column][1] for column in COLUMNS[table]})


TEMPLATES: Final[Mapping[TableName, Template]] = {
    "plans": _template(
        "plans",
        plan=("hue-example", "a code of your own: lower-case letters, digits, - and ."),
        scheme=("vn-2025", _SCHEME),
        province_code=("46", _PROVINCE),
        date=("2025-08-01", "the day of the plan"),
        title=("an example: the number and name of the plan", "what it is called"),
        targets_stated=("1", "how many targets it says it has; empty where it does not say"),
        targets_known=("1", "how many of them are in the table targets"),
        note=("", "a remark, or empty"),
    ),
    "targets": _template(
        "targets",
        plan=("hue-example", "the plan's code"),
        scheme=("vn-2025", _SCHEME),
        province_code=("46", _PROVINCE),
        due=("2026-12-31", "the last day that counts"),
        group=("cadres", _GROUP),
        indicator=("trained", f"{', '.join(INDICATORS)}, or external:<name> for a figure that is imported"),
        operator=("=", "= or >= (met at or above the value), or > (above it)"),
        value=("80", "a number"),
        unit=("percent", "of the group (percent), or people (count)"),
        quote=("an example: 80 % cán bộ, công chức, viên chức", "the plan's own words, or empty"),
    ),
    "denominators": _template(
        "denominators",
        scheme=("vn-2025", _SCHEME),
        province_code=("46", _PROVINCE),
        group=("cadres", _GROUP),
        date=("2025-12-31", "the day of which the number is"),
        people=("30000", "how many people of the group there are"),
        source=("an example: name the office and its table", "who says so"),
    ),
    "external-figures": _template(
        "external-figures",
        scheme=("vn-2025", _SCHEME),
        province_code=("46", _PROVINCE),
        group=("adults", _GROUP),
        indicator=("external:smartphone", "external:<name>, as a target has it"),
        date=("2025-11-30", "the day of which the figure is"),
        value=("86.2", "a number"),
        unit=("percent", "of the group (percent), or a number (count)"),
        source=("an example: name the survey", "who found it"),
    ),
}
