"""A platform's HTTP client: it says what was answered, and expects nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import aiohttp
import orjson

from schemas.xapi import parse_timestamp
from tests.acceptance.making import Json
from tests.acceptance.server import KEY, SECRET, Server, basic

STATEMENTS = "/xapi/statements"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body."""
        return orjson.loads(self.body)

    @property
    def error(self) -> tuple[int, str, str | None]:
        """Status, code and path of a refusal."""
        error = self.json()["error"]
        assert error["message"], error
        return self.status, error["code"], error.get("path")

    @property
    def ids(self) -> list[str]:
        """The ids of the statements of a page, or those that a POST was answered."""
        assert self.status == 200, (self.status, self.body)
        found = self.json()
        return [it if isinstance(it, str) else it["id"] for it in _listed(found)]

    @property
    def through(self) -> int:
        """The consistent-through header in milliseconds."""
        return parse_timestamp(self.headers["X-Experience-API-Consistent-Through"])


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else found["statements"]


class Client:
    """Asks a server wherever it is at the moment, with one credential; `async with` opens it."""

    def __init__(
        self, server: Server, key: str = KEY, secret: str = SECRET, *, version: str = "2.0.0"
    ) -> None:
        self.server = server
        self._base = {"Authorization": basic(key, secret), "X-Experience-API-Version": version}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Client:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """What it asks with."""
        assert self._session is not None, "the client is not open"
        return self._session

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of every request."""
        return self._base

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        data: bytes | AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str | None] | None = None,
        url: str | None = None,
    ) -> Answer:
        """One request; a header that is None is not sent."""
        given = {**self._base, **(headers or {})}
        async with self.session.request(
            method,
            f"{url or self.server.url}{path}",
            params=params,
            data=data,
            headers={name: value for name, value in given.items() if value is not None},
            skip_auto_headers=("Content-Type",),
        ) as response:
            return Answer(response.status, response.headers, await response.read())

    async def post(self, body: Json | list[Json], url: str | None = None) -> Answer:
        """POST statements."""
        headers = {"Content-Type": "application/json"}
        return await self.send("POST", STATEMENTS, data=orjson.dumps(body), headers=headers, url=url)

    async def put(self, statement: Json, identifier: str) -> Answer:
        """PUT a statement."""
        return await self.send(
            "PUT",
            STATEMENTS,
            params={"statementId": identifier},
            data=orjson.dumps(statement),
            headers={"Content-Type": "application/json"},
        )

    async def get(self, **parameters: str) -> Answer:
        """GET statements."""
        return await self.send("GET", STATEMENTS, params=parameters)

    async def store(self, *statements: Json) -> list[str]:
        """POST a batch that must be taken; returns the ids."""
        answer = await self.post(list(statements))
        assert answer.status == 200, answer.body
        return answer.ids

    async def pages(self, **parameters: str) -> AsyncIterator[Answer]:
        """Every page, following `more`."""
        answer = await self.get(**parameters)
        yield answer
        while answer.status == 200 and (more := answer.json()["more"]):
            answer = await self.send("GET", more)
            yield answer

    async def listing(self, **parameters: str) -> list[str]:
        """The ids of all pages."""
        return [it async for page in self.pages(**parameters) for it in page.ids]

    async def report(self, path: str, **parameters: str) -> Any:
        """A report that must be answered."""
        answer = await self.send("GET", f"/reports/{path}", params=parameters)
        assert answer.status == 200, answer.body
        return answer.json()
