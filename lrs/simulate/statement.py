"""Statements of the national profile, as a platform writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from time import gmtime, strftime
from typing import Any, Final

from schemas.unit import Unit

Json = dict[str, Any]

NAMESPACE: Final = "https://w3id.org/bdhvs/"
ADMIN_UNIT: Final = f"{NAMESPACE}ext/admin-unit"
COURSE: Final = "http://adlnet.gov/expapi/activities/course"
MODULE: Final = "http://adlnet.gov/expapi/activities/module"
LMS_COURSE: Final = "http://id.tincanapi.com/activitytype/lms/course"

_ADL = "http://adlnet.gov/expapi/verbs/"
_VIETNAM = 7 * 3_600_000
"""Milliseconds that Asia/Ho_Chi_Minh is ahead of UTC, all year."""


def _verb(iri: str, english: str, vietnamese: str) -> Json:
    return {"id": iri, "display": {"en": english, "vi": vietnamese}}


REGISTERED: Final = _verb(f"{_ADL}registered", "registered", "đã đăng ký")
INITIALIZED: Final = _verb(f"{_ADL}initialized", "initialized", "đã bắt đầu")
PROGRESSED: Final = _verb(f"{_ADL}progressed", "progressed", "đang học")
COMPLETED: Final = _verb(f"{_ADL}completed", "completed", "đã hoàn thành")
PASSED: Final = _verb(f"{_ADL}passed", "passed", "đã đạt")
FAILED: Final = _verb(f"{_ADL}failed", "failed", "chưa đạt")
ATTENDED: Final = _verb(f"{_ADL}attended", "attended", "đã tham dự")
VOIDED: Final = _verb(f"{_ADL}voided", "voided", "đã hủy")
EARNED: Final = _verb("http://id.tincanapi.com/verb/earned", "earned", "đã được cấp")
EXPERIENCED: Final = _verb(f"{_ADL}experienced", "experienced", "đã xem")
VIEWED: Final = _verb("http://id.tincanapi.com/verb/viewed", "viewed", "đã mở")
ENROLLED: Final = _verb(
    "http://www.tincanapi.co.uk/verbs/enrolled_onto_learning_plan", "enrolled", "đã ghi danh"
)
UNCOUNTED: Final = frozenset(verb["id"] for verb in (EXPERIENCED, VIEWED, ENROLLED))
"""Verbs that are stored and count for nothing."""


def account(home_page: str, name: str) -> Json:
    """An agent known by an account alone."""
    return {"objectType": "Agent", "account": {"homePage": home_page, "name": name}}


def activity(iri: str, kind: str | None = None, name: str | None = None) -> Json:
    """An activity; `kind` is the IRI of its type, `name` what it is called in Vietnamese."""
    definition: Json = {}
    if kind is not None:
        definition["type"] = kind
    if name is not None:
        definition["name"] = {"vi": name}
    found: Json = {"objectType": "Activity", "id": iri}
    if definition:
        found["definition"] = definition
    return found


def place(unit: Unit) -> Json:
    """A unit as `ext/admin-unit` names it."""
    named = {"scheme": unit.scheme, "province": unit.province}
    return named if unit.commune is None else {**named, "commune": unit.commune}


def extensions(
    *,
    unit: Json | None = None,
    groups: Sequence[str] | None = None,
    topic: str | None = None,
    channel: str | None = None,
) -> Json:
    """The profile's context extensions; `topic` is `<scheme>:<code>`; what is None is left out."""
    said: Json = {}
    if unit is not None:
        said[ADMIN_UNIT] = unit
    if groups is not None:
        said[f"{NAMESPACE}ext/audience-group"] = list(groups)
    if topic is not None:
        scheme, _, code = topic.partition(":")
        said[f"{NAMESPACE}ext/topic"] = {"scheme": scheme, "code": code}
    if channel is not None:
        said[f"{NAMESPACE}ext/channel"] = channel
    return said


def confirmation(status: str, channel: str) -> Json:
    """The result by which a platform says whether it holds the learner digitally literate."""
    said = {"kind": "digital-literacy", "channel": channel, "status": status}
    return {"extensions": {f"{NAMESPACE}ext/confirmation": said}}


def statement(
    identifier: str,
    actor: Json,
    verb: Json,
    target: Json,
    moment: int,
    *,
    context: Mapping[str, Any] | None = None,
    result: Mapping[str, Any] | None = None,
) -> Json:
    """A statement; `moment` in milliseconds, written in Vietnam's time."""
    made: Json = {"id": identifier, "actor": actor, "verb": verb, "object": target}
    if result is not None:
        made["result"] = result
    if context is not None:
        made["context"] = context
    made["timestamp"] = timestamp(moment)
    return made


def void(identifier: str, actor: Json, target: str, moment: int) -> Json:
    """The statement that voids the statement with the id `target`."""
    return statement(identifier, actor, VOIDED, {"objectType": "StatementRef", "id": target}, moment)


def timestamp(moment: int) -> str:
    """Milliseconds as Vietnam's clocks show them: `2025-04-18T08:12:33.120+07:00`."""
    days, rest = divmod(moment + _VIETNAM, 86_400_000)
    hour, rest = divmod(rest, 3_600_000)
    minute, rest = divmod(rest, 60_000)
    return f"{_date(days)}T{hour:02d}:{minute:02d}:{rest // 1000:02d}.{rest % 1000:03d}+07:00"


@lru_cache(maxsize=1024)
def _date(days: int) -> str:
    return strftime("%Y-%m-%d", gmtime(days * 86_400))
