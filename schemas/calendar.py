"""Days of the programme's calendar. Periods are those of Asia/Ho_Chi_Minh: UTC+7 all year, since 1975."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_OFFSET = 7 * 3_600_000
_DAY = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()
TOTAL = "total"


@lru_cache(maxsize=16_384)
def _day(number: int) -> str:
    return date.fromordinal(_EPOCH + number).isoformat()


def day_of(moment: int) -> str:
    """The day (`2025-04-18`) in which a moment (milliseconds since the epoch) lies."""
    return _day((moment + _OFFSET) // _DAY)


@lru_cache(maxsize=16_384)
def periods_of(day: str) -> tuple[str, str, str, str]:
    """The periods that a day belongs to: total, its year, its month, the day itself."""
    return TOTAL, day[:4], day[:7], day


def last_day(period: str, until: date) -> date:
    """The day as of which a period is reported: its last one, but none after `until`, and `until` for
    TOTAL.
    """
    match period.split("-"):
        case [year] if year != TOTAL:
            last = date(int(year), 12, 31)
        case [year, month]:
            last = date(int(year), int(month), monthrange(int(year), int(month))[1])
        case [_, _, _]:
            last = date.fromisoformat(period)
        case _:
            last = until
    return min(last, until)


def end_of(day: date) -> int:
    """The moment at which a day ends: the first millisecond of the next one."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    return int(start.timestamp() * 1000) - _OFFSET
