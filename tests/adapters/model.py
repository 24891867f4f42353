"""The statement store as its port's docstrings say it, by brute force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemas.document import Document, may_void
from schemas.query import LONGEST_CHAIN, StatementQuery


class Model:
    """What was projected, and what follows from it."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}

    def project(self, documents: Sequence[Document]) -> None:
        for document in documents:
            self.documents.setdefault(document.id, document)

    def _allowed(self, void: Document) -> bool | None:
        """Whether a void takes effect; None where its target is not there."""
        target = self.documents.get(void.voids or "")
        if target is None:
            return None
        return may_void(
            by=void.platform,
            any_platform=void.voids_any,
            target_platform=target.platform,
            target_is_void=target.voids is not None,
        )

    def voided(self) -> set[str]:
        voids = (document for document in self.documents.values() if document.voids)
        return {void.voids for void in voids if void.voids and self._allowed(void)}

    def ignored_voids(self) -> dict[str, int]:
        ignored: dict[str, int] = {}
        for document in self.documents.values():
            if document.voids and self._allowed(document) is False:
                ignored[document.platform] = ignored.get(document.platform, 0) + 1
        return ignored

    def reported(self, documents: Sequence[Document]) -> set[str]:
        """What a call with these documents answers as `voided`."""
        voided = self.voided()
        marked = {d.voids for d in documents if d.voids and self._allowed(self.documents[d.id])}
        return {identifier for identifier in marked if identifier} | {
            d.id for d in documents if d.id in voided
        }

    def chain(self, document: Document) -> Iterator[Document]:
        """The statement, then what it refers to, and so on down; a cycle ends where it began."""
        passed: set[str] = set()
        at: Document | None = document
        while at is not None and at.id not in passed and len(passed) <= LONGEST_CHAIN:
            passed.add(at.id)
            yield at
            at = self.documents.get(at.refers_to or "")

    def matches(self, document: Document, query: StatementQuery) -> bool:
        if query.since is not None and document.stored <= query.since:
            return False
        if query.until is not None and document.stored > query.until:
            return False
        for statement in self.chain(document):
            if query.platform is not None and statement.platform != query.platform:
                return False
            if query.terms <= statement.terms:
                return True
        return False

    def query(self, query: StatementQuery) -> list[bytes]:
        """Every matching text, by `stored`; ties by text, since their order is the adapter's."""
        voided = self.voided()
        found = [
            document
            for document in self.documents.values()
            if document.id not in voided and self.matches(document, query)
        ]
        found.sort(key=lambda document: (document.stored, document.text), reverse=not query.ascending)
        return [document.text for document in found]
