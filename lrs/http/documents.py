"""State, Activity Profile and Agent Profile: one piece of code over `lrs.http.document_kinds` (xAPI 1.0.3
Communication 2.2, 3.1; 2.0.0 4.1.4).
"""

from __future__ import annotations

import asyncio
import time
from functools import partial

import orjson
from aiohttp import web

from lrs.http.body import Bodies
from lrs.http.document_kinds import KINDS, READING, AskedDocument, DocumentKind, Unguarded, asked_document
from lrs.http.entity_tag import IF_MATCH, IF_NONE_MATCH, precondition_of, quoted
from lrs.http.route import Call, Route
from lrs.http.xapi import VERSION, http_date, version_of
from lrs.problem import Problem, overloaded
from schemas.audit import What
from schemas.credential import Scope
from schemas.errors import Unacceptable
from schemas.ports import DocumentStore
from schemas.precondition import ABSENT, ALWAYS, Precondition, only
from schemas.resource_document import JSON, ResourceDocument, is_json, merged, tag_of
from schemas.xapi import Invalid, Version, check_media_type

MOST_IDS = 10_000
"""Ids in one answer: xAPI has no pages of them."""
ATTEMPTS = 16
"""Times that a merge is made anew where others write the same document at the same moment."""
MERGEABLE = 1024 * 1024
"""Bytes of a document that is merged: each time it is read whole and written anew."""
LONGEST_TYPE = 512
"""Characters of a Content-Type."""
UNTYPED = "application/octet-stream"
"""What is sent without a Content-Type (RFC 9110 8.3)."""

_KEPT = {
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization",
    # a page that somebody stored here must not run as a page of ours
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
}


class DocumentsResource:
    """Documents are read from the store and written to it, not through the log: whoever reads after a write
    sees it.
    """

    def __init__(self, store: DocumentStore, bodies: Bodies, max_body: int) -> None:
        self._store = store
        self._bodies = bodies
        self._max_body = max_body

    def routes(self) -> list[Route]:
        """GET, HEAD, PUT, POST and DELETE of each kind. `all/read` reads them; who may write may read."""
        handlers = (
            ("GET", self._get),
            ("HEAD", self._get),
            ("PUT", self._put),
            ("POST", self._post),
            ("DELETE", self._delete),
        )
        return [
            Route(
                method,
                kind.path,
                partial(handler, kind),
                frozenset({kind.scope, Scope.READ_ALL}) if method in READING else frozenset({kind.scope}),
                What.READ_DOCUMENTS if method in READING and "agent" in kind.required else None,
            )
            for kind in KINDS
            for method, handler in handlers
        ]

    async def _get(self, kind: DocumentKind, call: Call) -> web.StreamResponse:
        """A document as it was sent, or the ids of an owner's."""
        version, asked, precondition = _asked(kind, call)
        if asked.id is None:
            return await self._ids(call, asked, version, precondition)
        found = await self._store.load_document(asked.owner.digest, asked.id)
        if found is None:
            raise Problem(404, "document-not-found", "There is no such document.")
        headers = {"Content-Type": found.content_type, "Last-Modified": http_date(found.modified)}
        return _answer(found.content, found.tag, {**headers, VERSION: version.value}, precondition)

    async def _ids(
        self, call: Call, asked: AskedDocument, version: Version, precondition: Precondition
    ) -> web.StreamResponse:
        found = await self._store.document_ids(asked.owner.digest, asked.since, MOST_IDS + 1)
        if len(found) > MOST_IDS:
            message = f"There are more than {MOST_IDS} documents: ask with a later since."
            raise Problem(400, "too-many-documents", message)
        call.found(len(found))
        body = orjson.dumps([it.id for it in found])
        headers = {"Content-Type": JSON, VERSION: version.value}
        if found:
            headers["Last-Modified"] = http_date(found[-1].modified)
        return _answer(body, tag_of(body), headers, precondition)

    async def _put(self, kind: DocumentKind, call: Call) -> web.StreamResponse:
        """Put a document in the place of what is there, as far as the precondition, or what stands for it,
        allows.
        """
        version, asked, precondition = _asked(kind, call)
        unguarded = kind.unguarded[version] if precondition == ALWAYS else None
        room = self._bodies.take(call.request)
        try:
            document = await self._sent(call.request, asked)
            if unguarded is Unguarded.REFUSED:
                raise await self._refused(document)
            if not await self._save(document, ABSENT if unguarded is Unguarded.CREATES else precondition):
                raise _failed() if unguarded is None else _conflict()
        finally:
            self._bodies.give(room)
        return _written(document, version)

    async def _refused(self, document: ResourceDocument) -> Problem:
        if await self._store.load_document(document.owner.digest, document.id) is not None:
            return _conflict()
        message = "Send If-None-Match: * to store a document where there is none (or If-Match with its ETag)."
        return Problem(400, "precondition-missing", message, IF_NONE_MATCH)

    async def _post(self, kind: DocumentKind, call: Call) -> web.StreamResponse:
        """Merge a JSON object into the one that is there; where nothing is there, store it."""
        version, asked, precondition = _asked(kind, call)
        room = self._bodies.take(call.request)
        try:
            document = await self._merge(await self._sent(call.request, asked), precondition)
        finally:
            self._bodies.give(room)
        return _written(document, version)

    async def _delete(self, kind: DocumentKind, call: Call) -> web.StreamResponse:
        """Delete a document, or all of an owner's; what is not there is deleted already."""
        version, asked, precondition = _asked(kind, call)
        if asked.id is not None:
            if not await self._store.delete_document(asked.owner.digest, asked.id, precondition):
                raise _failed()
        elif precondition == ALWAYS:
            await self._store.delete_documents(asked.owner.digest)
        else:
            named = IF_NONE_MATCH if precondition.match is None else IF_MATCH
            raise Problem(
                400, "precondition-not-allowed", f"A tag is of one document: name it with {kind.id}.", named
            )
        return web.Response(status=204, headers={VERSION: version.value})

    async def _sent(self, request: web.Request, asked: AskedDocument) -> ResourceDocument:
        content_type = request.headers.get("Content-Type", UNTYPED)
        try:
            check_media_type(content_type)
        except Invalid as error:
            raise Problem(400, error.code, error.message, "Content-Type") from None
        if len(content_type) > LONGEST_TYPE or not content_type.isascii():
            message = f"Send a media type of at most {LONGEST_TYPE} characters, all of them ASCII."
            raise Problem(400, "bad-media-type", message, "Content-Type")
        content = await self._bodies.read(request)
        if is_json(content_type):
            _check_json(content)
        assert asked.id is not None, "what is written is named"  # noqa: S101
        return ResourceDocument(asked.owner, asked.id, tag_of(content), content_type, _now(), content)

    async def _merge(self, posted: ResourceDocument, precondition: Precondition) -> ResourceDocument:
        """What was stored. It is made of what was read a moment before, and stored if that is still there."""
        for _ in range(ATTEMPTS):
            found = await self._store.load_document(posted.owner.digest, posted.id)
            tag = None if found is None else found.tag
            if not precondition.holds(tag):
                raise _failed()
            # of now, not of when it was posted: who asks since what came in between is to find it
            document = posted if found is None else await self._merge_into(found, posted)
            document = document._replace(modified=_now())
            if await self._save(document, only(tag)):
                return document
        raise overloaded("document-contended", "Many write this document. Send the same request again.")

    async def _merge_into(self, found: ResourceDocument, posted: ResourceDocument) -> ResourceDocument:
        if max(len(found.content), len(posted.content)) > MERGEABLE:
            raise Problem(
                413, "document-too-large", f"Up to {MERGEABLE} bytes are merged: PUT the whole document."
            )
        return await asyncio.to_thread(self._merged, found, posted)

    def _merged(self, found: ResourceDocument, posted: ResourceDocument) -> ResourceDocument:
        if not (is_json(found.content_type) and is_json(posted.content_type)):
            message = f"Only {JSON} is merged into {JSON}: PUT the whole document, with If-Match."
            raise Problem(400, "not-mergeable", message, "Content-Type")
        try:
            content = merged(found.content, posted.content)
        except ValueError:
            message = (
                "Only a JSON object is merged into a JSON object: PUT the whole document, with If-Match."
            )
            raise Problem(400, "not-mergeable", message) from None
        if len(content) > self._max_body:
            raise Problem(413, "document-too-large", f"A document has at most {self._max_body} bytes.")
        return posted._replace(content=content, content_type=JSON, tag=tag_of(content))

    async def _save(self, document: ResourceDocument, precondition: Precondition) -> bool:
        try:
            return await self._store.save_document(document, precondition)
        except Unacceptable:
            raise Problem(
                413, "document-too-large", "The store cannot hold so large a document: send a smaller one."
            ) from None


def _asked(kind: DocumentKind, call: Call) -> tuple[Version, AskedDocument, Precondition]:
    version = version_of(call.request)
    asked = asked_document(kind, call.request, version)
    return version, asked, precondition_of(call.request)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _check_json(content: bytes) -> None:
    """What says it is JSON is JSON (1.0.3 Communication 3.2)."""
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Problem(400, "bad-json", f"Send JSON, or another Content-Type than {JSON}.", "") from None


def _answer(
    content: bytes, tag: str, headers: dict[str, str], precondition: Precondition
) -> web.StreamResponse:
    if not precondition._replace(none_match=None).holds(tag):
        raise _failed()
    told = {**_KEPT, **headers, "ETag": quoted(tag)}
    if not precondition.holds(tag):
        del told["Content-Type"]
        return web.Response(status=304, headers=told)
    return web.Response(body=content, headers=told)


def _written(document: ResourceDocument, version: Version) -> web.Response:
    headers = {"ETag": quoted(document.tag), "Last-Modified": http_date(document.modified)}
    return web.Response(status=204, headers={**headers, VERSION: version.value})


def _failed() -> Problem:
    return Problem(
        412, "precondition-failed", "Nothing was done: GET what is there now, and send its ETag in If-Match."
    )


def _conflict() -> Problem:
    return Problem(
        409,
        "document-exists",
        "There is a document already, and it was left as it is: GET it to see its current state, then send "
        "its ETag in the header If-Match to replace it.",
    )
