"""An edition as `/editions/{number}` gives it: what everybody may read, with figures that are hidden."""

from __future__ import annotations

from schemas.unit import SCHEMES, Unit, gazetteer
from tests.dashboard.page import Json

REGISTERED, TRAINED = 1_234_567, 45_678


def edition(number: int) -> Json:
    """The edition of this number. Đà Nẵng has figures, and one of them hidden; every other place has none."""
    return {
        "number": number,
        "day": "2026-11-22",
        "published": "2026-11-22T18:00:00.000Z",
        "through": "2026-11-22T17:00:00.000Z",
        "previous": None,
        "ruleset": {
            "number": 3,
            "created": "2026-01-01T00:00:00.000Z",
            "trained": "completed at least 2 topics",
            "split_communes": "unresolved",
        },
        "counts": "accounts",
        "calendar": "Asia/Ho_Chi_Minh",
        "smallest_cell": 10,
        "note": "",
        "provinces": [_province(scheme, code) for scheme in SCHEMES for code in _codes(scheme)],
        "groups": [_group(code, group) for code in ("48", None) for group in ("cadres", "adults")],
        "targets": [_target("met", 81.25, 0), _target("hidden", None, None)],
        "changes": [],
    }


def _codes(scheme: str) -> list[str | None]:
    beside = ["not-stated", "not-attributable"] if scheme == "vn-2004" else ["not-stated"]
    return [*(it.province for it in gazetteer().provinces(scheme)), *beside, None]  # type: ignore[arg-type]


def _figure(value: int | None) -> Json:
    return {"value": value, "edition": None if value is None else 3, "partial": False}


def _province(scheme: str, code: str | None) -> Json:
    known = scheme == "vn-2025" and code in ("48", None)
    named = code is not None and code.isdigit()
    name = gazetteer().name(Unit(scheme, code)) if named else code or "nation"  # type: ignore[arg-type]
    return {
        "scheme": scheme,
        "code": code,
        "name": name,
        "registered": _figure(REGISTERED if known else None),
        "trained": _figure(TRAINED if known else None),
        "confirmed": _figure(None),
    }


def _group(code: str | None, group: str) -> Json:
    return {
        "scheme": "vn-2025",
        "code": code,
        "name": code or "nation",
        "group": group,
        "group_name": {"cadres": "cán bộ", "adults": "người dân trưởng thành"}[group],
        "group_name_en": group,
        "trained": _figure(TRAINED if group == "adults" else None),
    }


def _target(status: str, percent: float | None, gap: int | None) -> Json:
    return {
        "plan": "quang-nam-2025",
        "scheme": "vn-2004",
        "code": "49",
        "name": "Tỉnh Quảng Nam",
        "due": "2025-12-31",
        "so_far": False,
        "group": "adults",
        "indicator": "trained",
        "rule": "completed at least 2 topics",
        "operator": "=",
        "target": "80",
        "measure": "percent",
        "count": _figure(None if percent is None else 1_300),
        "denominator": 1_600,
        "percent": percent,
        "gap": gap,
        "status": status,
    }
