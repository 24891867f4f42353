"""What a person is told of a command that did not succeed."""

from __future__ import annotations

from pydantic import ValidationError

from lrs.problem import Problem
from lrs.reports.refused import Refused
from schemas.errors import StoreError


def refusal(error: BaseException) -> str | None:
    """One line, or None where it is a mistake of this program, whose traceback is wanted."""
    if isinstance(error, BaseExceptionGroup):
        return refusal(error.exceptions[0])
    match error:
        case ValidationError():
            return "; ".join(_violation(detail["loc"], detail["msg"]) for detail in error.errors())
        case Refused():
            return f"{error.parameter}: {error.message}"
        case Problem():
            return f"{error.message} ({error.code})"
        case StoreError() | ValueError() | OSError():
            return str(error) or type(error).__name__
        case _:
            return None


def _violation(location: tuple[int | str, ...], message: str) -> str:
    field = ".".join(str(part) for part in location)
    return f"{field}: {message.removeprefix('Value error, ')}" if field else message
