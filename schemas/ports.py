"""The ports: what the system needs of a log and of a store. Their docstrings are the specification that the
contract suites test.

Every method may raise `schemas.errors.Unavailable`; whatever else it raises is named. A method that returns
has done what it says durably, unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from schemas.activity import Known
from schemas.audit import Entry
from schemas.credential import Credential
from schemas.deadletter import DeadLetter
from schemas.document import Document, StoredStatement, Term
from schemas.edition import Edition, EditionHead
from schemas.erasure import Erasure
from schemas.link import Link
from schemas.plan_import import PlanImport
from schemas.precondition import Precondition
from schemas.projection import Conflict, Erased, Projection
from schemas.query import Page, StatementQuery
from schemas.record import Appended, NewRecord, Position, Record
from schemas.resource_document import DocumentId, ResourceDocument
from schemas.ruleset import Ruleset, RulesetState
from schemas.series import Series

PROJECTOR = "statements"
"""The consumer whose positions `Aggregation.projected` answers."""


EXAMPLES = 5
"""Example ids that are kept of one reason of one platform."""


class Member(Protocol):
    """A process's place among those that run one consumer."""

    async def partitions(self) -> frozenset[int]:
        """The partitions that are this process's own now; none while another one has them, or while it is
        being settled. To be asked again and again: who does not ask for minutes loses them.

        It is a comfort, no fence: for a moment two may take a partition for theirs.
        """
        ...


class EventLog(Protocol):
    """Topics of partitions of records."""

    lanes: int
    """How many appends to one topic can usefully be under way at once."""
    compacts: bool
    """Whether the log by itself forgets records of PROVINCES that a later one of their key has replaced, so
    that offsets have gaps there.
    """

    async def log_id(self, topic: str) -> str:
        """The id that was given to this topic when it was made; another one after it was made anew."""
        ...

    async def partitions(self, topic: str) -> Sequence[int]:
        """The topic's partitions, ascending. Their number may grow (but for facts), never shrink."""
        ...

    async def append(self, topic: str, records: Mapping[int, Sequence[NewRecord]]) -> Mapping[int, Appended]:
        """Append each partition's records (at least one) at consecutive offsets, in order.

        The records of one partition are appended whole or not at all, whatever dies at whatever moment;
        partitions may fail apart. On return they are durable. `Appended.timestamp` is a clock's reading
        taken while the append held its place in the partition, so it follows the order of offsets but where
        the clock steps back. If this raises, the records may or may not have been appended. It may take as
        long as the log is away; who stops waiting does not take the records back.
        """
        ...

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        """Up to `limit` records from `offset` on, in order, without a gap but where the log compacts; none at
        the end, fewer where they are large.

        Raises OutsideLog where `offset` is before the first record that is kept, or beyond the end.
        """
        ...

    async def beginnings(self, topic: str) -> Mapping[int, int]:
        """By partition the offset of the first record that is kept (the end, where none is)."""
        ...

    async def ends(self, topic: str) -> Mapping[int, int]:
        """By partition the offset that the next record will have. Everything whose append has returned is
        before it.
        """
        ...

    async def ends_known(self, topic: str) -> Mapping[int, int]:
        """As `ends`, without the partitions that do not answer now while others do: for who can go on with
        these.
        """
        ...

    async def offsets_at(self, topic: str, timestamp: int) -> Mapping[int, int]:
        """By partition an offset before which no record is of this millisecond or later: of the first such
        record, or the end.
        """
        ...

    async def trim(self, topic: str, offsets: Mapping[int, int]) -> None:
        """Forget the records before these offsets (by partition, none beyond the end). What was appended
        together may be kept until all of it is before.
        """
        ...

    def member(self, topic: str, consumer: str) -> AbstractAsyncContextManager[Member]:
        """Join those that run `consumer` on this topic; leaving the context leaves them."""
        ...

    async def wait(self, topic: str, offsets: Mapping[int, int], timeout: float) -> None:  # noqa: ASYNC109
        """Return when a partition has a record at or after its offset given here (none is beyond the end),
        at the latest after `timeout` seconds.
        """
        ...

    async def close(self) -> None:
        """Give back what is open. Nothing else may be called afterwards."""
        ...


class StatementStore(Protocol):
    """Statements, voids, conflicts, and the projector's positions with its counts."""

    async def project(self, documents: Sequence[Document]) -> Projection:
        """Store each document unless one with its id is there, then look for what it meets.

        Of two documents of this call with one id the first is stored. Voids and references may come before
        or after their targets, here or in another call, at the same time: afterwards every statement whose
        chain of references (LONGEST_CHAIN at most) reaches one of these is found by what it refers to, and
        every void that `may_void` allows has marked its target, and no text that was stored by this call, or
        before it of the same record, names who was erased before or meanwhile; what it is found by may still,
        until it is forgotten. Repeating a call changes nothing, and answers the same `voided` and `remains`.
        """
        ...

    async def note_erasure(self, erasure: Erasure) -> None:
        """Keep an erasure with its moment (of several of a learner the latest), and take the learner out of
        conflicts and dead letters, those that are there and those that come. Repeats change nothing.
        """
        ...

    async def erase(self, erasure: Erasure, after: str, limit: int) -> Erased:
        """Take the learner of an erasure that was noted out of up to `limit` statements that name them, from
        after `after` (`""`: the first) on.

        A repeat answers the same statements again, until they are forgotten.
        """
        ...

    async def forget(self, erasure: Erasure, ids: Sequence[str]) -> None:
        """Have these statements found by nothing of the learner any more, once all whom `erase` named have
        been told. Repeats change nothing.
        """
        ...

    async def note_links(self, links: Sequence[Link]) -> Mapping[str, Sequence[str]]:
        """Keep what was said of whose accounts are, then look: by each of these accounts the subjects to be
        told (`schemas.link.told`), given all that was ever said of it. Repeats change nothing, and answer the
        same or more.
        """
        ...

    async def links(self, learners: Sequence[str]) -> Mapping[str, str]:
        """Those of these learners' accounts that are a person's, with the person."""
        ...

    async def has_links(self) -> bool:
        """Whether any account was ever said to be a person's, whoever's it is now."""
        ...

    async def linked(self, accounts: Sequence[str]) -> Sequence[Link]:
        """All that was ever said of these accounts, in the order of their ranks."""
        ...

    async def links_by_person(self, after: tuple[str, str], limit: int) -> Sequence[Link]:
        """What holds of accounts that are a person's, by person and account, from after that pair on."""
        ...

    async def keep_conflicts(self, conflicts: Sequence[Conflict]) -> None:
        """Keep what lost against another statement with its id, without those who were erased. Repeats (by
        log, partition, offset) change nothing.
        """
        ...

    async def conflicts(self, platform: str | None, limit: int) -> Sequence[Conflict]:
        """The latest conflicts kept, of one platform or of all."""
        ...

    def each_conflict(self) -> AsyncIterator[Conflict]:
        """Every conflict that is kept, in no order."""
        ...

    async def conflicts_naming(self, texts: Sequence[str]) -> frozenset[str]:
        """Those of these texts, in lower case, that a conflict has anywhere in it, in whatever case."""
        ...

    async def found_by(
        self, term: Term, after: str, limit: int
    ) -> tuple[Sequence[StoredStatement], str | None]:
        """Up to `limit` statements that have a term themselves, voided ones too, from after `after` on (`""`:
        the first), fewer where they are large; and where the next part begins, None after the last one.
        """
        ...

    async def find(self, ids: Sequence[str]) -> Mapping[str, StoredStatement]:
        """The statements with these ids that are stored, voided or not."""
        ...

    async def awaited_by_voids(self, ids: Sequence[str], platform: str) -> frozenset[str]:
        """Those of these ids that a stored void would mark (see `may_void`), were they statements of this
        platform and no voids themselves.
        """
        ...

    async def query(self, query: StatementQuery) -> Page:
        """A page of the statements that match. Raises ValueError where `after` is no cursor of this
        adapter's.
        """
        ...

    async def sources(self) -> Sequence[tuple[str, int]]:
        """The logs and partitions of which statements are stored, in order; maybe more than these."""
        ...

    async def scan(
        self, log: str, partition: int, offset: int, until: int | None, limit: int
    ) -> Sequence[StoredStatement]:
        """Up to `limit` statements of a partition of a log from `offset` on, before `until` where that is
        said, in order of their offsets: voided ones and tombstones too. None at the end, fewer where they are
        large. Before the projector's position nothing comes any more.
        """
        ...

    async def positions(self, consumer: str) -> Mapping[int, Position]:
        """A consumer's positions by partition."""
        ...

    async def define(self, activities: Mapping[str, Known]) -> None:
        """Merge what is new of activities into what is known (see `schemas.activity`), of each by itself."""
        ...

    async def definitions(self, activities: Sequence[str]) -> Mapping[str, Known]:
        """What is known of those of these activities of which anything is."""
        ...

    async def move(
        self,
        consumer: str,
        expected: Position | None,
        to: Position,
        counts: Mapping[tuple[str, str], int],
    ) -> None:
        """Set the position of `to.partition` and add to the counts (platform, kind), in one write.

        Only if it is what `expected` says (None: there is none yet); else raises Fenced and writes nothing.
        """
        ...

    async def counts(self, consumer: str) -> Mapping[tuple[str, str], int]:
        """What `move` has counted, by (platform, kind)."""
        ...

    async def last_seen(self, platform: str) -> int | None:
        """`stored` (milliseconds) of the platform's latest statement that is not voided; None without one."""
        ...

    async def ignored_voids(self) -> Mapping[str, int]:
        """By platform the voiding statements whose target is there and that took no effect."""
        ...

    async def erasures(self, learners: Sequence[str]) -> Mapping[str, Erasure]:
        """What is noted of those of these learners who were erased."""
        ...

    async def tombstones(self) -> Mapping[str, int]:
        """By platform the statements of which erasures left nothing."""
        ...

    async def bury(self, letters: Sequence[DeadLetter]) -> None:
        """Keep dead letters, without those who were erased. Repeats (by topic, log, partition, offset) change
        nothing, also after a removal.
        """
        ...

    async def dead_letters(self, limit: int, after: int = 0) -> Sequence[DeadLetter]:
        """Dead letters not yet requeued in order of `number` from after `after` on."""
        ...

    async def dead_letter_counts(self) -> Mapping[tuple[str, str, str], int]:
        """Dead letters not yet requeued by (topic, platform, code)."""
        ...

    async def mark_requeued(self, number: int) -> bool:
        """Take a dead letter out of the list; False where it is not in it (any more)."""
        ...

    async def close(self) -> None:
        """Give back what is open. Nothing else may be called afterwards."""
        ...


class Aggregation(Protocol):
    """One transaction of one facts partition under one ruleset: all that is read and written in it is of
    one moment.

    Leaving it without an exception commits it; with one, nothing of it was written.
    """

    async def ruleset(self) -> RulesetState:
        """State, revision and floor of the ruleset. Raises Fenced where the number is not there any more."""
        ...

    async def position(self) -> Position | None:
        """The position of this partition under this ruleset."""
        ...

    async def learners(self, subjects: Sequence[str]) -> Mapping[str, bytes]:
        """The learners that are kept, as they were saved."""
        ...

    async def projected(self) -> Mapping[str, int]:
        """The projector's positions: by source (`<log id>/<partition>`) the next offset. All documents
        before are stored.
        """
        ...

    async def statements_of(self, subjects: Sequence[str]) -> Mapping[str, Sequence[StoredStatement]]:
        """Each subject's statements, of the same moment as `projected`, by source and offset; a Group's are
        each member's. Tombstones are nobody's.
        """
        ...

    async def links(self, learners: Sequence[str]) -> Mapping[str, str]:
        """Those of these learners' accounts that are a person's, with the person; of the same moment as
        `projected`.
        """
        ...

    async def accounts_of(self, persons: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Each of these persons' accounts, of the same moment as `projected`."""
        ...

    async def save(
        self,
        learners: Mapping[str, bytes],
        cells: Mapping[str, int],
        examples: Mapping[tuple[str, str], Sequence[str]],
        position: Position | None,
    ) -> None:
        """Write learners, add to cells, keep up to five example ids by (platform, reason), and set the
        position.
        """
        ...


class AggregateStore(Protocol):
    """Rulesets, and under each number learners, cells and positions."""

    def aggregation(self, number: int, partition: int) -> AbstractAsyncContextManager[Aggregation]:
        """Begin a transaction. Of two on one number and partition one waits, or fails with Fenced or
        Unavailable.
        """
        ...

    async def subjects(self, after: str, limit: int) -> Sequence[str]:
        """Subjects that have a stored statement, in one lasting order, from after `after` (`""`: the first)
        on.
        """
        ...

    async def cells(self, number: int, *prefixes: str) -> Mapping[str, int]:
        """The cells whose key begins with one of `prefixes`, of one moment, without those that are 0."""
        ...

    async def examples(self, number: int, platform: str) -> Mapping[str, Sequence[str]]:
        """By reason the example ids kept for a platform."""
        ...

    async def aggregate_positions(self, number: int) -> Mapping[int, Position]:
        """The positions under one ruleset by facts partition."""
        ...

    async def rulesets(self) -> Sequence[RulesetState]:
        """Every ruleset by number, without their content."""
        ...

    async def series(self, number: int | None = None) -> Sequence[Series]:
        """Every ruleset that lives or has lived by number, those too that were dropped since; or of this
        number alone.
        """
        ...

    async def living(self) -> Ruleset:
        """The ruleset that reports use. Raises NotPrepared where there is none."""
        ...

    async def load_ruleset(self, number: int) -> Ruleset:
        """A ruleset's content. Raises KeyError where there is none."""
        ...

    async def extend(self, ruleset: Ruleset) -> None:
        """Replace the content of `ruleset.number`, if its revision is `ruleset.revision - 1` and it is not
        retired; else raises Fenced.
        """
        ...

    async def begin_filling(
        self,
        ruleset: Ruleset,
        floor: Mapping[str, int],
        starts: Mapping[int, Position],
        based_on: int | None = None,
    ) -> int:
        """Add a ruleset that is being filled, with its positions; returns its new number. Another one being
        filled is dropped. Raises Fenced where the living ruleset has a platform that this one has not, or
        has not the number `based_on`, if one is given.
        """
        ...

    async def drop_ruleset(self, number: int) -> None:
        """Remove a ruleset, if it is there, with all that is kept under its number. Raises Fenced where it is
        the living one.
        """
        ...

    async def switch(self, number: int) -> None:
        """Make the filled ruleset the living one and the one before it *retired*, in one write, which notes
        the moment in both their series. Raises Fenced if it is not being filled.
        """
        ...


class CredentialStore(Protocol):
    """Who may come in."""

    async def add_credential(self, credential: Credential) -> None:
        """Keep a credential. Raises ValueError where its key is taken."""
        ...

    async def credential(self, key: str) -> Credential | None:
        """The credential with that key, revoked ones too."""
        ...

    async def credentials(self, platform: str | None = None) -> Sequence[Credential]:
        """All credentials, or a platform's."""
        ...

    async def revoke_credential(self, key: str) -> bool:
        """Revoke for good; False where there is none, or it was revoked before."""
        ...


class DocumentStore(Protocol):
    """The documents of State, Activity Profile and Agent Profile, by the digest of their owner and their own
    id.

    What is written is seen by every later read, whoever reads. A precondition is looked at in the same
    write: of two writes at once that ask for one tag, one is done.
    """

    async def load_document(self, owner: bytes, document: str) -> ResourceDocument | None:
        """An owner's document by its id; its owner's digest and learner as they were saved."""
        ...

    async def document_ids(self, owner: bytes, since: int | None, limit: int) -> Sequence[DocumentId]:
        """The ids of an owner's documents that were modified after `since` (milliseconds), the earliest
        modified first, `limit` at most.
        """
        ...

    async def save_document(self, document: ResourceDocument, precondition: Precondition) -> bool:
        """Put a document in the place of the one with its owner and id, or where there is none; False, and
        nothing is written, where the precondition does not hold. Raises Unacceptable for one that is too
        large for this store.
        """
        ...

    async def delete_document(self, owner: bytes, document: str, precondition: Precondition) -> bool:
        """Delete a document, if it is there; False, and it is left, where the precondition does not hold."""
        ...

    async def delete_documents(self, owner: bytes) -> int:
        """Delete all documents of an owner; how many there were."""
        ...

    def documents_of(self, learner: str) -> AsyncIterator[ResourceDocument]:
        """All documents of whatever owner that belong to a learner (`schemas.fact.learner_key`), in no order.
        One that is written or deleted meanwhile may be among them or not.
        """
        ...

    async def erase_documents(self, learner: str, until: int) -> int:
        """Delete all documents of whatever owner that belong to a learner (`schemas.fact.learner_key`) and
        were last written at this moment (milliseconds) or earlier; how many there were.
        """
        ...


class AttachmentStore(Protocol):
    """The data of attachments, each once under its hash (`schemas.attachment`), and which platforms sent it.

    Data is there before the statement that names it is appended to the log; what no statement came to name
    goes by its age (`consumers.sweeper`).
    """

    async def keep_attachment(self, sha2: str, data: AsyncIterable[bytes], sender: str) -> None:
        """Keep this data, sent by the platform `sender`. What is there already counts as kept anew.

        Holds a bounded part of it in memory. Raises WrongHash where it is not what the hash says, and
        whatever `data` raises; then nothing of it is ever seen.
        """
        ...

    async def attachments(self, hashes: Sequence[str], sender: str | None = None) -> Mapping[str, int]:
        """By hash the length in bytes of those that are there, and that this platform sent where one is
        named: whoever knows no more than a hash does not get at its data by naming it.
        """
        ...

    def attachment(self, sha2: str) -> AsyncIterator[bytes]:
        """The data in pieces of PIECE bytes at most. The first step raises KeyError where there is none; one
        that was begun goes to its end, or raises Unavailable where the data is removed meanwhile.
        """
        ...

    async def attachments_before(self, before: int, after: str, limit: int) -> Sequence[str]:
        """Hashes of data that was last kept before this millisecond, ascending, from after `after` (`""`: the
        first) on.
        """
        ...

    async def named_attachments(self, hashes: Sequence[str]) -> frozenset[str]:
        """Those of these hashes that a stored statement names, be it voided or not."""
        ...

    async def remove_attachment(self, sha2: str, before: int) -> bool:
        """Remove this data for good, if it is there and was last kept before this millisecond: in one step,
        so that what is kept anew at the same moment stays. False where nothing was removed.
        """
        ...

    async def clear_attachments(self, before: int) -> int:
        """Remove what is left of data that was begun before this millisecond and never came to its end; how
        many there were.
        """
        ...


class PlanStore(Protocol):
    """What was imported of plans, targets, denominators and external figures."""

    async def add_plan_import(self, plan_import: PlanImport) -> None:
        """Keep an import. Raises Fenced where its number is not the one after the latest (1: the first):
        somebody else imported meanwhile, and nothing is kept. Raises Unacceptable for one that is too large
        for this store.
        """
        ...

    async def plan_import(self, number: int | None = None) -> PlanImport | None:
        """An import, or the latest, whole; None where there is none."""
        ...

    async def plan_imports(self) -> Sequence[PlanImport]:
        """All imports by number, each without its content."""
        ...


class AuditStore(Protocol):
    """Who did what about persons: only added to, and forgotten by its age."""

    async def audit(self, entries: Sequence[Entry]) -> None:
        """Keep entries in this order, each with a number greater than all before."""
        ...

    async def audited(self, after: int, limit: int) -> Sequence[Entry]:
        """Up to `limit` entries whose number is greater than `after` (0: the first), in order."""
        ...

    async def forget_audit(self, before: int) -> int:
        """Remove the entries from before this millisecond; how many there were."""
        ...


class EditionStore(Protocol):
    """Editions, which nothing changes or removes once they are there."""

    async def add_edition(self, edition: Edition) -> None:
        """Keep an edition for good. Raises Fenced, and keeps nothing, where its number is taken: of two who
        publish at once one does. Raises Unacceptable for one that is too large for this store.
        """
        ...

    async def edition(self, number: int) -> Edition | None:
        """The edition with this number, byte for byte as it was added."""
        ...

    async def editions(self, before: int | None, limit: int) -> Sequence[EditionHead]:
        """The latest editions, those before number `before` alone where it is given; the latest first."""
        ...


class AgreementStore(Protocol):
    """What holds as long as the store lives."""

    async def agree(self, name: str, value: str) -> str:
        """What is kept under a name for ever: this value, where there was none; of two who bring one at once
        both are told the same.
        """
        ...

    async def agreed(self, name: str) -> str | None:
        """What is kept under a name (see `agree`)."""
        ...


class Store(
    StatementStore,
    AggregateStore,
    CredentialStore,
    DocumentStore,
    AttachmentStore,
    PlanStore,
    AuditStore,
    EditionStore,
    AgreementStore,
    Protocol,
):
    """What an adapter gives: all of it on one address."""
