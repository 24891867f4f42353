"""A file of attendance to begin with."""

from __future__ import annotations

import csv
import io

from lrs.attendance.column import COLUMNS

_ROWS: tuple[dict[str, str], ...] = (
    {
        "account": "hv-000123",
        "time": "2025-05-20 08:30",
        "verb": "attended",
        "topic": "bdhvs:03",
        "unit": "vn-2025/01/00070",
        "groups": "elderly",
        "channel": "in-person",
    },
    {
        "class": "lop-05-hoan-kiem",
        "number": "17",
        "time": "21/05/2025",
        "verb": "completed",
        "topic": "bdhvs:03",
        "unit": "vn-2025/01/00070",
        "groups": "small-traders community-tech-team",
        "channel": "mobile-point",
    },
)


def template() -> str:
    """CSV: the header, and two rows that show what can be written. They are to be replaced."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [column.name for column in COLUMNS], restval="")
    writer.writeheader()
    writer.writerows(_ROWS)
    return text.getvalue()
