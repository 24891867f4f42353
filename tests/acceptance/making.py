"""Statements as platforms send them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

Json = dict[str, Any]

ADL = "http://adlnet.gov/expapi/verbs/"
BDHVS = "https://w3id.org/bdhvs/ext/"
COURSE = "http://adlnet.gov/expapi/activities/course"
HOME = "https://platform.example"
QUANG_NAM: Json = {"scheme": "vn-2004", "province": "49"}
DA_NANG: Json = {"scheme": "vn-2025", "province": "48"}
LAM_DONG: Json = {"scheme": "vn-2025", "province": "68"}
APRIL = "2025-04-18T08:30:00+07:00"

_EXTENSIONS = {"unit": "admin-unit", "groups": "audience-group", "topic": "topic", "channel": "channel"}


def account(name: str, home: str = HOME) -> Json:
    """An agent by its account."""
    return {"account": {"homePage": home, "name": name}}


def statement(
    learner: str = "an",
    verb: str = "completed",
    *,
    identifier: str | None = None,
    activity: str = "https://platform.example/lesson",
    at: str | None = APRIL,
    topic: int | None = None,
    unit: Json | None = None,
    groups: list[str] | None = None,
    channel: str | None = None,
    **more: Any,
) -> Json:
    """A statement with an id; extensions by their short names, `topic` by number, `more` as it is sent."""
    said = {
        "unit": unit,
        "groups": groups,
        "topic": None if topic is None else {"scheme": "bdhvs", "code": f"{topic:02d}"},
        "channel": channel,
    }
    extensions = {BDHVS + _EXTENSIONS[name]: value for name, value in said.items() if value is not None}
    made: Json = {
        "id": identifier or str(uuid4()),
        "actor": account(learner),
        "verb": {"id": verb if ":" in verb else ADL + verb},
        "object": {"id": activity},
    }
    if at is not None:
        made["timestamp"] = at
    if extensions:
        made["context"] = {"extensions": extensions}
    return {**made, **more}


def void(target: str, **more: Any) -> Json:
    """A statement that voids another one."""
    return statement("operator", "voided", object=reference(target), **more)


def reference(target: str) -> Json:
    """A StatementRef."""
    return {"objectType": "StatementRef", "id": target}
