"""What `lrs migrate` does to a database: makes collections, indexes and validators, and notes the format."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from pymongo.errors import OperationFailure

from lrs.adapters.mongo.address import Client, Database, connect, database_name
from lrs.adapters.mongo.collections import COLLECTIONS, Kept
from lrs.adapters.mongo.failure import translated
from schemas.errors import FormatTooNew, NotPrepared, StoreError

FORMAT = 4
"""The format of the collections, which this program writes: 2 has documents, activities and erasures, 3
series, imports of plans, the audit trail and editions, 4 links.
"""
META = {"_id": "store"}
SHARDED = "isdbgrid"
"""What the router of a sharded cluster says of itself."""
_EXISTS = 48


async def migrate(url: str, *, database: str | None = None, shard: bool = False) -> list[str]:
    """Make what is missing, and say line by line what was made; nothing where all is there.

    May run again at any time, also beside programs that use the store. With `shard`, and where the address
    is a sharded cluster's, the collections are sharded as `lrs.adapters.mongo.collections` says. Raises
    FormatTooNew, StoreError.
    """
    name = database_name(url, database)
    # without a bound: an index on many statements takes its time
    client = connect(url, patience=False)
    try:
        with translated():
            return await _migrate(client, client[name], shard)
    finally:
        client.close()


async def check(database: Database) -> None:
    """Return if this program can work with the database. Raises NotPrepared, FormatTooNew, StoreError."""
    if not has_transactions(await database.client.admin.command("hello")):
        raise StoreError("MongoDB: this server is no member of a replica set: start mongod with --replSet")
    said = await database["meta"].find_one(META)
    if said is None:
        raise NotPrepared(f"the database {database.name} is not there yet: run `lrs migrate`")
    _refuse_newer(database, said)
    if said["format"] < FORMAT:
        raise NotPrepared(
            f"{database.name} has format {said['format']} instead of {FORMAT}: run `lrs migrate`"
        )


def has_transactions(hello: Mapping[str, Any]) -> bool:
    """Whether a server that says this of itself has multi-document transactions."""
    return "setName" in hello or hello.get("msg") == SHARDED


def _refuse_newer(database: Database, said: dict[str, Any]) -> None:
    if said["format"] > FORMAT:
        raise FormatTooNew(
            f"{database.name} has format {said['format']}, this program knows up to {FORMAT}: "
            "use a newer program"
        )


async def _migrate(client: Client, database: Database, shard: bool) -> list[str]:
    said = await database["meta"].find_one(META)
    if said is not None:
        _refuse_newer(database, said)
    lines: list[str] = []
    there = {it["name"]: it.get("options", {}) async for it in await database.list_collections()}
    for kept in COLLECTIONS:
        lines += await _prepare(database, kept, there.get(kept.name))
    if shard:
        lines += await _shard(client, database)
    # last: until then the database is not prepared
    await database["meta"].update_one(
        META, {"$set": {"format": FORMAT}, "$setOnInsert": {"id": secrets.token_hex(4)}}, upsert=True
    )
    if said is None or said["format"] != FORMAT:
        lines.append(f"format {FORMAT} in {database.name}")
    return lines


async def _prepare(database: Database, kept: Kept, options: dict[str, Any] | None) -> list[str]:
    """Make what is missing of a collection; `options`: those of the one that is there."""
    lines: list[str] = []
    if options is None:
        try:
            await database.create_collection(kept.name, validator=kept.validator, check_exists=False)
            lines.append(f"collection {kept.name}")
        except OperationFailure as error:
            # another program makes it at this moment
            if error.code != _EXISTS:
                raise
    elif options.get("validator") != kept.validator:
        await database.command("collMod", kept.name, validator=kept.validator)
        lines.append(f"validator of {kept.name}")
    if kept.indexes:
        before = await database[kept.name].index_information()
        made = await database[kept.name].create_indexes(list(kept.indexes))
        lines += [f"index {name} on {kept.name}" for name in made if name not in before]
    return lines


async def _shard(client: Client, database: Database) -> list[str]:
    if (await client.admin.command("hello")).get("msg") != SHARDED:
        raise StoreError("this is no sharded cluster: give the address of a mongos, or leave sharding out")
    await client.admin.command("enableSharding", database.name)
    lines: list[str] = []
    for kept in COLLECTIONS:
        if kept.shard_key is not None:
            await client.admin.command("shardCollection", f"{database.name}.{kept.name}", key=kept.shard_key)
            lines.append(f"{kept.name} sharded by {kept.shard_key}")
    return lines
