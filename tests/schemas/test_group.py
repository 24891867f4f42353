"""Audience groups: what a code implies is counted, what is unknown is kept apart."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.group import groups, implied, parse_groups, unknown

SENDABLE = [code for code, group in groups().items() if group.sendable]

codes = st.lists(st.sampled_from([*groups(), "no-such-group", ""]))


def row(code: str = "weavers", implies: str = "", kind: str = "learner") -> Mapping[str, str]:
    return {"code": code, "implies": implies, "national_group_757": "", "vi": "", "en": "", "kind": kind}


def test_groups_come_in_the_order_of_the_table() -> None:
    assert list(groups())[:3] == ["cadres", "enterprise-workers", "enterprise-leaders"]
    assert len(groups()) == 19
    assert all(code == group.code for code, group in groups().items())


def test_a_group_has_its_names_and_its_national_group() -> None:
    cadres = groups()["cadres"]
    assert cadres.national == "public-sector"
    assert cadres.vi.startswith("cán bộ, công chức")
    assert cadres.en.startswith("cadres")
    assert groups()["community-tech-team"].national is None


@pytest.mark.parametrize(
    ("named", "counted"),
    [
        (["cadres"], {"cadres", "adults"}),
        (["secondary-pupils"], {"secondary-pupils", "pupils", "secondary-students"}),
        (["students"], {"students", "secondary-students"}),
        (["enterprise-leaders"], {"enterprise-leaders", "enterprise-workers", "adults"}),
        (["freelance", "disadvantaged"], {"freelance", "disadvantaged", "vulnerable", "adults"}),
        (["pupils"], {"pupils"}),
        (["cadres", "no-such-group"], {"cadres", "adults"}),
        (["no-such-group"], set()),
        ([], set()),
    ],
)
def test_implied_groups_are_added(named: list[str], counted: set[str]) -> None:
    assert implied(named) == counted


def test_implication_is_followed_to_its_end() -> None:
    assert all(groups()[code].implies <= implied([start]) for start in SENDABLE for code in implied([start]))


def test_every_union_may_be_sent_and_no_external_figure() -> None:
    assert set(groups()) - set(SENDABLE) == {"urban-adults"}
    assert {"pupils", "secondary-students", "adults", "vulnerable"} <= set(SENDABLE)
    assert implied(["urban-adults"]) == frozenset()
    assert unknown(["urban-adults"]) == ("urban-adults",)


def test_unknown_codes_are_shown_once_as_they_were_sent() -> None:
    assert unknown(["weavers", "cadres", "Cadres", "weavers"]) == ("weavers", "Cadres")


@given(codes)
def test_every_code_named_is_either_counted_or_shown(named: list[str]) -> None:
    assert set(named) == (set(named) & implied(named)) | set(unknown(named))
    assert not implied(named) & set(unknown(named))


@given(codes, codes)
def test_implied_is_a_closure(some: list[str], more: list[str]) -> None:
    assert implied(implied(some)) == implied(some)
    assert implied(some + more) == implied(some) | implied(more)


def test_a_group_may_imply_only_what_is_there() -> None:
    with pytest.raises(ValueError, match="weavers: implies unknown groups"):
        parse_groups([row(implies="spinners")])
    with pytest.raises(ValueError, match="expected a kind of learner"):
        parse_groups([row(kind="guild")])


def test_a_circle_of_implications_ends() -> None:
    found = parse_groups([row("weavers", "spinners"), row("spinners", "weavers")])
    assert found["weavers"].implies == {"spinners"}
