"""Errors as a client is told them: one table from class to status and stable code.

The body of an answer (`lrs.http.answer`) is `{"error": {"code", "message", "path"?}}`: `code` is stable,
`message` is for people and says what to do, `path` is the JSON Pointer of the offending value (RFC 6901),
which in a batch begins with the statement's index, or the query parameter; of a multipart body
`part/<number>` and, where it is about one, a header of that part.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemas.errors import NotPrepared, StoreError, Unavailable
from schemas.xapi import Invalid

OVERLOADED = 503
RETRY_AFTER = 1
"""Seconds after which a client is asked to try again."""


class Problem(Exception):
    """A request that is refused."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        path: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.path = path
        self.headers = dict(headers or {})


def overloaded(code: str, message: str) -> Problem:
    """The answer that sheds load (G11): 503 with `Retry-After`."""
    return Problem(OVERLOADED, code, message, headers={"Retry-After": str(RETRY_AFTER)})


def problem_of(error: Exception) -> Problem:
    """The problem that an exception is to a client; one that nobody foresaw is a 500 without details."""
    match error:
        case Problem():
            return error
        case Invalid():
            return Problem(400, error.code, error.message, error.pointer)
        case Unavailable() | NotPrepared():
            return overloaded(
                "store-unavailable", "The log or the store does not answer. Send the same request again."
            )
        case StoreError():
            # the request is well: it is to come again when an operator has seen to it
            return overloaded("store-error", "The log or the store failed; the server's log says how.")
        case _:
            return Problem(500, "internal-error", "The server failed; its log says how.")
