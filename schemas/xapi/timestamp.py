"""Instants (xAPI 1.0.3 Data 4.5; 2.0.0 4.2.7): text to milliseconds since 1970-01-01T00:00:00Z and back.

1.0.3 takes the extended format of ISO 8601: seconds, their fraction and the offset may be left out; without
an offset the instant is read as UTC. 2.0.0 requires RFC 3339, which 1.0.3 takes too: seconds, and an offset
with a colon. In both, the offsets -00, -0000 and -00:00 are refused (ISO 8601 has no negative zero), and so
are dates without a time, week and ordinal dates, and hour 24. A leap second is taken at the end of a UTC day
and counts as the second after it.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from schemas.xapi.invalid import Code, Invalid, wrong_type
from schemas.xapi.table import Checker
from schemas.xapi.version import Version

_DAY = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC by definition, formatted with Z
_FIRST = -62_135_596_800_000
_LAST = 253_402_300_799_999

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PATTERNS = {
    Version.V1_0_3: re.compile(
        _DATE + r"[Tt][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
        r"(?:[Zz]|(?!-00(?::?00)?\Z)[+-][0-9]{2}(?::?[0-5][0-9])?)?"
    ),
    Version.V2_0_0: re.compile(
        _DATE + r"[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|(?!-00:00)[+-][0-9]{2}:[0-5][0-9])"
    ),
}
_EXAMPLES = {
    Version.V1_0_3: "Send an ISO 8601 timestamp such as 2025-04-18T01:02:03.004Z.",
    Version.V2_0_0: "Send an RFC 3339 timestamp with its offset, such as 2025-04-18T01:02:03.004Z.",
}


def parse_timestamp(text: str, version: Version = Version.V1_0_3) -> int:
    """Milliseconds since the epoch, further digits cut off, never rounded.

    Raises Invalid `bad-timestamp` for another format or a day that does not exist, `out-of-range` for an
    instant outside the years 0001 to 9999 UTC.
    """
    if _PATTERNS[version].fullmatch(text) is None:
        raise Invalid(Code.BAD_TIMESTAMP, _EXAMPLES[version])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _parse_rare(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - _EPOCH
    milliseconds = since.days * _DAY + since.seconds * 1000 + since.microseconds // 1000
    if not _FIRST <= milliseconds <= _LAST:
        raise Invalid(Code.OUT_OF_RANGE, "Send a timestamp in the years 0001 to 9999 UTC.")
    return milliseconds


def _parse_rare(text: str) -> int:
    """Lower-case z, and second 60: what RFC 3339 has and `fromisoformat` has not."""
    if text[-1] == "z":
        return parse_timestamp(text[:-1].upper() + "Z")
    if text[16:19] != ":60":
        raise Invalid(Code.BAD_TIMESTAMP, "Send a date and a time of day that exist.")
    milliseconds = parse_timestamp(text[:16] + ":59" + text[19:]) + 1000
    if milliseconds % _DAY >= 1000:
        raise Invalid(Code.BAD_TIMESTAMP, "Send second 60 only at the end of a day in UTC.")
    if milliseconds > _LAST:
        raise Invalid(Code.OUT_OF_RANGE, "Send a timestamp in the years 0001 to 9999 UTC.")
    return milliseconds


def format_timestamp(milliseconds: int) -> str:
    """The instant in UTC with three decimals: 2025-04-18T01:02:03.004Z.

    Raises Invalid `out-of-range` outside the years 0001 to 9999.
    """
    if not _FIRST <= milliseconds <= _LAST:
        raise Invalid(Code.OUT_OF_RANGE, "Format an instant in the years 0001 to 9999 only.")
    return (_NAIVE_EPOCH + timedelta(milliseconds=milliseconds)).isoformat(timespec="milliseconds") + "Z"


def in_utc(text: str) -> str:
    """A checked timestamp of 2.0.0 in UTC, with its fraction as it is: 2025-04-18T01:02:03.004Z (4.2.7)."""
    if text[-1] in "Zz":
        return text.upper()
    return f"{_hour_in_utc(text[:13], text[-6:])}{text[13:-6]}Z" if text[-2:] == "00" else _in_utc(text)


@lru_cache(maxsize=16_384)
def _hour_in_utc(hour: str, offset: str) -> str:
    """The date and hour: most offsets are whole hours, and most statements come within few of them."""
    return _in_utc(f"{hour}:00:00{offset}")[:13]


def _in_utc(text: str) -> str:
    moment = parse_timestamp(text[:19] + text[-6:])
    return f"{format_timestamp(moment)[:19]}{text[19:-6]}Z"


def timestamp_checker(version: Version) -> Checker:
    """The checker of `timestamp` and `stored`; a future instant is no error (1.0.3 Data 2.4.7)."""

    def check_timestamp(value: object) -> None:
        if type(value) is not str:
            raise wrong_type(value, "a timestamp as a string")
        parse_timestamp(value, version)

    return check_timestamp
