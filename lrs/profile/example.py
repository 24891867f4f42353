"""Statements that show the profile, and what the rules make of them: asked of the rules themselves."""

from __future__ import annotations

from typing import Any

import orjson

from lrs.check.judge import reading_of
from lrs.check.verdict import ReadingShape
from schemas.profile import Profile
from schemas.reading import COURSES, VERBS, Action, Rules
from schemas.registration import Registration
from schemas.ruleset import Ruleset
from schemas.xapi import parse_timestamp

Json = dict[str, Any]

PLATFORM = Registration(
    name="example", home_page="https://platform.example.vn", provinces=None, confirms=True
)
"""A platform that may do all that a platform may."""
MOMENT = "2025-09-05T08:30:00+07:00"


def example(verb: str, namespace: str) -> Json:
    """A statement with this verb that uses what the profile has."""
    extensions = f"{namespace}ext/"
    home = PLATFORM.home_page
    target: Json = {
        "id": f"{home}/courses/digital-skills",
        "definition": {"type": min(COURSES), "name": {"vi": "Kỹ năng số cơ bản"}},
    }
    if VERBS[verb] is Action.VOIDING:
        target = {"objectType": "StatementRef", "id": "3f1f5b8e-6a0f-4d0e-9f4b-0d2d3b0a7c11"}
    return {
        "id": "7c0f1d52-2f0e-4f0c-8d0a-5b1f0a9d2e34",
        "actor": {"account": {"homePage": home, "name": "hv-000123"}},
        "verb": {"id": verb},
        "object": target,
        "timestamp": MOMENT,
        "context": {
            "extensions": {
                f"{extensions}admin-unit": {"scheme": "vn-2025", "province": "48", "commune": "20194"},
                f"{extensions}audience-group": ["cadres"],
                f"{extensions}topic": {"scheme": "bdhvs", "code": "03"},
                f"{extensions}channel": "online",
            }
        },
    }


def read(statement: Json, ruleset: Ruleset, profile: Profile) -> ReadingShape:
    """What the rules make of a statement of the example's platform."""
    rules = Rules(ruleset.model_copy(update={"platforms": {PLATFORM.name: PLATFORM}}))
    stored = parse_timestamp(statement["timestamp"])
    return reading_of(orjson.dumps(statement), rules, profile, PLATFORM.name, stored)
