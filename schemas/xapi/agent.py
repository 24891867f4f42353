"""Agents and groups (xAPI 1.0.3 Data 2.4.2), and who may be an authority (Data 2.4.9)."""

import re
from typing import Any

from schemas.xapi.invalid import Code, Invalid, wrong_type
from schemas.xapi.iri import check_iri
from schemas.xapi.scalar import check_string, one_of
from schemas.xapi.table import Table, check_fields, check_items, require
from schemas.xapi.version import Version

_ADDRESS = r"[^\x00-\x20@<>()\[\],;:?\"\\\x7f-\x9f\s]+"
_MBOX = re.compile(rf"mailto:{_ADDRESS}@{_ADDRESS}")
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")


def _check_mbox(value: object) -> None:
    if type(value) is not str:
        raise wrong_type(value, "a mailto IRI as a string")
    if _MBOX.fullmatch(value) is None:
        raise Invalid(Code.BAD_MBOX, "Send mailto: and one e-mail address, such as mailto:an@example.vn.")


def _check_sha1(value: object) -> None:
    if type(value) is not str:
        raise wrong_type(value, "a SHA-1 hash as a string")
    if _SHA1.fullmatch(value) is None:
        raise Invalid(Code.BAD_HASH, "Send the SHA-1 hash of the mailto IRI as 40 hexadecimal digits.")


_ACCOUNT: Table = {"homePage": check_iri, "name": check_string}


def _check_account(value: object) -> None:
    fields = check_fields(value, _ACCOUNT, "an account object")
    if len(fields) != 2:
        require(fields, "homePage", "name")


def _check_member(value: object) -> None:
    """An agent as a member; a group there is named as such, not as an unknown key."""
    if type(value) is dict and value.get("objectType") == "Group":
        raise Invalid(Code.NESTED_GROUP, "List the agents: a group cannot be a member.", "objectType")
    check_single_agent(value)


def _check_members(value: object) -> None:
    check_items(value, _check_member, "an array of agents")


_AGENT: Table = {
    "objectType": one_of("Agent"),
    "name": check_string,
    "mbox": _check_mbox,
    "mbox_sha1sum": _check_sha1,
    "openid": check_iri,
    "account": _check_account,
}
_ACTOR: Table = {**_AGENT, "objectType": one_of("Agent", "Group")}
_GROUP: Table = {**_AGENT, "objectType": one_of("Group"), "member": _check_members}


def check_single_agent(value: object, table: Table = _AGENT) -> None:
    """An Agent: objectType may be left out, exactly one inverse functional identifier (Data 2.4.2.1)."""
    fields = check_fields(value, table, "an agent object")
    _count_identifiers(len(fields) - ("objectType" in fields) - ("name" in fields))


def check_group(value: object) -> None:
    """A Group: identified by one identifier, or anonymous with members; no nested groups (Data 2.4.2.2)."""
    fields = check_fields(value, _GROUP, "a group object")
    require(fields, "objectType")
    identifiers = len(fields) - 1 - ("name" in fields) - ("member" in fields)
    if identifiers:
        _count_identifiers(identifiers)
    elif not fields.get("member"):
        raise Invalid(Code.GROUP_WITHOUT_MEMBERS, "List the members of this anonymous group in member.")


def check_actor(value: object) -> None:
    """An Agent, or a Group when objectType says so (Data 2.4.2)."""
    if type(value) is dict and value.get("objectType") == "Group":
        check_group(value)
    else:
        check_single_agent(value, _ACTOR)


def check_authority(value: object) -> None:
    """An Agent, or for 3-legged OAuth an anonymous Group of two Agents (Data 2.4.9)."""
    check_actor(value)
    if type(value) is dict and value.get("objectType") == "Group":
        members = value.get("member", ())
        anonymous = len(value) == 2 + ("name" in value)
        if not anonymous or len(members) != 2:
            raise Invalid(Code.BAD_AUTHORITY, "Send an agent, or an anonymous group of exactly two agents.")


def check_agent(value: object, version: Version) -> dict[str, Any]:
    """The `agent` parameter of a request: an Agent or an identified Group; the same rules in both versions.

    Raises Invalid `identifier-missing` for an anonymous group: nothing can be looked up by it.
    """
    del version
    check_actor(value)
    if type(value) is not dict:
        raise wrong_type(value, "an agent object")
    if value.keys().isdisjoint(IDENTIFIERS):
        _count_identifiers(0)
    return value


IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
"""The keys of the inverse functional identifiers (Data 2.4.2.3)."""


def _count_identifiers(count: int) -> None:
    if count == 0:
        raise Invalid(Code.IDENTIFIER_MISSING, "Add one of mbox, mbox_sha1sum, openid or account.")
    if count > 1:
        raise Invalid(Code.IDENTIFIER_SEVERAL, "Keep one of mbox, mbox_sha1sum, openid and account.")
