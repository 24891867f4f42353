"""Logs whose appends are held back or fail, and statements to append."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson

from lrs.adapters.sqlite.log import SqliteLog
from schemas.document import Document
from schemas.errors import StoreError
from schemas.record import STATEMENTS, Appended, NewRecord, Position

AUTHORITY = {"objectType": "Agent", "account": {"homePage": "https://lrs.example.vn", "name": "one"}}


def statement(**more: object) -> dict[str, object]:
    """A small valid statement."""
    return {
        "actor": {"account": {"homePage": "https://one.example.vn", "name": "an"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://one.example.vn/lessons/1"},
        **more,
    }


def identifier(number: int) -> str:
    """The id of a statement by number."""
    return str(UUID(int=number))


def records(*numbers: int) -> list[NewRecord]:
    """A record for each number, a statement as far as the endpoint reads it."""
    return [NewRecord(orjson.dumps({"id": identifier(it), "number": it})) for it in numbers]


def numbers_of(found: Sequence[object]) -> list[int]:
    """The numbers of records that were read."""
    return [orjson.loads(it.value)["number"] for it in found]  # type: ignore[attr-defined]


def document(number: int, stored: int = 1_745_000_000_000) -> Document:
    """A document to store."""
    return Document(
        id=identifier(number), log="log", partition=0, offset=number, stored=stored, platform="one",
        text=orjson.dumps({"id": identifier(number)}), terms=frozenset(), refers_to=None, voids=None,
        voids_any=False, subjects=("subject",),
    )  # fmt: skip


async def at_ends(log: SqliteLog, stored: int = 1) -> dict[int, Position]:
    """Positions of a projector that has passed everything."""
    log_id = await log.log_id(STATEMENTS)
    ends = await log.ends(STATEMENTS)
    return {partition: Position(log_id, partition, end, stored) for partition, end in ends.items()}


class Gate(SqliteLog):
    """A SQLite log whose appends wait for `open`, are counted, and fail where `failing` is set."""

    opened: asyncio.Event
    units: list[int]
    failing: type[StoreError] | None = None

    @classmethod
    def around(cls, log: SqliteLog) -> Gate:
        """The same log, closed to appends."""
        gate = cls(log._path, log._topics)
        gate.opened, gate.units = asyncio.Event(), []
        return gate

    async def append(self, topic: str, records: Mapping[int, Sequence[NewRecord]]) -> Mapping[int, Appended]:
        await self.opened.wait()
        self.units.append(sum(map(len, records.values())))
        if self.failing is not None:
            raise self.failing("as it was told")
        return await super().append(topic, records)
