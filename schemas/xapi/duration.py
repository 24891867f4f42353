"""Durations (xAPI 1.0.3 Data 4.6): ISO 8601:2004 section 4.4.3.2, kept as text."""

import re

from schemas.xapi.invalid import Code, Invalid, wrong_type

_NUMBER = r"[0-9]+(?:[.,][0-9]+(?=[YMWDHS]\Z))?"
_DURATION = re.compile(
    rf"P(?:{_NUMBER}W"
    rf"|(?=[0-9T])(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)
_BEYOND_HUNDREDTHS = re.compile(r"([.,][0-9]{2})[0-9]+S\Z")


def check_duration(value: object) -> None:
    """Raises Invalid `bad-duration`; only the last component may have a fraction, weeks stand alone."""
    if type(value) is not str:
        raise wrong_type(value, "a duration as a string")
    if _DURATION.fullmatch(value) is None:
        raise Invalid(Code.BAD_DURATION, "Send an ISO 8601 duration such as PT4H35M59.14S or P4W.")


def comparable_duration(text: str) -> str:
    """The duration cut to 0.01 second (1.0.3 Data 4.6); otherwise compared as text (Data 2.3.1)."""
    return _BEYOND_HUNDREDTHS.sub(r"\1S", text)
