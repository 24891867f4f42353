"""What opens an adapter in the contract suites."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from schemas.ports import EventLog, Store

LogFactory = Callable[[], Awaitable[EventLog]]
"""Opens one log, again at each call."""
StoreFactory = Callable[[], Awaitable[Store]]
"""Opens one store, again at each call."""
