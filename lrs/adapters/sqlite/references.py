"""Chains of references: a statement is also found by the terms of what it refers to, and so on down.

Whatever comes first, each statement ends up with the terms of every statement down its chain, under that
one's seq.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lrs.adapters.sqlite.database import select_in
from schemas.query import LONGEST_CHAIN

TERM = 16
"""Bytes of a term."""

_NODE = "SELECT seq, id, stored, platform, refers_to, terms FROM statements"
_ABOVE = _NODE + " WHERE refers_to IN ({values})"
_BELOW = _NODE + " WHERE id IN ({values})"
_INSERT = "INSERT OR IGNORE INTO terms (term, stored, seq, via, platform) VALUES (?, ?, ?, ?, ?)"


class Node(NamedTuple):
    """A statement in a chain. `terms`: its own, one after the other."""

    seq: int
    id: bytes
    stored: int
    platform: int
    refers_to: bytes | None
    terms: bytes


def link(connection: sqlite3.Connection, new: Sequence[Node]) -> None:
    """Give every statement whose chain has one of the new ones in it the terms that it is missing."""
    nodes = {node.id: node for node in new}
    affected = {node.id: node for node in new if node.refers_to is not None}
    frontier = list(nodes)
    for _ in range(LONGEST_CHAIN):
        if not frontier:
            break
        above = [Node(*row) for row in select_in(connection, _ABOVE, frontier)]
        frontier = [node.id for node in above if node.id not in nodes]
        for node in above:
            nodes.setdefault(node.id, node)
            affected[node.id] = node
    if not affected:
        return
    frontier = _missing(nodes, list(affected.values()))
    for _ in range(LONGEST_CHAIN):
        if not frontier:
            break
        below = [Node(*row) for row in select_in(connection, _BELOW, frontier)]
        nodes.update((node.id, node) for node in below)
        frontier = _missing(nodes, below)
    fresh = {node.seq for node in new}
    connection.executemany(_INSERT, (row for node in affected.values() for row in _rows(node, nodes, fresh)))


def _missing(nodes: Mapping[bytes, Node], referring: Sequence[Node]) -> list[bytes]:
    return list({node.refers_to for node in referring if node.refers_to is not None} - nodes.keys())


def _rows(
    node: Node, nodes: Mapping[bytes, Node], fresh: set[int]
) -> Iterator[tuple[bytes, int, int, int, int]]:
    """The terms of what is down the chain of `node`, from the first new statement on: what is above it was
    done before."""
    emitting = node.seq in fresh
    own = True
    passed = {node.id}
    target = _target(node, nodes)
    while target is not None and target.id not in passed and len(passed) <= LONGEST_CHAIN:
        passed.add(target.id)
        emitting = emitting or target.seq in fresh
        own = own and target.platform == node.platform
        if emitting:
            for at in range(0, len(target.terms), TERM):
                yield (
                    target.terms[at : at + TERM],
                    node.stored,
                    node.seq,
                    target.seq,
                    node.platform if own else 0,
                )
        target = _target(target, nodes)


def _target(node: Node, nodes: Mapping[bytes, Node]) -> Node | None:
    return None if node.refers_to is None else nodes.get(node.refers_to)
