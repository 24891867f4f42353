"""Whose accounts are: links to be made in a simulated nation, and those that the store gives out."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b, sha256
from pathlib import Path

from .statement import Json, Learner, learners_of

ACCOUNT = "account"
Persons = dict[Learner, str]


def pseudonym(learner: Learner) -> str:
    """What stands for a learner in an export of links."""
    kind, *rest = learner
    return blake2b(f"{kind}:{'|'.join(rest)}".encode(), digest_size=16, person=b"learner").hexdigest()


def accounts_of(statements: Iterable[Json]) -> list[Learner]:
    """Every account among the learners, in an order that has nothing to do with who they are."""
    found = {it for statement in statements for it in learners_of(statement) if it[0] == ACCOUNT}
    return sorted(found, key=lambda it: sha256("|".join(it).encode()).digest())


def rounds(accounts: Sequence[Learner]) -> tuple[Persons, Persons, Persons]:
    """What is imported: persons of one to three accounts, about every tenth; some whose import is undone; and
    some who are another person after all.
    """
    some = accounts[: len(accounts) // 10]
    half, quarter = len(some) // 2, len(some) // 4
    first = dict(_persons(some[: half + quarter], "p"))
    undone = dict(_persons(some[half + quarter :], "u"))
    moved = dict(_persons(some[:half:4], "m"))
    return first, undone, moved


def _persons(accounts: Sequence[Learner], name: str) -> Iterator[tuple[Learner, str]]:
    at = 0
    while at < len(accounts):
        many = 1 + at % 3
        for account in accounts[at : at + many]:
            yield account, f"{name}-{at}"
        at += many


def file_of(persons: Mapping[Learner, str]) -> str:
    """The file that is imported."""
    rows = (f"{home_page},{name},{person}" for (_, home_page, name), person in persons.items())
    return "\n".join(("home_page,account,person", *rows, ""))


def exported(path: Path, accounts: Iterable[Learner]) -> Persons:
    """By account the person whose it is, from an export of links. Raises ValueError for a link of an account
    that is not known.
    """
    known = {pseudonym(it): it for it in accounts}
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if unknown := [it for it in lines if it["account"] not in known]:
        raise ValueError(f"{len(unknown)} links are of accounts that no statement names")
    return {known[it["account"]]: it["person"] for it in lines}


def parted(persons: Mapping[Learner, str]) -> set[frozenset[Learner]]:
    """Which accounts are together, whatever their person is called."""
    found: dict[str, set[Learner]] = defaultdict(set)
    for account, person in persons.items():
        found[person].add(account)
    return {frozenset(it) for it in found.values()}
