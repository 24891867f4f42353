"""Documents as platforms send them: the three resources, and a document of one that nobody else has."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from tests.acceptance.client import Answer, Client
from tests.acceptance.making import account

VERSIONS = ("1.0.3", "2.0.0")
JSON = {"Content-Type": "application/json"}
STATE, ACTIVITY_PROFILE, AGENT_PROFILE = (
    "/xapi/activities/state",
    "/xapi/activities/profile",
    "/xapi/agents/profile",
)
PATHS = (STATE, ACTIVITY_PROFILE, AGENT_PROFILE)
ID = {STATE: "stateId", ACTIVITY_PROFILE: "profileId", AGENT_PROFILE: "profileId"}
"""By path the parameter that names a document."""
OWNER = {STATE: ("activityId", "agent"), ACTIVITY_PROFILE: ("activityId",), AGENT_PROFILE: ("agent",)}
"""By path the parameters that say whose it is."""


def agent(name: str) -> str:
    """An agent as the parameter has it."""
    return json.dumps(account(name))


def owner(path: str) -> dict[str, str]:
    """Parameters that nobody has used before."""
    new = {"activityId": f"https://platform.example/{uuid4()}", "agent": agent(str(uuid4()))}
    return {name: new[name] for name in OWNER[path]}


@dataclass
class One:
    """A document, there or not, in one version of xAPI."""

    client: Client
    path: str
    version: str = "2.0.0"
    parameters: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parameters = self.parameters or {**owner(self.path), ID[self.path]: "document"}

    @property
    def owner(self) -> dict[str, str]:
        """The parameters without the document's id."""
        return {name: text for name, text in self.parameters.items() if name != ID[self.path]}

    async def send(
        self,
        method: str,
        data: bytes | AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str | None] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Answer:
        """A request about it, or with other parameters about another."""
        return await self.client.send(
            method,
            self.path,
            params=self.parameters if parameters is None else parameters,
            data=data,
            headers={"X-Experience-API-Version": self.version, **(headers or {})},
        )

    async def store(self, data: bytes = b'{"a":1}', headers: Mapping[str, str] | None = None) -> str:
        """Put it there, whatever is there; its ETag."""
        told = {**(JSON if headers is None else headers), "If-None-Match": '"none"'}
        answer = await self.send("PUT", data, told)
        assert answer.status == 204, answer.body
        return answer.headers["ETag"]

    async def content(self) -> bytes | None:
        """What is there."""
        answer = await self.send("GET")
        assert answer.status in (200, 404), answer.body
        return answer.body if answer.status == 200 else None

    async def ids(self, **parameters: str) -> list[str]:
        """The ids of the owner's documents."""
        answer = await self.send("GET", parameters={**self.owner, **parameters})
        assert answer.status == 200, answer.body
        found: list[str] = answer.json()
        return found
