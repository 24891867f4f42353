"""A multi-document transaction, of which nothing stays open whatever happens to its caller."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo.read_concern import ReadConcern

from lrs.adapters.mongo.address import Client
from lrs.adapters.mongo.failure import translated

Session = AsyncIOMotorClientSession
T = TypeVar("T")


class Transaction:
    """A transaction that is open on a session of its own, one operation at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._under_way: asyncio.Future[Any] | None = None

    async def run(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """The result of `work` in the transaction. Raises Unavailable where it met another one: nothing of
        it was written, and all of it is to be done again.
        """

        async def job() -> T:
            with translated():
                return await work(self._session)

        # a cancelled caller leaves the driver's thread at work, and a session is for one at a time
        task = asyncio.ensure_future(job())
        self._under_way = task
        return await asyncio.shield(task)

    async def commit(self) -> None:
        """Make all of it durable. Where it raises Unavailable, it was written whole or not at all."""
        await self.run(lambda session: session.commit_transaction())

    async def end(self) -> None:
        """Undo what was not committed."""
        if self._under_way is not None:
            with suppress(Exception):
                await self._under_way
        # what is open is aborted with it, and is gone on the server even where that cannot be told
        await self._session.end_session()


class Transactions:
    """What begins transactions on a client, and knows those that are still ending."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._ending: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """A transaction that is committed where the block is left without an exception."""
        with translated():
            session = await self._client.start_session()
            session.start_transaction(read_concern=ReadConcern("snapshot"))
        transaction = Transaction(session)
        try:
            yield transaction
            await transaction.commit()
        finally:
            ending = asyncio.create_task(transaction.end())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
            await asyncio.shield(ending)

    async def close(self) -> None:
        """Wait for those that are ending."""
        await asyncio.gather(*self._ending, return_exceptions=True)
