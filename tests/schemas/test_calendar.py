"""Days and periods are those of Asia/Ho_Chi_Minh."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.calendar import day_of, end_of, periods_of
from schemas.xapi import parse_timestamp

HANOI = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2025-04-18T00:00:00+07:00", "2025-04-18"),
        ("2025-04-17T16:59:59.999Z", "2025-04-17"),
        ("2025-04-17T17:00:00Z", "2025-04-18"),
        ("2025-12-31T17:00:00Z", "2026-01-01"),
        ("2024-02-28T17:00:00Z", "2024-02-29"),
        ("1970-01-01T00:00:00Z", "1970-01-01"),
        ("1969-12-31T16:59:59Z", "1969-12-31"),
        ("0001-01-01T00:00:00Z", "0001-01-01"),
    ],
)
def test_a_moment_lies_in_a_day_of_vietnam(moment: str, day: str) -> None:
    assert day_of(parse_timestamp(moment)) == day


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_it_is_the_day_that_the_calendar_says(moment: datetime) -> None:
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert day_of(milliseconds) == moment.astimezone(HANOI).date().isoformat()


def test_the_periods_of_a_day() -> None:
    assert periods_of("2025-04-18") == ("total", "2025", "2025-04", "2025-04-18")


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_a_day_ends_where_the_next_begins(day: date) -> None:
    end = end_of(day)
    assert day_of(end - 1) == day.isoformat()
    assert day_of(end) == (day + timedelta(days=1)).isoformat()
