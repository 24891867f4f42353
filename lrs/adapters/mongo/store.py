"""The store in MongoDB."""

from __future__ import annotations

from lrs.adapters.mongo.activities import Activities
from lrs.adapters.mongo.address import Client, connect, database_name
from lrs.adapters.mongo.aggregates import Aggregates
from lrs.adapters.mongo.agreements import Agreements
from lrs.adapters.mongo.attachments import Attachments
from lrs.adapters.mongo.audit import Audit
from lrs.adapters.mongo.conflicts import Conflicts
from lrs.adapters.mongo.credentials import Credentials
from lrs.adapters.mongo.dead_letters import DeadLetters
from lrs.adapters.mongo.editions import Editions
from lrs.adapters.mongo.erasures import Erasures
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.links import Links
from lrs.adapters.mongo.migrate import check, migrate
from lrs.adapters.mongo.plans import Plans
from lrs.adapters.mongo.positions import Positions
from lrs.adapters.mongo.query import Queries
from lrs.adapters.mongo.resource_documents import ResourceDocuments
from lrs.adapters.mongo.rulesets import Rulesets
from lrs.adapters.mongo.statements import Statements
from lrs.adapters.mongo.subjects import Subjects
from lrs.adapters.mongo.transaction import Transactions
from schemas.ports import Store


class MongoStore(
    Statements,
    Erasures,
    Links,
    Activities,
    Queries,
    Conflicts,
    Positions,
    DeadLetters,
    Credentials,
    Aggregates,
    Rulesets,
    ResourceDocuments,
    Attachments,
    Plans,
    Audit,
    Editions,
    Agreements,
    Store,
):
    """A store in one database of a replica set or a sharded cluster."""

    def __init__(self, client: Client, database: str) -> None:
        self._client = client
        self._database = client[database]
        self._subjects = Subjects(self._database)
        self._transactions = Transactions(client)

    @classmethod
    async def open(cls, url: str, *, database: str | None = None, create: bool = False) -> MongoStore:
        """The store at an address (`mongodb://host:port,host:port/database`); the database is `lrs` where
        neither the address nor `database` names one. With `create` it is migrated first.

        Raises NotPrepared, FormatTooNew, StoreError.
        """
        name = database_name(url, database)
        if create:
            await migrate(url, database=name)
        store = cls(connect(url), name)
        try:
            with translated():
                await check(store._database)
        except BaseException:
            await store.close()
            raise
        return store

    async def close(self) -> None:
        await self._transactions.close()
        self._client.close()
