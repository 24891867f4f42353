"""What a worker is told (the generator of load is one), and what it answers: a JSON line each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import orjson

CREDENTIAL = "bench:secret"
"""Key and secret of the development credential with which the servers are started."""
STATEMENTS = "/xapi/statements"


@dataclass(frozen=True, slots=True)
class Job:
    """A closed loop over so many connections, or writers, for so many seconds, after a warm-up.

    *post*: requests of `batch` statements each (1: the statement itself); with `distinct` no id is sent
    twice, without it (the limit knows no ids) the warm-up's requests are sent over and over; `shuffled`
    takes them in any order of a year instead of in time order. *get*: `paths`
    over and over, or if there are none, the statements by id of which the last job had answers. The
    connections spread over the `ports`.

    For `appender`: *commit*, the endpoint's way into the log, and *produce*, that of a bare producer. For
    `inserter`: *insert*, documents until all are in the collection.
    """

    kind: Literal["post", "get", "commit", "produce", "insert"]
    connections: int
    seconds: float
    batch: int = 1
    ports: tuple[int, ...] = ()
    distinct: bool = True
    shuffled: bool = False
    paths: tuple[str, ...] = ()

    def line(self) -> bytes:
        """The job as a line."""
        return orjson.dumps(asdict(self)) + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> Job:
        """The job of a line."""
        said = orjson.loads(line)
        return cls(**{**said, "ports": tuple(said["ports"]), "paths": tuple(said["paths"])})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job went.

    `began`, `ended`: seconds of the machine's monotonic clock, at the first request and at the last answer.
    `retries`: answers 503 with Retry-After; such a request's latency runs from when it was first sent.
    `latencies`: milliseconds, p50 and p99. `size`: bytes of an answer's body on average. `cpu`: seconds that
    the worker itself used. `short`: the prepared requests were used up before the time was.
    """

    requests: int
    began: float
    ended: float
    retries: int
    latencies: tuple[float, float]
    size: float
    cpu: float
    short: bool

    @property
    def seconds(self) -> float:
        """From the first request to the last answer."""
        return self.ended - self.began

    @property
    def rate(self) -> float:
        """Requests answered a second."""
        return self.requests / self.seconds

    def plain(self) -> dict[str, Any]:
        """As it is said."""
        return asdict(self)
