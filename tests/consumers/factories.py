"""Statements as the endpoint appends them, and the platforms that send them."""

from __future__ import annotations

from typing import Any

import orjson

from consumers.projector import CREDENTIAL, PLATFORM, VOIDS_ANY
from schemas.fact import Fact, learner_key, partition_of
from schemas.record import NewRecord, Record
from schemas.registration import Registration
from schemas.xapi import parse_timestamp

Json = dict[str, Any]

ADL = "http://adlnet.gov/expapi/verbs/"
EARNED = "http://id.tincanapi.com/verb/earned"
SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
COURSE = "http://id.tincanapi.com/activitytype/lms/course"
EXT = "https://w3id.org/bdhvs/ext/"
HOME = "https://one.example"
LAUNCH = "2025-04-18T08:00:00+07:00"
STORED = parse_timestamp("2026-03-01T00:00:00Z")

ONE_TOUCH = Registration(name="onetouch", provinces=None, confirms=True)
MOODLE = Registration(
    name="moodle",
    provinces=frozenset({"vn-2025/46"}),
    unit="vn-2025/46",
    groups=("students",),
    activities={"https://moodle.example/1": "bdhvs:01", "https://moodle.example/kns/*": "bdhvs:02"},
)
NARROW = Registration(name="quang-binh", provinces=frozenset({"vn-2004/44", "vn-2025/44"}), unit="vn-2004/44")
PLATFORMS = (ONE_TOUCH, MOODLE, NARROW)

_EXTENSIONS = {"unit": "admin-unit", "groups": "audience-group", "topic": "topic", "channel": "channel"}


def number(n: int) -> str:
    """The id of a statement by number."""
    return f"00000000-0000-4000-8000-{n:012d}"


def verb(name: str) -> str:
    """The IRI of a verb: itself, or one of ADL's by its name."""
    return name if "/" in name else ADL + name


def unit(text: str) -> Json:
    """A unit as `ext/admin-unit` names it, of `vn-2004/49/20335`."""
    return dict(zip(("scheme", "province", "commune"), text.split("/"), strict=False))


def topic(code: int) -> Json:
    return {"scheme": "bdhvs", "code": f"{code:02d}"}


def confirmation(status: str, kind: str = "digital-literacy") -> Json:
    """A result that confirms."""
    return {"extensions": {f"{EXT}confirmation": {"kind": kind, "channel": "vneid", "status": status}}}


def agent(name: str) -> Json:
    return {"objectType": "Agent", "account": {"homePage": HOME, "name": name}}


def group(*names: str) -> Json:
    """A Group actor with these members."""
    return {"objectType": "Group", "member": [agent(name) for name in names]}


def subject(name: str) -> str:
    """The subject of `agent(name)`."""
    return learner_key(f"account:{HOME}|{name}")


def said(
    n: int,
    verb_: str = "completed",
    learner: str = "an",
    *,
    at: str | None = LAUNCH,
    actor: Json | None = None,
    activity: str = "https://one.example/lesson",
    kind: str | None = None,
    result: Json | None = None,
    **extensions: Any,
) -> Json:
    """A statement; extensions by short name: `unit` (as text), `groups`, `topic` (a number), `channel`."""
    if isinstance(extensions.get("unit"), str):
        extensions["unit"] = unit(extensions["unit"])
    if isinstance(extensions.get("topic"), int):
        extensions["topic"] = topic(extensions["topic"])
    made: Json = {
        "id": number(n),
        "actor": actor or agent(learner),
        "verb": {"id": verb(verb_)},
        "object": {"id": activity} | ({"definition": {"type": kind}} if kind else {}),
        "context": {"extensions": {EXT + _EXTENSIONS[name]: value for name, value in extensions.items()}},
    }
    if at is not None:
        made["timestamp"] = at
    return made | ({"result": result} if result is not None else {})


def void(n: int, target: int, learner: str = "operator") -> Json:
    """The statement that voids another one."""
    reference = {"objectType": "StatementRef", "id": number(target)}
    return said(n, "voided", learner) | {"object": reference}


def record(statement: Json, platform: str = "onetouch", *, voids_any: bool = False) -> NewRecord:
    """The record that the endpoint appends for a statement."""
    authority = {"objectType": "Agent", "account": {"homePage": "https://lrs.example", "name": platform}}
    headers: tuple[tuple[str, bytes], ...] = ((PLATFORM, platform.encode()), (CREDENTIAL, b"key"))
    if voids_any:
        headers = (*headers, (VOIDS_ANY, b"1"))
    return NewRecord(orjson.dumps({**statement, "authority": authority, "version": "2.0.0"}), headers)


def placed(new: NewRecord, offset: int, timestamp: int, partition: int = 0) -> Record:
    """The record as the log would give it back."""
    return Record(partition, offset, timestamp, new.value, new.headers, new.key)


def fact(n: int, verb_: str = "completed", **more: Any) -> Fact:
    """A fact about the learner `an`, at offset `n` of `log/0`; `unit` as text, `topic` as a number."""
    if isinstance(more.get("unit"), str):
        scheme, province, *commune = more["unit"].split("/")
        more["unit"] = (scheme, province, commune[0] if commune else None)
    if isinstance(more.get("topic"), int):
        more["topic"] = ("bdhvs", f"{more['topic']:02d}")
    moment = more.pop("at", LAUNCH)
    learner = more.get("learner", "an")
    return Fact(
        **{
            "kind": "statement",
            "statement": number(n),
            "source": "log/0",
            "offset": n,
            "learner": learner,
            "subject": learner,
            "platform": "onetouch",
            "stored": STORED,
            "timestamp": parse_timestamp(moment) if isinstance(moment, str) else moment,
            "verb": verb(verb_),
            **more,
        }
    )


def names_of_partition(partition: int, partitions: int = 4) -> list[str]:
    """Some names of learners whose facts go to this partition."""
    names = (f"learner-{index}" for index in range(100))
    return [name for name in names if partition_of(subject(name), partitions) == partition]
