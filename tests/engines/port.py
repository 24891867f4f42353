"""Free ports of the loopback address."""

from __future__ import annotations

import random
import socket

RANGE = range(20_000, 32_000)
"""Below the ports that Linux gives to outgoing connections: none of those takes the port of an engine that is
down for a moment.
"""
TAKEN = "address already in use"
"""What engines write, in some case, when somebody else was quicker."""


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as asking:
        # As servers do: a connection that was closed a moment ago does not hold its port.
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asking.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(count: int) -> list[int]:
    """Different ports that are free now. Nothing keeps them so: be ready to choose again."""
    found: list[int] = []
    for port in random.sample(RANGE, len(RANGE)):
        if len(found) == count:
            break
        if is_free(port):
            found.append(port)
    return found


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as asking:
        asking.settimeout(1)
        return asking.connect_ex(("127.0.0.1", port)) == 0


def is_taken(error: Exception) -> bool:
    """Whether an engine says that somebody else has its port."""
    return TAKEN in str(error).lower()
