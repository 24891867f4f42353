"""JSON for other programs: two spaces of indentation, Vietnamese as it is."""

from __future__ import annotations

from typing import Any

import orjson


def json_text(value: Any) -> str:
    """The value as JSON."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
