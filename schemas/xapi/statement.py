"""Statements and SubStatements: the whole (xAPI 1.0.3 Data 2.2, 2.4; 2.0.0 4.2)."""

from typing import Any

from schemas.xapi.activity import check_activity
from schemas.xapi.agent import check_actor, check_authority, check_group, check_single_agent
from schemas.xapi.attachment import check_attachments, require_file_urls
from schemas.xapi.context import context_checker
from schemas.xapi.invalid import Code, Invalid, wrong_type
from schemas.xapi.reference import check_reference
from schemas.xapi.result import check_result
from schemas.xapi.table import Checker, Table, check_fields, require
from schemas.xapi.timestamp import timestamp_checker
from schemas.xapi.uuids import check_uuid
from schemas.xapi.verb import VOIDED, check_verb
from schemas.xapi.version import Version, statement_version_checker


def _nested(_value: object) -> None:
    raise Invalid(Code.NESTED_SUBSTATEMENT, "Put another object here: a SubStatement holds no SubStatement.")


def _object_checker(substatement: Checker) -> Checker:
    """The checker of `object`: its objectType picks the rules, Activity when left out (Data 2.4.4)."""
    kinds: Table = {
        "Activity": check_activity,
        "Agent": check_single_agent,
        "Group": check_group,
        "StatementRef": check_reference,
        "SubStatement": substatement,
    }

    def check_object(value: object) -> None:
        if type(value) is not dict:
            raise wrong_type(value, "an object")
        kind = value.get("objectType", "Activity")
        if type(kind) is not str:
            error = wrong_type(kind, f"one of: {', '.join(kinds)}")
            error.path.append("objectType")
            raise error
        check = kinds.get(kind)
        if check is None:
            raise Invalid(Code.BAD_VALUE, f"Send one of: {', '.join(kinds)}.", "objectType")
        check(value)

    return check_object


def _check_whole(fields: dict[str, Any]) -> None:
    """What holds between the properties of a statement or SubStatement whose values have been checked."""
    require(fields, "actor", "verb", "object")
    kind = fields["object"].get("objectType", "Activity")
    if fields["verb"]["id"] == VOIDED and kind != "StatementRef":
        message = "Make the object a StatementRef to the statement to void."
        raise Invalid(Code.VOID_WITHOUT_REFERENCE, message, "object")
    if kind == "Activity":
        return
    context = fields.get("context", ())
    for key in ("revision", "platform"):
        if key in context:
            raise Invalid(Code.ACTIVITY_ONLY, f"Remove {key}: the object is no activity.", "context", key)


def _tables(version: Version) -> Table:
    """The checkers of a statement's properties, those of a SubStatement in it included."""
    common: Table = {
        "actor": check_actor,
        "verb": check_verb,
        "result": check_result,
        "context": context_checker(version),
        "timestamp": timestamp_checker(version),
        "attachments": check_attachments,
    }
    inner: Table = {**common, "objectType": lambda _value: None, "object": _object_checker(_nested)}

    def check_substatement(value: object) -> None:
        _check_whole(check_fields(value, inner, "a SubStatement"))

    return {
        **common,
        "id": check_uuid,
        "object": _object_checker(check_substatement),
        "stored": timestamp_checker(version),
        "authority": check_authority,
        "version": statement_version_checker(version),
    }


_STATEMENT = {version: _tables(version) for version in Version}


def check_statement(value: object, version: Version, *, file_urls: bool = False) -> dict[str, Any]:
    """Returns the same object if it is a statement of this version; raises Invalid at the first fault.

    With `file_urls` every attachment must name its fileUrl: for an application/json body.
    """
    statement = check_fields(value, _STATEMENT[version], "a statement object")
    _check_whole(statement)
    if file_urls:
        require_file_urls(statement)
    return statement
