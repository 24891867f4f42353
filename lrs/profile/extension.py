"""The extensions of the profile: where each stands, its JSON schema, and examples that are read so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lrs.profile.words import Words
from schemas.group import groups
from schemas.profile import LONGEST_PERSON
from schemas.reading import CHANNELS, STATUSES
from schemas.unit import SCHEMES

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension; its IRI is a namespace and `ext/<name>`."""

    name: str
    stands_in: Literal["context", "result"]
    what: Words
    schema: Json
    examples: tuple[Any, ...]


def _code(pattern: str | None = None) -> Json:
    of: Json = {"type": "string", "minLength": 1, "maxLength": 64}
    return {**of, "pattern": pattern} if pattern else of


def _object(properties: Json, *required: str) -> Json:
    return {"type": "object", "properties": properties, "required": list(required)}


def extensions() -> tuple[Extension, ...]:
    """All of them, in the order in which a platform meets them."""
    sendable = [code for code, group in groups().items() if group.sendable]
    return (
        Extension(
            "admin-unit",
            "context",
            Words(
                "Đơn vị hành chính nơi người học được tính; luôn kèm hệ mã, vì mã cũ đã được dùng lại.",
                "The administrative unit where the learner counts; always with its scheme, since codes were "
                "used again.",
            ),
            _object(
                {
                    "scheme": {"enum": list(SCHEMES)},
                    "province": _code("^[0-9]{2}$"),
                    "commune": _code("^([0-9]{5}|[0-9]{3})$"),
                },
                "scheme",
                "province",
            ),
            (
                {"scheme": "vn-2025", "province": "48", "commune": "20194"},
                {"scheme": "vn-2004", "province": "49"},
            ),
        ),
        Extension(
            "audience-group",
            "context",
            Words(
                "Các nhóm đối tượng của người học; nhóm được suy ra thì không cần nêu.",
                "The audience groups of the learner; implied ones need not be named.",
            ),
            {"type": "array", "items": {"enum": sendable}, "maxItems": 64},
            (["cadres"], ["secondary-pupils"], ["elderly", "farmers"]),
        ),
        Extension(
            "topic",
            "context",
            Words("Chủ đề của chương trình.", "The topic of the programme."),
            _object({"scheme": _code(), "code": _code()}, "scheme", "code"),
            ({"scheme": "bdhvs", "code": "03"},),
        ),
        Extension(
            "channel",
            "context",
            Words("Kênh học.", "How it was learnt."),
            {"enum": list(CHANNELS)},
            tuple(CHANNELS),
        ),
        Extension(
            "person",
            "context",
            Words(
                "Mã người học do một cơ quan cấp, để một người có nhiều tài khoản được tính một lần; chỉ của "
                "nền tảng được phép; không bao giờ là số định danh.",
                "The person's key, issued by one office, so that a person with several accounts counts once; "
                "of a platform that is allowed to send it; never an identity number.",
            ),
            {
                "type": "string",
                "minLength": 1,
                "maxLength": LONGEST_PERSON,
                "not": {"pattern": "^[0-9]{12}$"},
            },
            ("p-6f0c2b7e91",),
        ),
        Extension(
            "confirmation",
            "result",
            Words(
                "Xác nhận của nền tảng được phép; có thể thu hồi.",
                "A confirmation, by a platform that is allowed to confirm; it can be revoked.",
            ),
            _object(
                {
                    "kind": _code(),
                    "channel": {"enum": ["vneid", "platform"]},
                    "status": {"enum": list(STATUSES)},
                },
                "kind",
                "channel",
                "status",
            ),
            ({"kind": "digital-skills", "channel": "vneid", "status": "confirmed"},),
        ),
    )
