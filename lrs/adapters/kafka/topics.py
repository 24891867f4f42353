"""What the cluster says of our topics, asked again when it is old: their ids and partitions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from aiokafka.client import AIOKafkaClient

from lrs.adapters.kafka.address import Address
from lrs.adapters.kafka.failure import translated
from lrs.adapters.kafka.identity import Identity, identities_anywhere
from schemas.errors import NotPrepared, StoreError, Unavailable, WrongLog
from schemas.record import TOPICS

FRESH = 1.0
"""Seconds for which an answer is good. A topic that is made anew is noticed after so long."""

ASKING = 1.0
"""Seconds that who needs a topic waits for an answer that is newer than what is known."""


class Topics:
    """Names → identities. A topic keeps the id it had when it was first seen here, or WrongLog is raised."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._client = AIOKafkaClient(**address.options())
        self._known: Mapping[str, Identity] = {}
        self._asked = float("-inf")
        self._asking = asyncio.Lock()

    async def start(self) -> None:
        """Connect, and look. Raises NotPrepared where a topic is missing."""
        with translated():
            await self._client.bootstrap()
        await self._ask()

    async def close(self) -> None:
        """Disconnect."""
        await self._client.close()

    async def of(self, topic: str) -> Identity:
        """The topic's identity, at most FRESH old where the cluster answers. Raises WrongLog."""
        if time.monotonic() - self._asked >= FRESH:
            async with self._asking:
                if time.monotonic() - self._asked >= FRESH:
                    try:
                        async with asyncio.timeout(ASKING):
                            await self._ask()
                    except (Unavailable, TimeoutError):
                        # what is to be done with the topic will say so, if it cannot be done
                        self._asked = time.monotonic()
        try:
            return self._known[topic]
        except KeyError:
            raise StoreError(f"there is no topic {topic}") from None

    async def _ask(self) -> None:
        names = {self._address.topic(topic): topic for topic in TOPICS}
        with translated():
            found = await identities_anywhere(self._client, list(names))
        now = {topic: found[name] for name, topic in names.items() if name in found}
        for name, topic in names.items():
            before = self._known.get(topic)
            if topic not in now:
                if before is not None:
                    raise WrongLog(f"the topic {name} is gone: restore it, or see `lrs migrate --help`")
                raise NotPrepared(f"there is no topic {name}: `lrs migrate` makes it")
            if before is not None and before.id != now[topic].id:
                raise WrongLog(f"the topic {name} was made anew while this process ran")
        self._known = now
        self._asked = time.monotonic()
