"""What a statement is found by, its void and reference, and the form it is kept in."""

from copy import deepcopy

from schemas.xapi import (
    VOIDED,
    Version,
    activities,
    agents,
    is_voiding,
    normalise,
    related_activities,
    related_agents,
    statement_reference,
)
from tests.schemas.xapi.samples import (
    ACCOUNT,
    AGENT,
    CONTEXT_2,
    FULL,
    GROUP,
    HASHED,
    OPENID,
    SMALL,
    SUBSTATEMENT,
    put,
)

AN = "mbox:mailto:an@example.vn"
ACCOUNT_ID = "account:https://lms.example.vn|0792"
HASH_ID = "mbox_sha1sum:ebd31e95054c018b10727ccffd2ef2ec3a016ee9"
OPEN_ID = "openid:https://an.example.vn/"
REF = {"objectType": "StatementRef", "id": "7CCD3322-e1a5-411a-a67d-6a735c76f119"}


def test_agents_are_actor_and_object_with_members() -> None:
    assert agents(SMALL) == {AN}
    assert agents(put(SMALL, "object", {"objectType": "Agent", **OPENID})) == {AN, OPEN_ID}
    assert agents(put(SMALL, "object", {**GROUP, **OPENID})) == {AN, ACCOUNT_ID, HASH_ID, OPEN_ID}
    assert agents(FULL) == {ACCOUNT_ID}
    assert agents(SUBSTATEMENT) == {AN}


def test_related_agents_are_all_but_extensions() -> None:
    assert related_agents(FULL) == {AN, ACCOUNT_ID, HASH_ID, OPEN_ID}
    assert related_agents(SUBSTATEMENT) == {AN, HASH_ID, OPEN_ID}
    assert related_agents(put(SMALL, "context", CONTEXT_2)) == {AN, ACCOUNT_ID, HASH_ID, OPEN_ID}
    three_legged = put(SMALL, "authority", {"objectType": "Group", "member": [ACCOUNT, HASHED]})
    assert related_agents(three_legged) == {AN, ACCOUNT_ID, HASH_ID}


def test_activities() -> None:
    assert activities(SMALL) == {"https://example.vn/books/1"}
    assert activities(SUBSTATEMENT) == set()
    assert activities(put(SMALL, "object", {**AGENT})) == set()
    assert related_activities(SUBSTATEMENT) == {"https://example.vn/museum", "https://example.vn/trips"}
    full = {"https://example.vn/q/1", "https://example.vn/quiz", "https://example.vn/course"}
    assert related_activities(FULL) == full | {"https://example.vn/programme"}


def test_voids_and_references() -> None:
    void = put(put(SMALL, "verb|id", VOIDED), "object", REF)
    assert is_voiding(void)
    assert not is_voiding(SMALL)
    assert statement_reference(void) == "7ccd3322-e1a5-411a-a67d-6a735c76f119"
    assert statement_reference(SMALL) is None


def test_context_activities_become_arrays_and_a_version_is_set() -> None:
    full = normalise(deepcopy(FULL), Version.V2_0_0)
    in_utc = put(FULL, "timestamp", "2025-04-18T01:02:03.004Z")
    assert full == put(in_utc, "context|contextActivities|parent", [{"id": "https://example.vn/quiz"}])
    inner = normalise(deepcopy(SUBSTATEMENT), Version.V2_0_0)
    assert inner["object"]["context"]["contextActivities"]["category"] == [{"id": "https://example.vn/trips"}]
    assert inner["version"] == "2.0.0"
    assert normalise(deepcopy(SMALL), Version.V1_0_3) == {**SMALL, "version": "1.0.0"}
    assert normalise(deepcopy(full), Version.V1_0_3) == full
    assert normalise(deepcopy(full), Version.V2_0_0) == full


def test_timestamps_of_2_0_become_utc_and_those_of_1_0_stay() -> None:
    """2.0.0 Data 4.5.s1.b6."""
    sent = put(SUBSTATEMENT, "object|timestamp", "2030-01-01T07:00:00.12345678+07:00")
    inner = normalise(deepcopy(sent), Version.V2_0_0)["object"]["timestamp"]
    assert inner == "2030-01-01T00:00:00.12345678Z"
    kept = normalise(deepcopy(sent), Version.V1_0_3)["object"]
    assert kept["timestamp"] == sent["object"]["timestamp"]
