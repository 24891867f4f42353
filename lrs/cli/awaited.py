"""Handlers are coroutines; this is where their event loop runs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

import uvloop

P = ParamSpec("P")


def awaited(handler: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """The handler as click calls it."""

    @functools.wraps(handler)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        uvloop.run(handler(*args, **kwargs))

    return run
