"""Who an actor, a member or an authority may be."""

import pytest

from schemas.xapi import Version
from tests.schemas.xapi.samples import ACCOUNT, AGENT, GROUP, HASHED, OPENID, SMALL, put, refuse

BAD: list[tuple[str, object, str, str]] = [
    ("actor", None, "null-not-allowed", "/actor"),
    ("actor", [], "wrong-type", "/actor"),
    ("actor", {}, "identifier-missing", "/actor"),
    ("actor", {"name": "An"}, "identifier-missing", "/actor"),
    ("actor", {**AGENT, **OPENID}, "identifier-several", "/actor"),
    ("actor", {**GROUP, **OPENID, **HASHED}, "identifier-several", "/actor"),
    ("actor|objectType", "agent", "value-not-allowed", "/actor/objectType"),
    ("actor|objectType", "Activity", "value-not-allowed", "/actor/objectType"),
    ("actor|objectType", 1, "wrong-type", "/actor/objectType"),
    ("actor|name", 1, "wrong-type", "/actor/name"),
    ("actor|member", [AGENT], "unknown-key", "/actor/member"),
    ("actor|mbox", "an@example.vn", "bad-mbox", "/actor/mbox"),
    ("actor|mbox", "mailto:an.example.vn", "bad-mbox", "/actor/mbox"),
    ("actor|mbox", "MAILTO:an@example.vn", "bad-mbox", "/actor/mbox"),
    ("actor|mbox", "mailto:an@example.vn?subject=x", "bad-mbox", "/actor/mbox"),
    ("actor|mbox", "mailto:an@a.vn,binh@a.vn", "bad-mbox", "/actor/mbox"),
    ("actor|mbox", 1, "wrong-type", "/actor/mbox"),
    ("actor", {"mbox_sha1sum": "ebd3"}, "bad-hash", "/actor/mbox_sha1sum"),
    ("actor", {"mbox_sha1sum": "g" * 40}, "bad-hash", "/actor/mbox_sha1sum"),
    ("actor", {"mbox_sha1sum": 1}, "wrong-type", "/actor/mbox_sha1sum"),
    ("actor", {"openid": "an"}, "bad-iri", "/actor/openid"),
    ("actor", {"account": "an"}, "wrong-type", "/actor/account"),
    ("actor", {"account": {"name": "an"}}, "missing-key", "/actor/account"),
    ("actor", {"account": {"homePage": "https://a.vn"}}, "missing-key", "/actor/account"),
    ("actor", put(ACCOUNT, "account|name", 1), "wrong-type", "/actor/account/name"),
    ("actor", put(ACCOUNT, "account|homePage", "a.vn"), "bad-iri", "/actor/account/homePage"),
    ("actor", put(ACCOUNT, "account|homepage", "https://a.vn"), "unknown-key", "/actor/account/homepage"),
    ("actor", {"objectType": "Group"}, "group-without-members", "/actor"),
    ("actor", {"objectType": "Group", "member": []}, "group-without-members", "/actor"),
    ("actor", {**GROUP, "member": AGENT}, "wrong-type", "/actor/member"),
    ("actor", {**GROUP, "member": [AGENT, {}]}, "identifier-missing", "/actor/member/1"),
    ("actor", {**GROUP, "member": [GROUP]}, "nested-group", "/actor/member/0/objectType"),
    ("authority", {"objectType": "Group", "member": [AGENT]}, "bad-authority", "/authority"),
    (
        "authority",
        {"objectType": "Group", **OPENID, "member": [AGENT, ACCOUNT]},
        "bad-authority",
        "/authority",
    ),
    ("authority", {"objectType": "Group", **OPENID}, "bad-authority", "/authority"),
    ("authority", {}, "identifier-missing", "/authority"),
]


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize(("place", "value", "code", "pointer"), BAD)
def test_a_broken_rule_has_its_code_and_place(
    place: str, value: object, code: str, pointer: str, version: Version
) -> None:
    refuse(put(SMALL, place, value), version, code, pointer)
