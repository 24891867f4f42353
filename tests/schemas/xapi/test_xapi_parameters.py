"""What query parameters are checked with, and the identifiers made of agents."""

import pytest

from schemas.xapi import Invalid, Version, check_agent, check_iri, ifi, parse_uuid
from tests.schemas.xapi.samples import ACCOUNT, AGENT, GROUP, HASHED, OPENID


@pytest.mark.parametrize("agent", [AGENT, ACCOUNT, HASHED, OPENID, {**GROUP, **OPENID}])
def test_an_agent_or_identified_group(agent: dict[str, object]) -> None:
    assert check_agent(agent, Version.V1_0_3) is agent


@pytest.mark.parametrize(
    ("agent", "code"),
    [
        (GROUP, "identifier-missing"),
        ({}, "identifier-missing"),
        ([], "wrong-type"),
        (None, "null-not-allowed"),
    ],
)
def test_nothing_is_looked_up_without_an_identifier(agent: object, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_agent(agent, Version.V2_0_0)
    assert (caught.value.code, caught.value.pointer) == (code, "")


def test_a_uuid_has_one_canonical_form() -> None:
    assert parse_uuid("16FD2706-8BAF-433B-82EB-8C7FADA847DA") == "16fd2706-8baf-433b-82eb-8c7fada847da"
    with pytest.raises(Invalid):
        parse_uuid("{16fd2706-8baf-433b-82eb-8c7fada847da}")


def test_a_bad_iri_stays_bad_and_a_good_one_good() -> None:
    for _ in range(2):
        check_iri("https://example.vn/ok")
        with pytest.raises(Invalid):
            check_iri("example.vn/ok")


def test_known_iris_are_bounded() -> None:
    for number in range(20_000):
        check_iri(f"urn:test:{number}")
    check_iri("urn:test:0")


@pytest.mark.parametrize(
    ("agent", "identifier"),
    [
        (AGENT, "mbox:mailto:an@example.vn"),
        ({"mbox": "mailto:An@A.VN"}, "mbox:mailto:An@a.vn"),
        (HASHED, "mbox_sha1sum:ebd31e95054c018b10727ccffd2ef2ec3a016ee9"),
        (OPENID, "openid:https://an.example.vn/"),
        (ACCOUNT, "account:https://lms.example.vn|0792"),
        ({"account": {"homePage": "https://A.vn", "name": "a|B"}}, "account:https://A.vn|a|B"),
        ({**GROUP, **OPENID}, "openid:https://an.example.vn/"),
        (GROUP, None),
    ],
)
def test_the_identifier_as_one_string(agent: dict[str, object], identifier: str | None) -> None:
    assert ifi(agent) == identifier
