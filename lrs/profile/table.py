"""The code lists as CSV (RFC 4180), UTF-8 with the mark by which Excel knows it."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Any

import orjson

from lrs.profile.document import LISTS, Json

Row = tuple[Any, ...]


def tables(profile: Json) -> dict[str, bytes]:
    """By name each list of a profile as `document` makes it."""
    made = {
        "units": (_UNITS, _units(profile)),
        "groups": (_GROUPS, _groups(profile)),
        "verbs": (_VERBS, _verbs(profile)),
        "topics": (("topic", "scheme", "code"), _topics(profile)),
        "channels": (("code", "vi", "en"), ((it["code"], it["vi"], it["en"]) for it in profile["channels"])),
        "extensions": (_EXTENSIONS, _extensions(profile)),
    }
    return {name: _csv(*made[name]) for name in LISTS}


_UNITS = ("unit", "scheme", "province", "commune", "name", "name_as_of", "became", "main_successor")
_GROUPS = ("code", "vi", "en", "kind", "may_be_sent", "implies", "national_group_757")
_VERBS = ("id", "action", "measures", "vi", "en")
_EXTENSIONS = ("iri", "in", "vi", "en", "schema", "example")


def _csv(columns: tuple[str, ...], rows: Iterator[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return BOM_UTF8 + text.getvalue().encode()


def _units(profile: Json) -> Iterator[Row]:
    """`unit` has its scheme before it: a spreadsheet takes the codes alone for numbers."""
    for scheme in profile["units"]:
        name, day = scheme["scheme"], scheme["names_as_of"]
        for province in scheme["provinces"]:
            code = province["code"]
            unit = f"{name}/{code}"
            yield unit, name, code, "", province["name"], day, province.get("became", ""), ""
            for commune in province["communes"]:
                became, main = commune.get("became", ""), commune.get("main_successor", "")
                yield (
                    f"{unit}/{commune['code']}",
                    name,
                    code,
                    commune["code"],
                    commune["name"],
                    day,
                    became,
                    main,
                )


def _groups(profile: Json) -> Iterator[Row]:
    for it in profile["groups"]:
        sent = "yes" if it["may_be_sent"] else "no"
        implies, national = " ".join(it["implies"]), it["national_group_757"] or ""
        yield it["code"], it["vi"], it["en"], it["kind"], sent, implies, national


def _verbs(profile: Json) -> Iterator[Row]:
    for it in profile["verbs"]:
        yield it["id"], it["action"], " ".join(it["measures"]), it["vi"], it["en"]


def _topics(profile: Json) -> Iterator[Row]:
    for it in profile["topics"]:
        yield f"{it['scheme']}:{it['code']}", it["scheme"], it["code"]


def _extensions(profile: Json) -> Iterator[Row]:
    for it in profile["extensions"]:
        schema, shown = (orjson.dumps(value).decode() for value in (it["schema"], it["examples"][0]))
        yield it["iri"], it["in"], it["vi"], it["en"], schema, shown
