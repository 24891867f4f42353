"""Problems as responses."""

from __future__ import annotations

import orjson
from aiohttp import web

from lrs.problem import Problem, problem_of


def refused(error: Exception) -> Problem:
    """The problem that an exception is to a client, one of aiohttp's own too."""
    if not isinstance(error, web.HTTPException):
        return problem_of(error)
    code = (error.reason or "error").lower().replace(" ", "-")
    allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
    return Problem(error.status, code, f"{error.status}: {error.reason}.", headers=allow)


def answer(problem: Problem) -> web.Response:
    """The problem as a response, with the body that `lrs.problem` describes."""
    error = {"code": problem.code, "message": problem.message}
    if problem.path is not None:
        error["path"] = problem.path
    return web.Response(
        status=problem.status,
        body=orjson.dumps({"error": error}),
        content_type="application/json",
        headers=problem.headers,
    )
