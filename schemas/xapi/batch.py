"""The body of a POST: one statement or an array of them (xAPI 1.0.3 Communication 2.1.2)."""

from typing import Any

from schemas.xapi.invalid import Code, Invalid, wrong_type
from schemas.xapi.statement import check_statement
from schemas.xapi.version import Version


def check_statements(
    value: object, version: Version, limit: int, *, file_urls: bool = False
) -> list[dict[str, Any]]:
    """The statements of a body, at most `limit`; an array's index begins the path of an error.

    An empty array is valid: nothing forbids it, and it stores nothing. Raises Invalid `batch-too-large`
    before any statement is looked at, `duplicate-id` when two ids are equal without regard to case.
    """
    if type(value) is dict:
        return [check_statement(value, version, file_urls=file_urls)]
    if type(value) is not list:
        raise wrong_type(value, "a statement or an array of statements")
    if len(value) > limit:
        raise Invalid(Code.BATCH_TOO_LARGE, f"Send at most {limit} statements in one request.")
    seen: set[str] = set()
    index = 0
    try:
        for index, item in enumerate(value):  # noqa: B007 - read while an error unwinds
            _check_one(item, version, seen, file_urls)
    except Invalid as error:
        error.path.insert(0, index)
        raise
    return value


def check_each(
    value: object, version: Version, limit: int, *, file_urls: bool = False
) -> list[dict[str, Any] | Invalid]:
    """What `check_statements` would say of each statement if it were the first that is wrong.

    Raises Invalid as that does where it is about the body as a whole.
    """
    if type(value) is not list:
        try:
            return list(check_statements(value, version, limit, file_urls=file_urls))
        except Invalid as error:
            if type(value) is not dict:
                raise
            return [error]
    if len(value) > limit:
        check_statements(value, version, limit)
    seen: set[str] = set()
    found: list[dict[str, Any] | Invalid] = []
    for index, item in enumerate(value):
        try:
            found.append(_check_one(item, version, seen, file_urls))
        except Invalid as error:
            error.path.insert(0, index)
            found.append(error)
    return found


def _check_one(item: object, version: Version, seen: set[str], file_urls: bool) -> dict[str, Any]:
    statement = check_statement(item, version, file_urls=file_urls)
    if "id" in statement:
        _note(statement["id"].lower(), seen)
    return statement


def _note(identifier: str, seen: set[str]) -> None:
    if identifier in seen:
        raise Invalid(Code.DUPLICATE_ID, "Give each statement of a request its own id.", "id")
    seen.add(identifier)
