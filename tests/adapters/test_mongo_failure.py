"""Errors of the driver, and what they are in the tree of the ports."""

from __future__ import annotations

from typing import Any

import pytest
from bson.errors import InvalidDocument
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    DocumentTooLarge,
    ExecutionTimeout,
    InvalidOperation,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
    WriteError,
    WTimeoutError,
)

from lrs.adapters.mongo.failure import translate, translated
from schemas.errors import StoreError, Unacceptable, Unavailable


def labelled(label: str) -> OperationFailure:
    return OperationFailure("labelled", 1, {"errmsg": "labelled", "errorLabels": [label]})


def many(*codes: int, unconfirmed: bool = False) -> BulkWriteError:
    details: dict[str, Any] = {
        "writeErrors": [{"index": at, "code": code, "errmsg": f"{code}"} for at, code in enumerate(codes)],
        "writeConcernErrors": [{"code": 64, "errmsg": "waiting for replication timed out"}] * unconfirmed,
    }
    return BulkWriteError(details)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (AutoReconnect("connection closed"), Unavailable),
        (NetworkTimeout("timed out"), Unavailable),
        (NotPrimaryError("not primary"), Unavailable),
        (ServerSelectionTimeoutError("nobody there"), Unavailable),
        (WaitQueueTimeoutError("pool"), Unavailable),
        (ExecutionTimeout("exceeded", 50, {"errmsg": "exceeded"}), Unavailable),
        (WTimeoutError("replication", 64, {"errmsg": "replication"}), Unavailable),
        (WriteConcernError("no quorum", 100, {"errmsg": "no quorum"}), Unavailable),
        (OperationFailure("conflict", 112, {"errmsg": "conflict"}), Unavailable),
        (OperationFailure("no such transaction", 251, {"errmsg": "gone"}), Unavailable),
        (labelled("TransientTransactionError"), Unavailable),
        (labelled("UnknownTransactionCommitResult"), Unavailable),
        (labelled("RetryableWriteError"), Unavailable),
        (many(112), Unavailable),
        (many(unconfirmed=True), Unavailable),
        (many(11000, 91), Unavailable),
        (many(91, 121), Unacceptable),
        (WriteError("validation", 121, {"errmsg": "validation"}), Unacceptable),
        (OperationFailure("too large", 10334, {"errmsg": "too large"}), Unacceptable),
        (DocumentTooLarge("too large"), Unacceptable),
        (InvalidDocument("key with NUL"), Unacceptable),
        (OverflowError("8-byte ints"), Unacceptable),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"), Unacceptable),
        (OperationFailure("no such command", 59, {"errmsg": "no such command"}), StoreError),
        (InvalidOperation("after close"), StoreError),
        (ConfigurationError("mongodb://user:secret@host"), StoreError),
    ],
)
def test_every_error_has_its_place(error: Exception, kind: type[StoreError]) -> None:
    found = translate(error)
    assert type(found) is kind
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("code", "advice"), [(18, "authSource"), (13, "readWrite"), (20, "replSet"), (263, "replica set")]
)
def test_what_an_operator_can_mend_says_how(code: int, advice: str) -> None:
    found = translate(OperationFailure("refused", code, {"errmsg": "refused"}))
    assert type(found) is StoreError
    assert "refused" in str(found) and advice in str(found)


def test_an_error_is_wrapped_with_its_cause_and_others_pass() -> None:
    cause = AutoReconnect("closed")
    with pytest.raises(Unavailable) as raised, translated():
        raise cause
    assert raised.value.__cause__ is cause
    with pytest.raises(ValueError, match="cursor"), translated():
        raise ValueError("not a cursor")
