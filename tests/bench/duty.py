"""What every worker does: says that it is ready, then does the jobs that it reads."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from tests.bench.job import Job


def work(
    ready: dict[str, Any], do: Callable[[Job], Iterator[dict[str, Any]]], *failures: type[Exception]
) -> None:
    """Work until the input ends. `do` says `{"warmed": requests}` and, asked for more once the clock may
    start, the outcome. Of one of the `failures` the reason is said, and the next job awaited.
    """
    _say(ready)
    for line in sys.stdin.buffer:
        try:
            for said in do(Job.parse(line)):
                _say(said)
                if "warmed" in said and not sys.stdin.buffer.readline():
                    return
        except failures as error:
            _say({"failed": str(error)})


def _say(said: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(said) + b"\n")
    sys.stdout.buffer.flush()
