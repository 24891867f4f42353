"""The profile as one JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from lrs.profile.example import example, read
from lrs.profile.extension import extensions
from lrs.profile.words import ACTIONS, CHANNELS, OUTCOMES, STATUSES, Words, trained
from lrs.reports.platform import COUNTED, MEANING, VOIDED
from schemas.cell import TRAINED
from schemas.group import groups, implied
from schemas.profile import Profile
from schemas.reading import CHANNELS as CHANNEL_CODES
from schemas.reading import COURSES, VERBS, Outcome, Remark
from schemas.reading import STATUSES as STATUS_CODES
from schemas.ruleset import Ruleset
from schemas.unit import SCHEMES, Gazetteer, Scheme, Unit, gazetteer

Json = dict[str, Any]

NAMES_AS_OF: Final[dict[Scheme, str]] = {"vn-2004": "2025-06-30", "vn-2025": "2025-07-01"}
"""The day whose names the units of a scheme have (`schemas/data/README.md`)."""
SHOWN = "http://adlnet.gov/expapi/verbs/completed"
"""The verb of the example that is shown."""
LISTS = ("units", "groups", "verbs", "topics", "channels", "extensions")
"""The code lists that there are as CSV too."""


def document(ruleset: Ruleset, namespaces: tuple[str, ...]) -> Json:
    """Everything that a platform needs to know. `namespaces`: the present one, then those still known."""
    profile = Profile(namespaces)
    return {
        "namespaces": list(namespaces),
        "calendar": "Asia/Ho_Chi_Minh",
        "trained": _both(trained(ruleset.trained)),
        "lists": {name: f"profile/{name}.csv" for name in LISTS},
        "example": example(SHOWN, namespaces[0]),
        "extensions": [_extension(it, namespaces) for it in extensions()],
        "verbs": [_verb(verb, ruleset, profile, namespaces[0]) for verb in VERBS],
        "course_types": sorted(COURSES),
        "channels": [{"code": code, **_both(CHANNELS[code])} for code in CHANNEL_CODES],
        "confirmation_statuses": [{"code": code, **_both(STATUSES[code])} for code in STATUS_CODES],
        "topics": [{"scheme": scheme, "code": code} for scheme, code in _topics(ruleset)],
        "groups": [_group(code) for code in groups()],
        "outcomes": [_meaning(it) for it in Outcome],
        "remarks": [_meaning(it) for it in Remark],
        "units": [_scheme(scheme) for scheme in SCHEMES],
    }


def _both(words: Words) -> Json:
    return {"vi": words.vi, "en": words.en}


def _extension(it: Any, namespaces: tuple[str, ...]) -> Json:
    iris = [f"{namespace}ext/{it.name}" for namespace in namespaces]
    return {
        "iri": iris[0],
        "also": iris[1:],
        "name": it.name,
        "in": it.stands_in,
        **_both(it.what),
        "schema": {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": iris[0], **it.schema},
        "examples": list(it.examples),
    }


def _verb(verb: str, ruleset: Ruleset, profile: Profile, namespace: str) -> Json:
    reading = read(example(verb, namespace), ruleset, profile)
    # one statement is not enough for every rule
    with_others = {TRAINED} if reading.towards_trained else set[str]()
    return {
        "id": verb,
        "action": VERBS[verb].value,
        **_both(ACTIONS[VERBS[verb]]),
        "measures": sorted(with_others.union(reading.measures)),
    }


def _topics(ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    for topic in sorted(ruleset.topics):
        scheme, _, code = topic.partition(":")
        yield scheme, code


def _group(code: str) -> Json:
    group = groups()[code]
    return {
        "code": code,
        "vi": group.vi,
        "en": group.en,
        "kind": group.kind,
        "may_be_sent": group.sendable,
        "implies": sorted(implied([code]) - {code}) if group.sendable else sorted(group.implies),
        "national_group_757": group.national,
    }


def _meaning(it: Outcome | Remark) -> Json:
    said = {Outcome.COUNTED: COUNTED, Outcome.VOIDED: VOIDED}
    return {"code": it.value, "vi": OUTCOMES[it], "en": MEANING[it] if it in MEANING else said[it]}  # type: ignore[index]


def _scheme(scheme: Scheme) -> Json:
    known = gazetteer()
    on = date.fromisoformat(NAMES_AS_OF[scheme])
    return {
        "scheme": scheme,
        "names_as_of": NAMES_AS_OF[scheme],
        "provinces": [_province(unit, known, on) for unit in known.provinces(scheme)],
    }


def _province(unit: Unit, known: Gazetteer, on: date) -> Json:
    others = (
        {"became": str(known.successor(unit))}
        if unit.scheme == "vn-2004"
        else {"was": [str(it) for it in known.predecessors(unit)]}
    )
    communes = [_commune(it, known, on) for it in known.communes(unit)]
    return {"code": unit.province, "name": known.name(unit, on), **others, "communes": communes}


def _commune(unit: Unit, known: Gazetteer, on: date) -> Json:
    said: Json = {"code": unit.commune, "name": known.name(unit, on)}
    if unit.scheme == "vn-2004":
        said["became"] = str(known.successor(unit))
        main = known.successor(unit, default_successor=True)
        if str(main) != said["became"]:
            said["main_successor"] = str(main)
    return said
