"""Servers as acceptance tests have them, and a reader that speaks the version of the clients."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.acceptance.client import Client
from tests.acceptance.conftest import engines, pytest_runtest_makereport, server
from tests.acceptance.server import Server

__all__ = ["engines", "pytest_runtest_makereport", "reader", "server"]


@pytest.fixture
async def reader(server: Server) -> AsyncIterator[Client]:
    """A client of the tests' own, which sees what the others left."""
    async with Client(server, version="1.0.3") as opened:
        yield opened
