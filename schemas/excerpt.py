"""The excerpt of a statement that is given to a learner whom it names: the reverse of an erasure.

A learner may see what is kept about them, and nothing of others. So everybody else whom a statement names is
taken out of it, or OTHER stands there where the specification wants an agent. Where the learner is not the
actor, what the actor achieved is the actor's: the result goes, and so do the extensions.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from schemas.fact import learner_key
from schemas.xapi import Invalid, ifi

OTHER = {"objectType": "Agent", "account": {"homePage": "https://w3id.org/bdhvs/", "name": "other"}}
"""Stands where the specification wants an agent and another person was."""

_ROLES = frozenset({"actor", "object", "context"})
"""Properties of a statement that name people in their roles."""
_AGENTS = frozenset({"instructor", "team", "contextAgents", "contextGroups"})
"""The same of a context."""


def only(statement: dict[str, Any], learners: Collection[str]) -> dict[str, Any]:
    """The statement as it concerns these learners (see `schemas.fact.learner_key`), who are one person.

    Of a group only they stay, and what the group itself is. What has the form of another's agent where the
    specification has none, in extensions or in a record that is broken, goes too. Text stays as it is: of
    others in free text nothing is known.
    """
    left = _only(statement, learners)
    if "authority" in statement:
        left["authority"] = statement["authority"]
    return left


def is_actor(statement: dict[str, Any], learners: Collection[str]) -> bool:
    """Whether they are the actor, or a member of the group that is."""
    return _has(statement["actor"], learners)


def _only(statement: dict[str, Any], learners: Collection[str]) -> dict[str, Any]:
    left = {
        name: value if name in _ROLES else _anonymous(value, learners)
        for name, value in statement.items()
        if name != "authority"
    }
    own = is_actor(statement, learners)
    left["actor"] = _agent(statement["actor"], learners)
    target = statement["object"]
    kind = target.get("objectType")
    if kind in {"Agent", "Group"}:
        left["object"] = _agent(target, learners)
    elif kind == "SubStatement":
        left["object"] = _only(target, learners)
    else:
        left["object"] = _anonymous(target, learners)
    if not own:
        left.pop("result", None)
        left.pop("attachments", None)
    if "context" in left:
        left["context"] = _context(left["context"], learners, own=own)
        if not left["context"]:
            del left["context"]
    return left


def _context(context: dict[str, Any], learners: Collection[str], *, own: bool) -> dict[str, Any]:
    left = {
        name: value if name in _AGENTS else _anonymous(value, learners) for name, value in context.items()
    }
    for name in ("instructor", "team"):
        if name in left:
            if _has(left[name], learners):
                left[name] = _agent(left[name], learners)
            else:
                del left[name]
    for name, role in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in left:
            entries = [it for it in left[name] if _has(it[role], learners)]
            left[name] = [{**it, role: _agent(it[role], learners)} for it in entries]
            if not entries:
                del left[name]
    if not own:
        left.pop("extensions", None)
        left.pop("registration", None)
    return left


def _has(agent: dict[str, Any], learners: Collection[str]) -> bool:
    return _is(agent, learners) or any(_has(member, learners) for member in agent.get("member", ()))


def _is(agent: dict[str, Any], learners: Collection[str]) -> bool:
    identifier = _identifier(agent)
    return identifier is not None and learner_key(identifier) in learners


def _identifier(value: dict[str, Any]) -> str | None:
    try:
        return ifi(value)
    except (KeyError, TypeError, AttributeError, Invalid):
        return None


def _agent(agent: dict[str, Any], learners: Collection[str]) -> dict[str, Any]:
    """The agent itself, the group with these members alone, or OTHER."""
    if not _has(agent, learners):
        return OTHER
    if "member" not in agent:
        return agent
    members = [_agent(it, learners) for it in agent["member"] if _has(it, learners)]
    left = {name: value for name, value in agent.items() if name != "member"}
    return {**left, "member": members} if members else left


def _anonymous(value: Any, learners: Collection[str]) -> Any:
    """A value of JSON, in which OTHER stands for whatever has the form of another's agent."""
    match value:
        case dict():
            if _identifier(value) is not None and not _is(value, learners):
                return OTHER
            return {name: _anonymous(it, learners) for name, it in value.items()}
        case list():
            return [_anonymous(it, learners) for it in value]
        case _:
            return value
