"""What a public target says never contradicts what is hidden."""

from __future__ import annotations

import orjson

from tests.editions.nation import Nation, published, with_targets


def test_who_may_have_met_a_target_with_a_hidden_part_is_not_said_to_have_missed_it() -> None:
    book = with_targets(
        ("adults", "registered", "2026-12-31", "100000"), ("cadres", "trained", "2026-12-31", "1")
    )
    said = set()
    for edition in published(Nation(4, 400, lines=4), 3, 10, books=(book, book, book)):
        for row in orjson.loads(edition.public)["targets"]:
            if row["count"]["value"] is not None:
                said.add((row["count"]["partial"], row["status"]))
            else:
                assert row["status"] in ("hidden", "no figure"), row
    assert (True, "partly hidden") in said
    assert (False, "not met") in said
    assert (True, "not met") not in said
    assert (False, "partly hidden") not in said
