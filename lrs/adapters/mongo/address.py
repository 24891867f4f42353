"""From an address to a client: which database, and what a client of ours insists on."""

from __future__ import annotations

import warnings
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo.errors import PyMongoError

from schemas.errors import StoreError

Client = AsyncIOMotorClient[dict[str, Any]]
Database = AsyncIOMotorDatabase[dict[str, Any]]

DATABASE = "lrs"
"""The database where the address names none."""

_INSISTED: dict[str, Any] = {
    # what returns is on the disks of a majority, and what is read will not be rolled back
    "w": "majority",
    "journal": True,
    "readConcernLevel": "majority",
    "readPreference": "primary",
    "retryWrites": True,
    "retryReads": True,
    "uuidRepresentation": "standard",
    "tz_aware": True,
}
_DEFAULTS: dict[str, Any] = {
    # milliseconds; nothing waits for ever, be it for a server, a connection, an answer, or a majority
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 5_000,
    "waitQueueTimeoutMS": 10_000,
    "socketTimeoutMS": 30_000,
    "wTimeoutMS": 20_000,
    "appname": "lrs",
}
_PATIENCE = {"socketTimeoutMS", "wTimeoutMS"}
"""What bounds an operation that is under way."""


def database_name(url: str, database: str | None = None) -> str:
    """The database that is meant: the one given, or the path of the address. Raises StoreError where it is
    no address of MongoDB.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _refused() from None
    if parts.scheme not in {"mongodb", "mongodb+srv"} or not parts.netloc:
        raise StoreError("no address of MongoDB: write mongodb://host:port/database")
    return database or unquote(parts.path.strip("/")) or DATABASE


def connect(url: str, *, patience: bool = True) -> Client:
    """A client that connects when it is first used. Times in the address go before ours; without
    `patience` no operation has a bound. Raises StoreError where the driver does not take the address.
    """
    said = {name.lower() for name in parse_qs(urlsplit(url).query, keep_blank_values=True)}
    options = {name: value for name, value in _DEFAULTS.items() if name.lower() not in said}
    if not patience:
        options = {name: value for name, value in options.items() if name not in _PATIENCE}
    try:
        with warnings.catch_warnings():
            # an option that the driver would leave out with a warning was meant for something
            warnings.simplefilter("error", UserWarning)
            return AsyncIOMotorClient(url, **options, **_INSISTED)
    except (PyMongoError, ValueError, TypeError, UserWarning):
        # without the cause, which may quote the address with its password
        raise _refused() from None


def _refused() -> StoreError:
    return StoreError("MongoDB: the driver does not take this address or one of its options")
