"""Multipart bodies as platforms send them, and as they are answered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from tests.acceptance.making import Json

BOUNDARY = "abcABC0123'()+_,-./:=?"
MIXED = f'multipart/mixed; boundary="{BOUNDARY}"'
HASH, ENCODING = "X-Experience-API-Hash", "Content-Transfer-Encoding"


class Part(NamedTuple):
    """A part of a body."""

    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        """What is in it."""
        return orjson.loads(self.data)


def sha256(data: bytes) -> str:
    """The hash that names the data."""
    return hashlib.sha256(data).hexdigest()


def attachment(data: bytes, **more: Any) -> Json:
    """An attachment's headers in a statement; `None` leaves one out."""
    said = {
        "usageType": "https://platform.example/essay",
        "display": {"vi": "Bài làm"},
        "contentType": "text/plain; charset=utf-8",
        "length": len(data),
        "sha2": sha256(data),
        **more,
    }
    return {name: value for name, value in said.items() if value is not None}


def statements_part(value: object) -> Part:
    """The first part."""
    return Part({"Content-Type": "application/json"}, orjson.dumps(value))


def data_part(data: bytes, **headers: str | None) -> Part:
    """Another part; a header that is None is left out, `_` stands for `-` in names."""
    said = {"Content-Type": "text/plain", ENCODING: "binary", HASH: sha256(data)}
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Part({name: value for name, value in {**said, **more}.items() if value is not None}, data)


def body(*parts: Part) -> bytes:
    """The whole body."""
    return b"".join(encoded(*parts))


def encoded(*parts: Part) -> Iterator[bytes]:
    """The body piece by piece."""
    for part in parts:
        lines = "".join(f"{name}: {value}\r\n" for name, value in part.headers.items())
        yield f"--{BOUNDARY}\r\n{lines}\r\n".encode()
        yield part.data
        yield b"\r\n"
    yield f"--{BOUNDARY}--\r\n".encode()


def read(content_type: str, answered: bytes) -> list[Part]:
    """The parts of an answer, taken apart with none of what the server has for that."""
    kind, _, boundary = content_type.partition("; boundary=")
    assert kind == "multipart/mixed", content_type
    delimiter = b"\r\n--" + boundary.strip('"').encode()
    preamble, *parts, end = (b"\r\n" + answered).split(delimiter)
    assert (preamble, end) == (b"", b"--\r\n")
    return [_part(it) for it in parts]


def _part(text: bytes) -> Part:
    lines, _, data = text.partition(b"\r\n\r\n")
    headers = dict(line.decode().split(": ", 1) for line in lines.split(b"\r\n")[1:])
    return Part(headers, data)
