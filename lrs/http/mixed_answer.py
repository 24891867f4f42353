"""Answers with attachments: multipart/mixed, the statements first, then the data of each attachment once, as
it comes from the store (xAPI 1.0.3 Communication 1.5.2, 2.1.3).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping

import orjson
from aiohttp import web

from lrs.http.mixed import ENCODING, HASH
from schemas.errors import StoreError
from schemas.ports import AttachmentStore
from schemas.xapi import attachments

log = logging.getLogger(__name__)


def named_in(texts: Iterable[bytes]) -> dict[str, bytes]:
    """By hash the headers of the attachments that these statements name, as the first that has it does."""
    found: dict[str, bytes] = {}
    for text in texts:
        if b'"attachments"' not in text:
            continue
        for _, it in attachments(orjson.loads(text)):
            said = f"Content-Type: {it['contentType']}\r\n{ENCODING}: binary\r\n{HASH}: {it['sha2']}\r\n\r\n"
            found.setdefault(it["sha2"].lower(), said.encode())
    return found


async def answer_mixed(
    request: web.Request,
    store: AttachmentStore,
    body: bytes,
    named: Mapping[str, bytes],
    lengths: Mapping[str, int],
    headers: Mapping[str, str],
) -> web.StreamResponse:
    """Answer `body`, which is JSON, and of the attachments `named` those that have lengths, from the store.

    The answer's length is told beforehand: where the store fails meanwhile the connection is closed, and the
    client sees that something is missing.
    """
    boundary = os.urandom(16).hex()
    between = f"\r\n--{boundary}\r\n".encode()
    first = between[2:] + b"Content-Type: application/json\r\n\r\n" + body
    heads = {sha2: between + head for sha2, head in named.items() if sha2 in lengths}
    end = f"\r\n--{boundary}--\r\n".encode()
    response = web.StreamResponse(headers=headers)
    # no quotes: hexadecimal digits need none (RFC 2045 5.1), and clients take what follows = as it is
    response.headers["Content-Type"] = f"multipart/mixed; boundary={boundary}"
    response.content_length = (
        len(first) + sum(len(head) + lengths[sha2] for sha2, head in heads.items()) + len(end)
    )
    if request.method == "HEAD":
        return response
    await response.prepare(request)
    try:
        await response.write(first)
        for sha2, head in heads.items():
            await response.write(head)
            async for piece in store.attachment(sha2):
                await response.write(piece)
        await response.write(end)
    except (StoreError, KeyError) as error:
        log.warning("an answer breaks off, its attachments cannot be read: %s", error)
        if request.transport is not None:
            request.transport.abort()
    except ConnectionError:
        log.debug("a client went away while it was answered")
    return response
