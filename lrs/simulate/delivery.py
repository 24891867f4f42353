"""Deliveries: what a platform posts, request by request, with the disorder of real networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

import orjson

from lrs.simulate.statement import Json

LARGEST = 50
"""Statements in one delivery, at most."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The body of one POST request. `version` is that of xAPI in its header; `statements` their number.

    The body is an array; or the statement itself, where there is one.
    """

    platform: str
    version: str
    body: bytes
    statements: int


class _Outgoing(NamedTuple):
    """A statement to be sent; `due` says when, and nothing is compared beyond `number`."""

    due: float
    number: int
    identifier: str
    json: bytes


class Outbox:
    """What one platform has still to send.

    Statements leave in the order in which they are due, in batches of random size. `repeats` is the share of
    deliveries that are sent again as they are, some deliveries later. Memory holds what is not yet due.
    """

    def __init__(self, platform: str, random: Random, *, version: str, repeats: float) -> None:
        self._platform = platform
        self._random = random
        self._version = version
        self._repeats = repeats
        self._pending: list[_Outgoing] = []
        self._batch: dict[str, bytes] = {}
        self._size = self._next_size()
        self._again: dict[int, list[Delivery]] = {}
        self._number = 0
        self._made = 0

    def put(self, statement: Mapping[str, object], *due: float) -> None:
        """Have a statement sent when it is due; once for each `due`, so a second one makes a duplicate."""
        identifier = str(statement["id"])
        json = orjson.dumps(statement)
        for moment in due:
            self._number += 1
            self._pending.append(_Outgoing(moment, self._number, identifier, json))

    def collect(self, until: float) -> Iterator[Delivery]:
        """The deliveries of what is due before `until`; a batch that is not full waits for more."""
        self._pending.sort()
        ready = next((at for at, it in enumerate(self._pending) if it.due >= until), len(self._pending))
        going, self._pending = self._pending[:ready], self._pending[ready:]
        for outgoing in going:
            # A batch must not name an id twice.
            if len(self._batch) >= self._size or outgoing.identifier in self._batch:
                yield from self._flush()
            self._batch[outgoing.identifier] = outgoing.json

    def close(self) -> Iterator[Delivery]:
        """The deliveries of everything that is left."""
        yield from self.collect(float("inf"))
        if self._batch:
            yield from self._flush()
        for at in sorted(self._again):
            yield from self._again[at]
        self._again = {}

    def _flush(self) -> Iterator[Delivery]:
        statements = list(self._batch.values())
        body = statements[0] if len(statements) == 1 else b"[" + b",".join(statements) + b"]"
        delivery = Delivery(self._platform, self._version, body, len(statements))
        self._batch = {}
        self._size = self._next_size()
        yield delivery
        yield from self._again.pop(self._made, ())
        if self._random.random() < self._repeats:
            self._again.setdefault(self._made + self._random.randint(1, 20), []).append(delivery)
        self._made += 1

    def _next_size(self) -> int:
        return 1 if self._random.random() < 0.1 else self._random.randint(2, LARGEST)


def statements(delivery: Delivery) -> list[Json]:
    """The statements of a delivery, parsed."""
    body = orjson.loads(delivery.body)
    return body if isinstance(body, list) else [body]
