"""An endpoint that is asked and sent to with one credential: all the IO of this package."""

from __future__ import annotations

import asyncio
import time
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any

import aiohttp
import orjson

from lrs.attendance.statement import Json

PATIENCE = 120.0
"""Seconds for which one request is tried again before the import stops; it can be begun again."""
ANSWER_WITHIN = 60.0
_AGAIN = frozenset({429, 502, 503, 504})
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 5.0


class Unsent(Exception):
    """The endpoint refused a request, or did not answer for too long."""


class Endpoint:
    """`async with` opens it. What has no an answer is sent again as it was, which its ids make harmless."""

    def __init__(self, url: str, key: str, secret: str, patience: float = PATIENCE) -> None:
        self._url = url.rstrip("/")
        authorization = b64encode(f"{key}:{secret}".encode()).decode()
        self._headers = {
            "Authorization": f"Basic {authorization}",
            "Content-Type": "application/json",
            "X-Experience-API-Version": "2.0.0",
        }
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Endpoint:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def check(self, statements: Sequence[Json]) -> Json:
        """How they would count (`lrs.check.verdict.CheckAnswer`). Raises Unsent."""
        found: Json = await self._asked("/check", statements)
        return found

    async def post(self, statements: Sequence[Json]) -> None:
        """Have them stored, all or none. Raises Unsent."""
        await self._asked("/xapi/statements", statements)

    async def _asked(self, path: str, statements: Sequence[Json]) -> Any:
        body = orjson.dumps(statements)
        wait, began = _FIRST_WAIT, time.monotonic()
        while True:
            reason, after = "it does not answer", None
            with suppress(aiohttp.ClientError, TimeoutError):
                assert self._session is not None, "the endpoint is not open"  # noqa: S101
                async with self._session.post(
                    f"{self._url}{path}", data=body, headers=self._headers
                ) as response:
                    answer = await response.read()
                if response.status == 200:
                    return orjson.loads(answer)
                if response.status not in _AGAIN:
                    raise Unsent(f"{self._url}{path} answered {response.status}: {_said(answer)}")
                reason, after = f"answered {response.status}", response.headers.get("Retry-After", "")
            left = began + self._patience - time.monotonic()
            if left <= 0:
                raise Unsent(f"{self._url}: {reason} for {self._patience:g} s; begin again when it does")
            asked = float(after) if after and after.isascii() and after.isdecimal() else wait
            await asyncio.sleep(min(asked, left))
            wait = min(wait * 2, _LONGEST_WAIT)


def _said(answer: bytes) -> str:
    try:
        error = orjson.loads(answer)["error"]
        return f"{error['message']} ({error['code']})"
    except (ValueError, KeyError, TypeError):
        return "no reason was given"
