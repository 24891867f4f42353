"""Posting deliveries to a running endpoint: all the IO of this package.

Undelivered              a delivery was not taken, and posting stopped
├── NoCredential         nothing was given to speak for its platform
├── Refused              the endpoint answered that it will not take it
├── NotAsSent            it was answered 200, with other ids than were sent
└── Exhausted            nothing was acknowledged for as long as we have patience
"""

from __future__ import annotations

import asyncio
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import orjson

from lrs.simulate.delivery import Delivery

PATIENCE = 300.0
"""Seconds without any acknowledgement before posting gives up: longer than a restart of the server takes."""

ANSWER_WITHIN = 30.0
"""Seconds to wait for one answer."""

_BROKEN = (
    aiohttp.ClientConnectionError,
    aiohttp.ClientPayloadError,
    aiohttp.ClientResponseError,
    TimeoutError,
)
"""A request without an answer, or with half of one: nobody knows whether it was taken."""

_AGAIN = frozenset({429, 502, 503, 504})
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0


class Undelivered(Exception):
    """A delivery was not taken, and posting stopped."""


class NoCredential(Undelivered):
    """There is no key and secret for the platform of a delivery."""


class Refused(Undelivered):
    """The endpoint will not take a delivery: `status`, and `code` and `path` of its error if it has them."""

    def __init__(self, platform: str, status: int, code: str, path: str, message: str) -> None:
        where = f" at {path}" if path else ""
        super().__init__(f"{platform}: answered {status} {code}{where}: {message}")
        self.status = status
        self.code = code
        self.path = path


class NotAsSent(Undelivered):
    """An acknowledgement does not name as many statements as were sent."""


class Exhausted(Undelivered):
    """The endpoint did not take anything for too long."""


@dataclass(slots=True)
class Delivered:
    """What was posted. `sent`: statements in all requests, retried ones as often as they were sent;
    `acknowledged`: statements of deliveries answered 200; `retries`: requests beyond the first of a
    delivery.
    """

    sent: int = 0
    requests: int = 0
    retries: int = 0
    acknowledged: int = 0
    seconds: float = 0.0


async def deliver(
    deliveries: Iterable[Delivery],
    url: str,
    credentials: Mapping[str, tuple[str, str]],
    *,
    concurrency: int = 8,
    progress: Callable[[int], None] = lambda _: None,
    patience: float = PATIENCE,
) -> Delivered:
    """Post every delivery until it is acknowledged, up to `concurrency` at a time, taken as they are needed.

    `credentials`: key and secret by platform. `progress` is told how many statements each
    acknowledgement adds. What is not acknowledged is sent again as it was, so nothing is lost, and the ids
    make it harmless. Raises an `Undelivered` at the first delivery that cannot be.
    """
    began = time.monotonic()
    async with _session(concurrency) as session:
        post = _Post(session, f"{url.rstrip('/')}/xapi/statements", credentials, progress, patience)
        queue = iter(deliveries)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(post.all(queue))
        except ExceptionGroup as failures:
            # The workers fail for one reason, or for the same one at once; the first tells it.
            raise failures.exceptions[0] from None
    post.delivered.seconds = time.monotonic() - began
    return post.delivered


@asynccontextmanager
async def _session(concurrency: int) -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=concurrency)
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield session


class _Post:
    """The workers' common state: one session, one count, one clock of the last success."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        credentials: Mapping[str, tuple[str, str]],
        progress: Callable[[int], None],
        patience: float,
    ) -> None:
        self.delivered = Delivered()
        self._session = session
        self._url = url
        self._authorizations = {
            platform: "Basic " + b64encode(f"{key}:{secret}".encode()).decode()
            for platform, (key, secret) in credentials.items()
        }
        self._progress = progress
        self._patience = patience
        self._last_success = time.monotonic()

    async def all(self, queue: Iterator[Delivery]) -> None:
        """Post what is left in the queue, which other workers empty as well."""
        for delivery in queue:
            await self._until_acknowledged(delivery)

    async def _until_acknowledged(self, delivery: Delivery) -> None:
        """The one retry policy: what the endpoint asks for, else twice as long as before."""
        wait = _FIRST_WAIT
        while (asked := await self._once(delivery)) is not None:
            if time.monotonic() - self._last_success > self._patience:
                raise Exhausted(
                    f"{delivery.platform}: nothing was acknowledged for {self._patience:g} s; {asked.reason}"
                )
            await asyncio.sleep(wait if asked.after is None else min(asked.after, self._patience))
            wait = min(wait * 2, _LONGEST_WAIT)
            self.delivered.retries += 1
        self._last_success = time.monotonic()
        self.delivered.acknowledged += delivery.statements
        self._progress(delivery.statements)

    async def _once(self, delivery: Delivery) -> _Again | None:
        """None if it was acknowledged, or why it has to be sent again."""
        self.delivered.requests += 1
        self.delivered.sent += delivery.statements
        try:
            async with self._session.post(
                self._url, data=delivery.body, headers=self._headers(delivery)
            ) as response:
                body = await response.read()
        except _BROKEN as error:
            return _Again(None, f"{type(error).__name__}: {error}")
        if response.status in _AGAIN:
            return _Again(_seconds(response.headers.get("Retry-After")), f"answered {response.status}")
        if response.status != 200:
            raise _refused(delivery.platform, response.status, body)
        if (count := _acknowledged(body)) != delivery.statements:
            raise NotAsSent(
                f"{delivery.platform}: sent {delivery.statements} statements, {count} were acknowledged"
            )
        return None

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        authorization = self._authorizations.get(delivery.platform)
        if authorization is None:
            raise NoCredential(f"{delivery.platform}: no key and secret were given for this platform")
        return {
            "Authorization": authorization,
            "Content-Type": "application/json",
            "X-Experience-API-Version": delivery.version,
        }


@dataclass(frozen=True, slots=True)
class _Again:
    """Why a request is to be repeated, and after how many seconds if the endpoint said so."""

    after: float | None
    reason: str


def _seconds(retry_after: str | None) -> float | None:
    """Seconds of the header Retry-After; a date, which the store does not send, is as good as nothing."""
    return float(retry_after) if retry_after is not None and retry_after.strip().isdecimal() else None


def _acknowledged(body: bytes) -> int:
    """How many ids the answer names; 0 for whatever is no array."""
    try:
        named = orjson.loads(body)
    except ValueError:
        return 0
    return len(named) if isinstance(named, list) else 0


def _refused(platform: str, status: int, body: bytes) -> Refused:
    try:
        error = orjson.loads(body)["error"]
        return Refused(platform, status, error["code"], error.get("path", ""), error["message"])
    except (ValueError, KeyError, TypeError):
        return Refused(platform, status, "without-code", "", body[:200].decode(errors="replace"))
