"""A statement as a line of an export."""

from __future__ import annotations

import orjson

from schemas.document import StoredStatement


def line(statement: StoredStatement) -> bytes:
    """One line of NDJSON, without its end: where the statement stands in the log, whose it is, whether a void
    marks it, and last the statement, in the very bytes in which it is stored.
    """
    said = {
        "log": statement.log,
        "partition": statement.partition,
        "offset": statement.offset,
        "platform": statement.platform,
        "voided": statement.voided,
    }
    return orjson.dumps(said)[:-1] + b',"statement":' + statement.text + b"}"
