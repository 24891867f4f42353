"""Results and scores (xAPI 1.0.3 Data 2.4.5)."""

from schemas.xapi.duration import check_duration
from schemas.xapi.extensions import check_extensions
from schemas.xapi.invalid import Code, Invalid
from schemas.xapi.scalar import check_boolean, check_number, check_string
from schemas.xapi.table import Table, check_fields


def _check_scaled(value: object) -> None:
    check_number(value)
    if not -1 <= value <= 1:  # type: ignore[operator]
        raise Invalid(Code.OUT_OF_RANGE, "Send scaled as a number from -1 to 1.")


_SCORE: Table = {"scaled": _check_scaled, "raw": check_number, "min": check_number, "max": check_number}


def check_score(value: object) -> None:
    """Raises Invalid `out-of-range` unless -1 <= scaled <= 1, min < max, min <= raw <= max (Data 2.4.5.1)."""
    score = check_fields(value, _SCORE, "a score object")
    raw, least, most = score.get("raw"), score.get("min"), score.get("max")
    if least is not None:
        if most is not None and least >= most:
            raise Invalid(Code.OUT_OF_RANGE, "Send min less than max.", "min")
        if raw is not None and raw < least:
            raise Invalid(Code.OUT_OF_RANGE, "Send raw no less than min.", "raw")
    if most is not None and raw is not None and raw > most:
        raise Invalid(Code.OUT_OF_RANGE, "Send raw no greater than max.", "raw")


_RESULT: Table = {
    "score": check_score,
    "success": check_boolean,
    "completion": check_boolean,
    "response": check_string,
    "duration": check_duration,
    "extensions": check_extensions,
}


def check_result(value: object) -> None:
    """Raises Invalid unless the value is a result; every key is optional."""
    check_fields(value, _RESULT, "a result object")
