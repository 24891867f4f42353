"""Statements to start from; every test changes its own copy."""

from typing import Any

import orjson
import pytest

from schemas.xapi import Invalid, Version, check_statement

AGENT: dict[str, Any] = {"objectType": "Agent", "name": "An", "mbox": "mailto:an@Example.vn"}
ACCOUNT: dict[str, Any] = {"account": {"homePage": "https://lms.example.vn", "name": "0792"}}
HASHED: dict[str, Any] = {"mbox_sha1sum": "EBD31E95054C018B10727CCFFD2EF2EC3A016EE9"}
OPENID: dict[str, Any] = {"openid": "https://an.example.vn/"}
GROUP: dict[str, Any] = {"objectType": "Group", "name": "Tổ 1", "member": [AGENT, ACCOUNT, HASHED]}
REF: dict[str, Any] = {"objectType": "StatementRef", "id": "7ccd3322-e1a5-411a-a67d-6a735c76f119"}
CHOICES = [{"id": "a", "description": {"vi": "Một", "en": "One"}}, {"id": "b"}]

SMALL: dict[str, Any] = {
    "actor": AGENT,
    "verb": {"id": "https://example.vn/verbs/read"},
    "object": {"id": "https://example.vn/books/1"},
}

FULL: dict[str, Any] = {
    "id": "16FD2706-8baf-433b-82eb-8c7fada847da",
    "actor": ACCOUNT,
    "verb": {
        "id": "http://adlnet.gov/expapi/verbs/answered",
        "display": {"vi": "trả lời", "en-US": "answered"},
    },
    "object": {
        "objectType": "Activity",
        "id": "https://example.vn/q/1",
        "definition": {
            "name": {"vi": "Câu 1", "en": "Question 1"},
            "description": {"vi": "Chọn một", "en": "Choose one"},
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "moreInfo": "https://example.vn/q/1/info",
            "interactionType": "choice",
            "correctResponsesPattern": ["a"],
            "choices": CHOICES,
            "extensions": {"https://example.vn/x": {"deep": [None, True, 1]}},
        },
    },
    "result": {
        "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
        "success": True,
        "completion": False,
        "response": "a",
        "duration": "PT1M30.5S",
        "extensions": {"https://example.vn/r": "text"},
    },
    "context": {
        "registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        "instructor": OPENID,
        "team": GROUP,
        "contextActivities": {
            "parent": {"id": "https://example.vn/quiz"},
            "grouping": [{"id": "https://example.vn/course"}, {"id": "https://example.vn/programme"}],
        },
        "revision": "2",
        "platform": "LMS",
        "language": "vi-VN",
        "statement": {"objectType": "StatementRef", "id": "7ccd3322-e1a5-411a-a67d-6a735c76f119"},
        "extensions": {"https://example.vn/unit": "44"},
    },
    "timestamp": "2025-04-18T08:02:03.004+07:00",
    "stored": "2025-04-18T01:02:04Z",
    "authority": ACCOUNT,
    "version": "1.0.0",
    "attachments": [
        {
            "usageType": "https://example.vn/certificate",
            "display": {"vi": "Chứng nhận"},
            "description": {"vi": "PDF"},
            "contentType": 'application/pdf; name="a;b.pdf"',
            "length": 4235,
            "sha2": "672fa5fa658017f1b72d65036f13379c6ab05d4ab3b6664908d8acf0b6a0c634",
            "fileUrl": "https://example.vn/a.pdf",
        }
    ],
}

SUBSTATEMENT: dict[str, Any] = {
    "actor": AGENT,
    "verb": {"id": "https://example.vn/verbs/planned"},
    "object": {
        "objectType": "SubStatement",
        "actor": HASHED,
        "verb": {"id": "https://example.vn/verbs/visited", "display": {"vi": "thăm", "en": "visited"}},
        "object": {
            "id": "https://example.vn/museum",
            "definition": {"name": {"vi": "Bảo tàng", "en": "Museum"}},
        },
        "context": {
            "instructor": OPENID,
            "contextActivities": {"category": {"id": "https://example.vn/trips"}},
        },
        "timestamp": "2030-01-01T00:00:00Z",
    },
}

CONTEXT_2: dict[str, Any] = {
    "contextAgents": [
        {"objectType": "contextAgent", "agent": OPENID, "relevantTypes": ["https://example.vn/types/coach"]}
    ],
    "contextGroups": [{"objectType": "contextGroup", "group": GROUP}],
}


def put(value: Any, pointer: str, new: object) -> Any:
    """A copy of `value` with `new` at the keys of `pointer`, parted by `|`; `...` takes the key out."""
    copy = orjson.loads(orjson.dumps(value))
    *parents, last = [int(key) if key.isdigit() else key for key in pointer.split("|")]
    place: Any = copy
    for key in parents:
        place = place.setdefault(key, {}) if isinstance(place, dict) else place[key]
    if new is ...:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(new)
    else:
        place[last] = new
    return copy


def refuse(statement: object, version: Version, code: str, pointer: str) -> None:
    """Asserts that the check fails with this code at this place, and with a sentence to act on."""
    with pytest.raises(Invalid) as caught:
        check_statement(statement, version)
    assert (caught.value.code, caught.value.pointer) == (code, pointer)
    assert caught.value.message.endswith(".")
