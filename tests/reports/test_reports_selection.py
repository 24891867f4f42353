"""What a reader may choose, and what they are told where they chose wrong."""

import pytest

from lrs.reports import media, selection
from lrs.reports.media import Media
from lrs.reports.refused import Refused
from schemas.unit import gazetteer


@pytest.mark.parametrize("text", ["total", "2025", "2025-04", "2025-04-18", "2024-02-29"])
def test_a_period_is_the_total_a_year_a_month_or_a_day(text: str) -> None:
    assert selection.period_of(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "25", "2025-13", "2025-02-29", "2025-4", "20250418", "2025-W16", "0000", "2025-04-18|", "２０２５"],
)
def test_any_other_period_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="2025-04-18") as refused:
        selection.period_of(text)
    assert (refused.value.code, refused.value.parameter, refused.value.missing) == (
        "bad-period",
        "period",
        False,
    )


def test_a_group_is_everybody_not_stated_or_one_that_statements_can_say() -> None:
    for text in ("*", "not-stated", "cadres", "pupils"):
        assert selection.group_of(text) == text
    for text, says in (("urban-adults", "imported figures"), ("cadre", "cadres"), ("", "not-stated")):
        with pytest.raises(Refused, match=says):
            selection.group_of(text)


def test_a_code_of_the_other_scheme_is_told_what_to_write_instead() -> None:
    with pytest.raises(Refused) as refused:
        selection.province_of("vn-2025", "49")
    assert refused.value.message == (
        "49 is a code of vn-2004 (Tỉnh Quảng Nam). Write vn-2025/48 (Thành phố Đà Nẵng), or vn-2004/49."
    )
    assert (refused.value.code, refused.value.parameter, refused.value.missing) == (
        "unknown-province",
        "code",
        True,
    )


def test_a_code_of_no_scheme_is_told_those_that_there_are() -> None:
    with pytest.raises(Refused, match=r"vn-2025 has the codes 01, 04, .*, not-stated\."):
        selection.province_of("vn-2025", "99")
    with pytest.raises(Refused, match="vn-2025 has the codes"):
        selection.province_of("vn-2025", "not-attributable")
    with pytest.raises(Refused, match="vn-2004, vn-2025"):
        selection.province_of("iso", "01")


@pytest.mark.parametrize("text", ["x", "", "vn-2025/99", "vn-2025/01/00070", "vn-2020/01"])
def test_a_unit_that_is_none_is_said_of_the_parameter_that_names_it(text: str) -> None:
    with pytest.raises(Refused) as refused:
        selection.unit_of(text)
    assert (refused.value.parameter, refused.value.missing) == ("unit", False)


def test_every_province_can_be_asked_for() -> None:
    for scheme in ("vn-2004", "vn-2025"):
        for code in selection.lines_of(selection.scheme_of(scheme)):
            assert selection.province_of(scheme, code) == (scheme, code)
    assert len(gazetteer().provinces("vn-2025")) == len(selection.lines_of("vn-2025")) - 1


@pytest.mark.parametrize(
    ("named", "accept", "chosen"),
    [
        (None, "", Media.JSON),
        (None, "*/*", Media.JSON),
        (None, "text/csv", Media.CSV),
        (None, "text/csv, */*", Media.CSV),
        (None, "text/*;q=0.5, application/json;q=0.4", Media.CSV),
        (None, "text/csv;q=0.5, application/json", Media.JSON),
        (None, "text/csv;q=0", Media.JSON),
        (None, "text/csv;q=much", Media.JSON),
        (None, "text/html", Media.JSON),
        ("json", "text/csv", Media.JSON),
        ("csv", "application/json", Media.CSV),
        ("xlsx", "text/csv", Media.XLSX),
        (None, f"{Media.XLSX.content_type}, text/csv;q=0.9", Media.XLSX),
        (None, "application/*", Media.JSON),
    ],
)
def test_the_format_is_the_one_named_else_the_one_liked_better(
    named: str | None, accept: str, chosen: Media
) -> None:
    assert media.chosen(named, accept) is chosen


def test_a_format_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="json, csv"):
        media.chosen("xml", "")
