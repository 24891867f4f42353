"""The file that says which activity belongs to which topic."""

from __future__ import annotations

import csv
import io
import re

from schemas.registration import TOPIC

COLUMNS = ("activity", "topic")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s*]+\*?")


def parse_activity_map(text: str) -> dict[str, str]:
    """By activity, or beginning of one ending in `*`, the topic. CSV with two columns; a header may be first.

    Raises ValueError that names line and column.
    """
    found: dict[str, str] = {}
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        for row in rows:
            line = rows.line_num
            fields = tuple(field.strip() for field in row)
            if not any(fields) or (not found and fields == COLUMNS):
                continue
            if len(fields) != len(COLUMNS):
                raise ValueError(f"line {line}: {len(fields)} columns where activity,topic are two")
            activity, topic = fields
            if _IRI.fullmatch(activity) is None:
                raise ValueError(
                    f"line {line}, column activity: {activity!r} is no IRI, nor the beginning of one with * "
                    "at its end"
                )
            if TOPIC.fullmatch(topic) is None:
                raise ValueError(
                    f"line {line}, column topic: {topic!r} is not of the form scheme:code, such as bdhvs:03"
                )
            if found.setdefault(activity, topic) != topic:
                raise ValueError(f"line {line}, column topic: {activity} was given {found[activity]} before")
    except csv.Error as error:
        raise ValueError(f"line {rows.line_num}: {error}") from None
    return found
