"""The edge: an error of the driver becomes an error of the ports, here and nowhere else.

No message holds an address: it may have a password in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    OperationFailure,
    PyMongoError,
)

from schemas.errors import StoreError, TooMuch, Unacceptable, Unavailable

DUPLICATE_KEY = 11000
TOO_LARGE = 388
"""TransactionTooLargeForCache: the same transaction would fail again."""

_AGAIN = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")
"""Labels that a server or the driver gives to what may go well the next time."""
_UNAVAILABLE = {
    6,  # HostUnreachable
    7,  # HostNotFound
    24,  # LockTimeout
    43,  # CursorNotFound
    46,  # LockBusy
    50,  # MaxTimeMSExpired
    63,  # StaleShardVersion
    64,  # WriteConcernFailed
    89,  # NetworkTimeout
    91,  # ShutdownInProgress
    100,  # UnsatisfiableWriteConcern
    112,  # WriteConflict
    117,  # ConflictingOperationInProgress
    133,  # FailedToSatisfyReadPreference
    134,  # ReadConcernMajorityNotAvailableYet
    150,  # StaleEpoch
    175,  # QueryPlanKilled
    189,  # PrimarySteppedDown
    202,  # NetworkInterfaceExceededTimeLimit
    237,  # CursorKilled
    239,  # SnapshotTooOld
    246,  # SnapshotUnavailable
    251,  # NoSuchTransaction
    262,  # ExceededTimeLimit
    267,  # PreparedTransactionInProgress
    290,  # TransactionExceededLifetimeLimitSeconds
    365,  # TemporarilyUnavailable
    9001,  # SocketException
    10107,  # NotWritablePrimary
    11600,  # InterruptedAtShutdown
    11601,  # Interrupted
    11602,  # InterruptedDueToReplStateChange
    13388,  # StaleConfig
    13435,  # NotPrimaryNoSecondaryOk
    13436,  # NotPrimaryOrSecondary
    14031,  # OutOfDiskSpace
}
_UNACCEPTABLE = {
    22,  # InvalidBSON
    121,  # DocumentValidationFailure
    10334,  # BSONObjectTooLarge
    17280,  # KeyTooLong
    17419,  # an update would make the document too large
    17420,  # an upsert would make the document too large
}
_WHAT_TO_DO = {
    13: "the user may not do this: grant it the role readWrite on the database (dbAdmin for `lrs migrate`)",
    18: "the user or the password is wrong, or authSource names another database than the user's",
    20: "transactions need a replica set or a sharded cluster: start mongod with --replSet",
    263: "this needs a replica set or a sharded cluster of MongoDB 5.0 or later",
    8000: "the user or the password is wrong, or authSource names another database than the user's",
}


def translate(error: Exception) -> StoreError:
    """The error of the ports that this one is."""
    if isinstance(error, BulkWriteError):
        return _of_many(error.details)
    if isinstance(error, BSONError | OverflowError | UnicodeError):
        return Unacceptable(f"MongoDB cannot hold this value: {_brief(error)}")
    if isinstance(error, ConfigurationError):
        # what the driver says here may quote the address
        return StoreError("MongoDB: the driver does not take this address or one of its options")
    if isinstance(error, OperationFailure):
        labels = any(error.has_error_label(label) for label in _AGAIN)
        return _of_code(error.code, str(error.details.get("errmsg")) if error.details else "", again=labels)
    if isinstance(error, ConnectionFailure) or (isinstance(error, PyMongoError) and error.timeout):
        return Unavailable(f"MongoDB does not answer: {_brief(error)}")
    return StoreError(f"MongoDB: {_brief(error)}")


@contextmanager
def translated() -> Iterator[None]:
    """Raise what `translate` makes of a driver's error raised within."""
    try:
        yield
    except (PyMongoError, BSONError, OverflowError, UnicodeError) as error:
        raise translate(error) from error


def _of_many(details: Any) -> StoreError:
    """One error for all of an unordered write: what can never succeed goes before what may the next time."""
    failures = [
        _of_code(it.get("code"), str(it.get("errmsg")), again=False) for it in details.get("writeErrors", ())
    ]
    if details.get("writeConcernErrors") or not failures:
        failures.append(Unavailable("MongoDB: the write is not yet on a majority of members"))
    for kind in (Unacceptable, Unavailable, StoreError):
        for failure in failures:
            if isinstance(failure, kind):
                return failure
    return failures[0]


def _of_code(code: int | None, message: str, *, again: bool) -> StoreError:
    text = f"MongoDB: {message[:500]}"
    if code in _UNACCEPTABLE:
        return Unacceptable(text)
    if code == TOO_LARGE:
        return TooMuch(text)
    if again or code in _UNAVAILABLE:
        return Unavailable(text)
    if code in _WHAT_TO_DO:
        return StoreError(f"{text}: {_WHAT_TO_DO[code]}")
    return StoreError(f"{text} (code {code})")


def _brief(error: Exception) -> str:
    if isinstance(error, BSONError) and not isinstance(error, DocumentTooLarge):
        # what the driver says here may quote the whole document
        return type(error).__name__
    return (str(error) or type(error).__name__)[:500]
