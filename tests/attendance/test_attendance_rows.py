"""Rows are read or refused, each by itself, and no cell is ever repeated to anybody."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from lrs.attendance import cells
from lrs.attendance.cells import Line, lines_of
from lrs.attendance.column import COLUMNS, columns_of, heading_of
from lrs.attendance.fault import BadFile
from lrs.attendance.row import Row, rows_of
from lrs.attendance.template import template
from schemas.unit import Unit

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HEADER = [column.name for column in COLUMNS]
GOOD = {
    "account": "hv-1",
    "time": "2025-05-20",
    "topic": "bdhvs:03",
    "unit": "vn-2025/01/00070",
    "groups": "elderly",
    "channel": "in-person",
}


def read(refuse: bool = False, **cells: Any) -> Row | list[tuple[str, str]]:
    """The row, or column and code of each fault."""
    said = {**GOOD, **cells}
    lines: list[Line] = [(1, list(HEADER)), (2, [said.get(name, "") for name in HEADER])]
    rows, faults = rows_of(lines, NOW, refuse_identity_numbers=refuse, list_id="list-1")
    assert len(rows) + bool(faults) == 1
    return rows[0] if rows else [(it.column, it.code) for it in faults]


def row(**cells: Any) -> Row:
    found = read(**cells)
    assert isinstance(found, Row), found
    return found


def test_a_row_says_who_what_when_where_and_how() -> None:
    found = row()
    assert (found.account, found.verb.rsplit("/", 1)[1], found.topic) == ("hv-1", "attended", ("bdhvs", "03"))
    assert found.unit == Unit("vn-2025", "01", "00070")
    assert (found.groups, found.channel) == (("elderly",), "in-person")


def test_a_class_and_a_number_on_a_list_stand_for_an_account() -> None:
    for number in (17, 17.0, "17", "017"):
        assert row(account="", **{"class": "lop-5", "number": number}).account == "list-1/lop-5/17"
    assert row(account="", **{"class": 5.0, "number": 17}).account == "list-1/5/17"


def test_a_class_and_a_number_need_a_list_so_that_those_of_two_places_are_two() -> None:
    one = dict(GOOD, account="", **{"class": "lop-1", "number": "1"})
    lines: list[Line] = [(1, list(HEADER)), (2, [one.get(name, "") for name in HEADER])]
    with pytest.raises(BadFile, match="list-missing: row 2 has a class and a number: say with --list"):
        rows_of(lines, NOW, refuse_identity_numbers=False)
    (first,), (second,) = (
        rows_of(lines, NOW, refuse_identity_numbers=False, list_id=it)[0] for it in ("00070", "00004")
    )
    assert first.account != second.account


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-05-20", "2025-05-19T17:00:00+00:00"),
        ("2025-05-20 00:30", "2025-05-19T17:30:00+00:00"),
        ("20/05/2025", "2025-05-19T17:00:00+00:00"),
        ("1/6/2025 08:05", "2025-06-01T01:05:00+00:00"),
        ("2025-05-20T08:30:00Z", "2025-05-20T08:30:00+00:00"),
        ("2025-05-20T08:30:00+07:00", "2025-05-20T01:30:00+00:00"),
    ],
)
def test_times_are_those_of_vietnam_where_they_name_no_zone(text: str, moment: str) -> None:
    assert row(time=text).time.isoformat() == moment


def test_groups_are_a_set_in_whatever_way_they_are_parted() -> None:
    expected = ("elderly", "farmers")
    for text in ("farmers elderly", "elderly;farmers", "elderly, farmers,elderly", "farmers | elderly"):
        assert row(groups=text).groups == expected
    assert row(groups="").groups is None


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"account": "Nguyễn Văn An"}, "account", "account-malformed"),
        ({"account": "an@example.vn"}, "account", "account-malformed"),
        ({"account": 12345}, "account", "account-not-text"),
        ({"account": "x" * 129}, "account", "account-malformed"),
        ({"account": ""}, "account", "account-missing"),
        ({"account": "", "class": "lop"}, "class", "account-missing"),
        ({"account": "", "class": "Lớp năm", "number": "1"}, "class", "account-malformed"),
        ({"account": "", "class": "lop/5", "number": "1"}, "class", "account-malformed"),
        ({"account": "", "class": "lop", "number": "5/1"}, "class", "account-malformed"),
        ({"account": "", "class": "lop", "number": 1.5}, "class", "account-malformed"),
        ({"account": "", "class": "lop", "number": "một"}, "class", "account-malformed"),
        ({"account": "", "number": "1"}, "account", "account-missing"),
        ({"time": ""}, "time", "time-missing"),
        ({"time": "yesterday"}, "time", "time-malformed"),
        ({"time": "31/02/2025"}, "time", "time-malformed"),
        ({"time": "05/20/2025"}, "time", "time-malformed"),
        ({"time": 45797}, "time", "time-malformed"),
        ({"time": "0025-05-20"}, "time", "time-malformed"),
        ({"time": "2026-03-02"}, "time", "time-ahead"),
        ({"verb": "voided"}, "verb", "unknown-verb"),
        ({"verb": "experienced"}, "verb", "unknown-verb"),
        ({"topic": "3"}, "topic", "topic-malformed"),
        ({"topic": ""}, "activity", "activity-missing"),
        ({"activity": "lesson one"}, "activity", "activity-malformed"),
        ({"unit": "01"}, "unit", "unit-malformed"),
        ({"unit": "vn-2025/49"}, "unit", "unknown-unit"),
        ({"unit": "vn-2025/01/20335"}, "unit", "unknown-unit"),
        ({"unit": "vn-2025/48/unresolved"}, "unit", "unknown-unit"),
        ({"groups": "elderly pensioners"}, "groups", "unknown-group"),
        ({"groups": "urban-adults"}, "groups", "unknown-group"),
        ({"channel": "by post"}, "channel", "unknown-channel"),
        ({"channel": ""}, "channel", "channel-missing"),
    ],
)
def test_what_is_wrong_is_named_by_column_and_code(cells: dict[str, Any], column: str, code: str) -> None:
    assert read(**cells) == [(column, code)]


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    assert read(time="", unit="x", channel="y") == [
        ("time", "time-missing"),
        ("unit", "unit-malformed"),
        ("channel", "unknown-channel"),
    ]


def test_a_citizens_number_is_flagged_or_refused() -> None:
    assert row(account="012345678901").identity_number
    assert not row(account="hv-012345678901").identity_number
    assert read(True, account="012345678901") == [("account", "identity-number-refused")]


def test_no_fault_repeats_what_a_cell_says() -> None:
    secret = "Nguyễn-Bí-Mật"
    lines: list[Line] = [(1, list(HEADER)), (2, [secret] * len(HEADER)), (3, [secret] * 64)]
    _, faults = rows_of(lines, NOW, refuse_identity_numbers=True)
    assert {it.row for it in faults} == {2, 3}
    assert secret not in repr(faults)


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Họ và tên", "name-column"),
        ("name", "name-column"),
        ("Full name", "name-column"),
        ("Tên học viên", "name-column"),
        ("Số CCCD", "personal-column"),
        ("email", "personal-column"),
        ("Ngày sinh", "personal-column"),
        ("Điện thoại", "personal-column"),
        ("score", "unknown-column"),
        ("unit", "repeated-column"),
    ],
)
def test_a_column_of_names_or_of_other_personal_data_is_refused(heading: str, code: str) -> None:
    with pytest.raises(BadFile) as refused:
        columns_of([*HEADER, heading])
    assert refused.value.code == code
    assert heading in ("unit", "name") or heading not in str(refused.value)


def test_headings_may_be_vietnamese() -> None:
    assert columns_of(["Tài khoản", "Ngày", "Chủ đề", "Kênh", "", "Đơn vị"]) == [
        "account", "time", "topic", "channel", None, "unit",
    ]  # fmt: skip
    assert heading_of(" Số thứ_tự ") == "so-thu-tu"


@pytest.mark.parametrize("left_out", ["time", "channel", "account"])
def test_a_column_that_is_needed_is_asked_for(left_out: str) -> None:
    with pytest.raises(BadFile, match=f"missing-column: add the column {left_out}"):
        columns_of([it for it in HEADER if it not in (left_out, "class", "number")])


def test_the_template_is_a_file_that_can_be_sent() -> None:
    lines = lines_of("template.csv", template().encode())
    rows, faults = rows_of(lines, NOW, refuse_identity_numbers=True, list_id="00070")
    assert (len(rows), faults) == (2, [])
    assert next(csv.reader(io.StringIO(template()))) == HEADER


def _workbook(*rows: list[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for line in rows:
        sheet.append(line)
    book.save(out)
    return out.getvalue()


def test_a_workbook_and_semicolons_say_the_same() -> None:
    header = ["account", "time", "topic", "channel", "groups"]
    said = ["hv-1", datetime(2025, 5, 20, 8, 30), "bdhvs:03", "in-person", "elderly farmers"]  # noqa: DTZ001
    text = "\ufeff" + ";".join(header) + "\n\nhv-1;2025-05-20T08:30:00;bdhvs:03;in-person;elderly farmers\n"
    made = [
        rows_of(lines, NOW, refuse_identity_numbers=False)
        for lines in (
            lines_of("a.xlsx", _workbook(header, [None] * 5, said)),
            lines_of("a.CSV", text.encode()),
        )
    ]
    assert made[0] == made[1]
    ((only,), faults) = made[0]
    assert (only.number, faults) == (3, [])


def test_a_day_of_a_workbook_is_a_day() -> None:
    content = _workbook(HEADER, ["hv-1", "", "", datetime(2025, 5, 20), "", "a:1", "", "", "", "online"])  # noqa: DTZ001
    ((only,), _) = rows_of(lines_of("a.xlsx", content), NOW, refuse_identity_numbers=False)
    assert only.time.isoformat() == "2025-05-19T17:00:00+00:00"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", b"", "unknown-format"),
        ("a.csv", b"account\n\xff", "bad-file"),
        ("a.csv", b'account\n"x"y', "bad-file"),
        ("a.xlsx", b"no zip", "bad-file"),
        ("a.xlsx", _workbook(HEADER, ["=1+1"]), "formula"),
        ("a.csv", b"account\n" + b"x\n" * 200_001, "too-many-rows"),
    ],
    ids=["text", "latin", "quotes", "no zip", "formula", "many"],
)
def test_a_file_that_cannot_be_read_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(BadFile) as refused:
        lines_of(name, content)
    assert refused.value.code == code


def test_of_a_workbook_the_first_sheet_alone_is_read() -> None:
    book, out = Workbook(), io.BytesIO()
    first, second = book.active, book.create_sheet("Sums")
    assert first is not None
    first.append(HEADER)
    second.append(["=1+1"])
    book.save(out)
    assert lines_of("a.xlsx", out.getvalue()) == [(1, HEADER)]
    first.append(["=1+1"])
    book.save(kept := io.BytesIO())
    with pytest.raises(BadFile, match=r"formula: sheet Sheet: row 2: "):
        lines_of("a.xlsx", kept.getvalue())


def test_empty_rows_of_a_class_list_are_not_counted() -> None:
    assert len(lines_of("a.csv", b"account\n" + b",,\n" * 200_001 + b"x\n")) == 2


def test_no_more_of_a_file_is_read_than_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"x" * 8)
    monkeypatch.setattr(cells, "BOUNDS", cells.BOUNDS._replace(size=8))
    assert cells.content_of(file) == b"x" * 8
    with pytest.raises(BadFile, match="too-large: at most 8 bytes"):
        cells.content_of(Path("/dev/zero"))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(BadFile, match="empty"):
        rows_of([], NOW, refuse_identity_numbers=False)
