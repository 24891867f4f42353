"""Timestamps to milliseconds and back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.xapi import Invalid, Version, format_timestamp, parse_timestamp
from schemas.xapi.timestamp import in_utc

FIRST, LAST = -62_135_596_800_000, 253_402_300_799_999

GOOD = [
    ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
    ("2025-04-18T01:02:03.004Z", "2025-04-18T01:02:03.004Z"),
    ("2025-04-18t01:02:03z", "2025-04-18T01:02:03.000Z"),
    ("2025-04-18T01:02:03.00499999999999999999Z", "2025-04-18T01:02:03.004Z"),
    ("2025-04-18T01:02:03.5+07:00", "2025-04-17T18:02:03.500Z"),
    ("2025-04-18T01:02:03-03:30", "2025-04-18T04:32:03.000Z"),
    ("2025-04-18T01:02:03+00:00", "2025-04-18T01:02:03.000Z"),
    ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
    ("2017-01-01T06:59:60.5+07:00", "2017-01-01T00:00:00.500Z"),
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
]
LOOSE = [
    ("2025-04-18T01:02", "2025-04-18T01:02:00.000Z"),
    ("2025-04-18T01:02Z", "2025-04-18T01:02:00.000Z"),
    ("2025-04-18T01:02:03", "2025-04-18T01:02:03.000Z"),
    ("2025-04-18T01:02:03,25", "2025-04-18T01:02:03.250Z"),
    ("2025-04-18T01:02:03+07", "2025-04-17T18:02:03.000Z"),
    ("2025-04-18T01:02:03+0730", "2025-04-17T17:32:03.000Z"),
]
BAD = [
    *(
        "",
        "should fail",
        "01/011/2015",
        "2025-04-18",
        "20250418T010203Z",
        "2025-04-18 01:02:03Z",
        "2025-W16-5T01:02:03Z",
    ),
    *("2008-09-15T15:53:00.601-00", "2008-09-15T15:53:00.601-0000", "2008-09-15T15:53:00.601-00:00"),
    *("2025-02-29T00:00:00Z", "2025-13-01T00:00:00Z", "2025-04-18T24:00:00Z", "2025-04-18T01:60:00Z"),
    *(
        "2025-04-18T01:02:03.Z",
        "2025-04-18T01:02:03Z\n",
        "2025-04-18T01:02:03+24:00",
        "2025-04-18T01:02:03+07:60",
    ),
    *("2025-04-18T01:02:60Z", "2025-04-18T23:59:61Z", "0000-01-01T00:00:00Z", "+12025-04-18T01:02:03Z"),
    *("٢٠٢٥-04-18T01:02:03Z", "2025-04-18T01:02:03 Z", "2025-02-30T23:59:60Z"),
]
BEYOND = ["0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z"]


@pytest.mark.parametrize(("text", "utc"), GOOD)
def test_both_versions(text: str, utc: str) -> None:
    for version in Version:
        assert format_timestamp(parse_timestamp(text, version)) == utc


@pytest.mark.parametrize(("text", "utc"), LOOSE)
def test_1_0_3_takes_more_of_iso_8601(text: str, utc: str) -> None:
    assert format_timestamp(parse_timestamp(text)) == utc
    with pytest.raises(Invalid):
        parse_timestamp(text, Version.V2_0_0)


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("text", BAD)
def test_what_is_no_timestamp(text: str, version: Version) -> None:
    with pytest.raises(Invalid) as caught:
        parse_timestamp(text, version)
    assert caught.value.code == "bad-timestamp"


@pytest.mark.parametrize("text", BEYOND)
def test_years_beyond_the_calendar(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_timestamp(text)
    assert caught.value.code == "out-of-range"
    for milliseconds in (FIRST - 1, LAST + 1):
        with pytest.raises(Invalid):
            format_timestamp(milliseconds)


@given(st.integers(FIRST, LAST))
def test_formatted_and_parsed_again(milliseconds: int) -> None:
    assert parse_timestamp(format_timestamp(milliseconds), Version.V2_0_0) == milliseconds


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)),  # noqa: DTZ001
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_any_offset_names_the_same_instant(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    expected = (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert parse_timestamp(aware.isoformat(), Version.V2_0_0) == expected


@given(st.text())
def test_any_text_raises_nothing_but_invalid(text: str) -> None:
    try:
        parse_timestamp(text)
    except Invalid as error:
        assert error.code in ("bad-timestamp", "out-of-range")


@pytest.mark.parametrize(("text", "formatted"), GOOD)
def test_in_utc_it_is_the_same_instant(text: str, formatted: str) -> None:
    made = in_utc(text)
    assert format_timestamp(parse_timestamp(made, Version.V2_0_0)) == formatted
    assert made[-1] == "Z"
    assert in_utc(made) == made


def test_in_utc_a_fraction_stays_as_it_is() -> None:
    assert in_utc("2025-04-18T01:02:03.10-05:30") == "2025-04-18T06:32:03.10Z"
    assert in_utc("2025-04-18t01:02:03z") == "2025-04-18T01:02:03Z"
