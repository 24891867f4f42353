"""Notes what an operator does with a command, before the command goes on."""

from __future__ import annotations

import os
import pwd
import time

from schemas.audit import Entry, What
from schemas.ports import AuditStore


def operator() -> str:
    """Who runs this process, as the machine calls them: by their number, which the environment does not
    change, as it does what `getpass` says.
    """
    number = os.getuid()
    try:
        return f"user:{pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"user:{number}"


async def note(store: AuditStore, what: What, amount: int = 1, about: str = "{}", platform: str = "") -> None:
    """Keep an entry; on return it is in the store."""
    now = time.time_ns() // 1_000_000
    await store.audit([Entry(now, operator(), platform, what, amount, about)])
