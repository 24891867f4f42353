"""The erasure of a learner: what is asked for, and what is left of what names them.

A learner may ask that what is kept of them is removed. Statements of theirs alone become *tombstones*, of
which the id, the place in the log and the platform are left; from the statements of others only they are
taken out. What comes later from before the erasure is treated alike; what they do afterwards is new.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import orjson

from schemas.deadletter import DeadLetter
from schemas.document import StoredStatement, Term, TermKind, same_content, term
from schemas.fact import decode, learner_key
from schemas.profile import subjects_of
from schemas.record import ERASURE, FACTS, KIND, NewRecord
from schemas.xapi import ifi, parse_timestamp, related_agents

NOBODY = {"objectType": "Agent", "account": {"homePage": "https://w3id.org/bdhvs/", "name": "erased"}}
"""Stands where the specification wants an agent and the erased one was."""


class Erasure(NamedTuple):
    """An erasure: of `learner` (see `learner_key`), who is found by `terms`, up to the moment `until`
    (milliseconds since the epoch).

    It names nobody: who has the identifier can tell that it is theirs.
    """

    learner: str
    terms: tuple[Term, Term]
    until: int

    @classmethod
    def decode(cls, value: bytes, stored: int) -> Erasure:
        """The erasure of a control record that was stored then. Raises ValueError where it is none."""
        try:
            said = orjson.loads(value)
            agent, related = map(bytes.fromhex, said["terms"])
            until = stored if said["until"] is None else min(int(said["until"]), stored)
            return cls(str(said["learner"]), (agent, related), until)
        except (TypeError, KeyError) as error:
            raise ValueError("not an erasure") from error


def untils(erasures: Mapping[str, Erasure]) -> dict[str, int]:
    """By learner until when they were erased."""
    return {learner: erasure.until for learner, erasure in erasures.items()}


def erasure_record(identifier: str, until: int | None = None) -> NewRecord:
    """The control record that asks for the erasure of an inverse functional identifier (see
    `schemas.xapi.ifi`) up to a moment; None: until it is stored itself.
    """
    kinds: tuple[TermKind, TermKind] = ("agent", "related-agent")
    agent, related = (term(kind, identifier) for kind in kinds)
    return erasure_record_of(learner_key(identifier), (agent, related), until)


def erasure_record_of(learner: str, terms: tuple[Term, Term], until: int | None = None) -> NewRecord:
    """The same of whoever is known by their key and terms alone, as an account is that was linked."""
    said = {"learner": learner, "terms": [it.hex() for it in terms], "until": until}
    return NewRecord(orjson.dumps(said), ((KIND, ERASURE),))


class Remains(NamedTuple):
    """What is left of a statement: its `text` (none of a tombstone), whom it still counts for, and who was
    taken out of it.
    """

    text: bytes
    subjects: tuple[str, ...]
    removed: frozenset[str]


def named(statement: dict[str, Any]) -> frozenset[str]:
    """Everybody whom a statement names in whatever role; the authority is the platform's, and no learner."""
    without_authority = {name: value for name, value in statement.items() if name != "authority"}
    return frozenset(map(learner_key, related_agents(without_authority)))


def remains(statement: dict[str, Any], erased: Mapping[str, int]) -> Remains | None:
    """What is left of a statement as it is returned, where these learners were erased until these moments;
    None where that does not touch it.

    Of the statement's `timestamp` and `stored` the earlier one counts.
    """
    moment = min(parse_timestamp(statement["timestamp"]), parse_timestamp(statement["stored"]))
    gone = frozenset(key for key in named(statement) if moment <= erased.get(key, -1))
    if not gone:
        return None
    left = without(statement, gone)
    if left is None:
        return Remains(b"", (), gone)
    return Remains(orjson.dumps(left), subjects_of(left), gone)


def is_out(text: bytes, erasure: Erasure) -> bool:
    """Whether a stored statement names the learner of an erasure no more, so that it may be forgotten."""
    left = taken_out(text, erasure)
    return left is not None and left.text == text


def taken_out(text: bytes, erasure: Erasure) -> Remains | None:
    """What is left of a stored statement that the terms of an erasure find, also where it was done before;
    None where it stays as it is.
    """
    gone = frozenset((erasure.learner,))
    if not text:
        return Remains(b"", (), gone)
    statement = orjson.loads(text)
    left = remains(statement, {erasure.learner: erasure.until})
    if left is not None:
        return left
    if any(learner_key(identifier) == erasure.learner for identifier in related_agents(statement)):
        # they are in it from later on, or as the authority
        return None
    return Remains(text, subjects_of(statement), gone)


def named_in_letter(letter: DeadLetter) -> frozenset[str]:
    """Everybody whom a dead letter names, as far as it can be read."""
    if letter.topic == FACTS:
        named = set() if letter.key is None else {letter.key.decode(errors="replace")}
        with suppress(ValueError, TypeError):
            named.add(decode(letter.value).learner)
        return frozenset(named)
    if any(name == KIND for name, _ in letter.headers):
        return frozenset()
    try:
        return frozenset(map(learner_key, _identifiers(orjson.loads(letter.value))))
    except ValueError:
        return frozenset()


def letter_remains(letter: DeadLetter, erased: Mapping[str, int]) -> bytes | None:
    """What is left of the value of a dead letter, where these learners were erased until these moments; empty
    where nothing is, or nobody can tell what; None where that does not touch it.
    """
    gone = {name for name in named_in_letter(letter) if name in erased}
    if not gone:
        return None
    try:
        if letter.topic == FACTS:
            fact = decode(letter.value)
            moment = min(fact.timestamp, fact.stored)
            until = max(erased[name] for name in gone)
            return b"" if fact.kind == "statement" and moment <= until else None
        statement = orjson.loads(letter.value)
        given = statement.get("timestamp")
        moment = letter.stored if given is None else min(parse_timestamp(given), letter.stored)
        gone = {name for name in gone if moment <= erased[name]}
        left = without(statement, gone)
    except Exception:
        return b""
    if not gone:
        return None
    if left is None or not gone.isdisjoint(map(learner_key, _identifiers(left))):
        # it names them where the specification has no agent
        return b""
    return orjson.dumps(left)


def same_but_erased(existing: StoredStatement, statement: dict[str, Any], erased: Collection[str]) -> bool:
    """Whether a statement may be the one that stood under its id before these learners were taken out (G3).

    A tombstone may have been any; else what is left of both, without all of these, must be the same.
    """
    if not existing.text:
        return True
    before, other = without(orjson.loads(existing.text), erased), without(statement, erased)
    return before is not None and other is not None and same_content(before, other)


def without(statement: dict[str, Any], learners: Collection[str]) -> dict[str, Any] | None:
    """The statement without these learners, whatever their role in it; None where nobody else is its actor.

    A group that is itself erased leaves its members. What is said about somebody in free text, names of
    others or extensions cannot be recognised.
    """
    actor = _without(statement["actor"], learners)
    return None if actor is None else {**_rest(statement, learners), "actor": actor}


def _identifiers(value: object) -> Iterator[str]:
    """Every identifier of an agent anywhere in a value of JSON, whatever its form, but the authority's."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case dict() as found:
                with suppress(KeyError, TypeError, AttributeError):
                    identifier = ifi(found)
                    if identifier is not None:
                        yield identifier
                waiting += (value for name, value in found.items() if name != "authority")
            case list() as items:
                waiting += items


def _rest(statement: dict[str, Any], learners: Collection[str]) -> dict[str, Any]:
    """The statement with its actor as it is, and the others without these learners."""
    left = dict(statement)
    target = statement["object"]
    kind = target.get("objectType")
    if kind in {"Agent", "Group"}:
        left["object"] = _without(target, learners) or NOBODY
    elif kind == "SubStatement":
        inner = _rest(target, learners)
        left["object"] = {**inner, "actor": _without(target["actor"], learners) or NOBODY}
    if "context" in statement:
        left["context"] = _context(statement["context"], learners)
    return left


def _context(context: dict[str, Any], learners: Collection[str]) -> dict[str, Any]:
    left = dict(context)
    for name in ("instructor", "team"):
        if name in left:
            _set(left, name, _without(left[name], learners))
    for name, role in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in left:
            entries = [{**entry, role: _without(entry[role], learners)} for entry in left[name]]
            _set(left, name, [entry for entry in entries if entry[role] is not None])
    return left


def _set(fields: dict[str, Any], name: str, value: object) -> None:
    """Set an optional property, which is left out where nothing is left of it."""
    if value:
        fields[name] = value
    else:
        fields.pop(name, None)


def _without(agent: dict[str, Any], learners: Collection[str]) -> dict[str, Any] | None:
    """The agent or group without these learners; None where nobody is left."""
    identifier = ifi(agent)
    itself = identifier is not None and learner_key(identifier) in learners
    members = agent.get("member", ())
    left = [member for member in members if _without(member, learners) is not None]
    if not itself and len(left) == len(members):
        return agent
    if not left and (itself or identifier is None):
        return None
    kept = {"objectType": agent["objectType"]} if itself else dict(agent)
    _set(kept, "member", left)
    return kept
