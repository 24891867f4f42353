"""StatementRefs: pointers to other statements (xAPI 1.0.3 Data 2.4.4.3)."""

from typing import Any

from schemas.xapi.scalar import one_of
from schemas.xapi.table import Table, check_fields, require
from schemas.xapi.uuids import check_uuid

_REFERENCE: Table = {"objectType": one_of("StatementRef"), "id": check_uuid}


def check_reference(value: object) -> None:
    """Raises Invalid unless the value is a StatementRef; its target need not exist."""
    require(check_fields(value, _REFERENCE, "a StatementRef object"), "objectType", "id")


def reference(statement: dict[str, Any]) -> str | None:
    """The canonical id of the statement that a checked statement's object refers to, or None."""
    target = statement["object"]
    if target.get("objectType") != "StatementRef":
        return None
    identifier: str = target["id"]
    return identifier.lower()
