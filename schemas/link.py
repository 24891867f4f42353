"""A link: whose an account is, so that one person with accounts on several platforms counts once.

An operator's import, or a platform that may, says that an account belongs to a person, or to nobody any more.
It is a control record in the log that names nobody: the account is the key of its learner, the person a
pseudonym under a secret key. All that was ever said of an account is kept; the latest holds.

Nothing that is stored is changed by a link. A statement counts for accounts, for ever; a *subject* is whom
figures count: a person, or an account that is no person's. Who has to do with an account asks for its links,
in the moment in which they read or write whatever the answer decides. This holds together as follows.

- A projector keeps a link, then tells the account and every person that it was ever said to belong to
  (*linked*), again after a crash. It stores statements, then asks for links, then tells their subjects.
- Who is told is made anew, from the stored statements of the accounts that are theirs in that moment.
- A fact may reach a subject whose account has left, because its projector asked before the link was kept.
  That subject does not take it in. It tells the account's present subject before its own position moves:
  *linked* up to the place of that statement, for up to there all statements are stored; a void or an erasure
  as it came.
- A subject that took a statement in before its account left, and is then told *linked*, tells the present
  one how far it had got, and what it noted of statements to come: so nothing is lost where a projector has
  appended a fact and not yet moved its position.
- What a person has *seen* is kept by account where it goes beyond what was read for all of them: a fact of
  one account says nothing of those of another one, which may have gone elsewhere.

So each statement is in the figures of one subject, that of the latest link, whatever comes in whatever order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from schemas.document import Term, TermKind, term
from schemas.fact import learner_key
from schemas.record import KIND, LINKS, NewRecord

AT_ONCE = 500
"""Links in one control record."""
_ACCOUNT = re.compile(r"[0-9a-f]{32}")
_PERSON = re.compile(r"person:[0-9a-f]{32}")


class Said(NamedTuple):
    """What is to be appended: the account (its `learner_key` and the terms that find it, of an agent and of a
    related one), and the person (see `pseudonym`) whose it is, None: nobody's.
    """

    account: str
    terms: tuple[Term, Term]
    person: str | None


class Link(NamedTuple):
    """What was said of an account. `moment` (milliseconds) and `offset` are those of its record, and say what
    is the latest; `origin`: the import that said so. `claimed`: a platform did, with a statement, and
    `origin` is the platform: of such claims the earliest holds, and none where an operator has said anything.
    So a platform may repeat its claim with every statement, and what an operator takes back stays so.
    """

    account: str
    terms: tuple[Term, Term]
    person: str | None
    moment: int
    offset: int
    origin: str
    claimed: bool = False

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """The greatest of an account holds."""
        person = self.person or ""
        if self.claimed:
            return 0, -self.moment, -self.offset, person
        return 1, self.moment, self.offset, person


def pseudonym(person: str, secret: bytes) -> str:
    """The subject of a person's key as it was given. Raises ValueError for an empty secret."""
    if not secret:
        raise ValueError("no secret: a person's pseudonym would be no secret either")
    digest = blake2b(person.encode(), digest_size=16, key=_key(secret), person=b"person").hexdigest()
    return f"person:{digest}"


def witness(secret: bytes) -> str:
    """What tells a secret from every other one, and of a random one nobody what it is."""
    return blake2b(digest_size=16, key=_key(secret), person=b"witness").hexdigest()


def _key(secret: bytes) -> bytes:
    return blake2b(secret, digest_size=32, person=b"person secret").digest()


def said(identifier: str, person: str | None) -> Said:
    """What links an inverse functional identifier (see `schemas.xapi.ifi`) to a person's subject, or to
    nobody.
    """
    kinds: tuple[TermKind, TermKind] = ("agent", "related-agent")
    agent, related = (term(kind, identifier) for kind in kinds)
    return Said(learner_key(identifier), (agent, related), person)


def records_of(links: Sequence[Said], origin: str) -> list[NewRecord]:
    """The control records that say all this, to be appended as one."""
    records = []
    for at in range(0, len(links), AT_ONCE):
        rows = [
            [it.account, *(found.hex() for found in it.terms), it.person] for it in links[at : at + AT_ONCE]
        ]
        records.append(NewRecord(orjson.dumps({"origin": origin, "links": rows}), ((KIND, LINKS),)))
    return records


def claim(identifier: str, person: str, moment: int, offset: int, platform: str) -> Link:
    """What a platform's statement of this place says of an account: the person's subject whose it is."""
    account, terms, _ = said(identifier, person)
    return Link(account, terms, person, moment, offset, platform, claimed=True)


def heard(claims: Iterable[Link], known: Iterable[Link]) -> list[Link]:
    """Those claims that are to be noted, given all that was said of their accounts: of each account the
    earliest, unless an earlier one is known, which it can never come before.

    One that is known itself is noted again: who noted it may have died before anybody was told.
    """
    earliest = holding(link for link in known if link.claimed)
    return [
        link
        for link in holding(claims).values()
        if link.account not in earliest or link.rank >= earliest[link.account].rank
    ]


def decode(value: bytes, stored: int, offset: int) -> list[Link]:
    """The links of a control record that was stored then. Raises ValueError where it is none."""
    try:
        whole: dict[str, Any] = orjson.loads(value)
        origin = str(whole["origin"])
        return [_link(row, stored, offset, origin) for row in whole["links"]]
    except (TypeError, KeyError) as error:
        raise ValueError("not links") from error


def _link(row: Sequence[Any], stored: int, offset: int, origin: str) -> Link:
    account, agent, related, person = row
    if not _ACCOUNT.fullmatch(account) or (person is not None and not _PERSON.fullmatch(person)):
        raise ValueError("not links")
    return Link(account, (bytes.fromhex(agent), bytes.fromhex(related)), person, stored, offset, origin)


def is_person(subject: str) -> bool:
    """Whether a subject is a person, and no account."""
    return subject.startswith("person:")


def holding(links: Iterable[Link]) -> dict[str, Link]:
    """By account the link that holds."""
    found: dict[str, Link] = {}
    for link in links:
        known = found.get(link.account)
        if known is None or link.rank > known.rank:
            found[link.account] = link
    return found


def told(links: Iterable[Link]) -> dict[str, tuple[str, ...]]:
    """By account, given all that was ever said of it, the subjects that are to be made anew: it and every
    person that it was said to belong to.
    """
    found: dict[str, set[str]] = {}
    for link in links:
        found.setdefault(link.account, {link.account}).update(() if link.person is None else (link.person,))
    return {account: tuple(sorted(subjects)) for account, subjects in found.items()}


def persons(links: Iterable[Link]) -> dict[str, str]:
    """By account the person whose it is; without those that are nobody's."""
    return {link.account: link.person for link in holding(links).values() if link.person is not None}


def subject_of(learner: str, links: Mapping[str, str]) -> str:
    """Whom figures count for a learner's account, given the accounts that are persons'."""
    return links.get(learner, learner)
