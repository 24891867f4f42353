"""A learner in every province and every commune of both schemes, posted and read: rows and remainder are the
total.
"""

from __future__ import annotations

import pytest

from schemas.unit import SCHEMES, Unit, gazetteer
from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted
from tests.acceptance.making import Json, statement
from tests.acceptance.nursery import Nursery

BATCH = 1000


def named(unit: Unit) -> Json:
    said = {"scheme": unit.scheme, "province": unit.province}
    return said if unit.commune is None else {**said, "commune": unit.commune}


@pytest.mark.files
@pytest.mark.timeout(300)
async def test_every_unit_is_reported_and_all_lines_are_the_total(serve: Nursery) -> None:
    known = gazetteer()
    provinces = [province for scheme in SCHEMES for province in known.provinces(scheme)]
    units = [unit for province in provinces for unit in (province, *known.communes(province))]
    assert len(units) == 13_458
    posted = [statement(f"in {unit}", "registered", unit=named(unit)) for unit in units]
    posted.append(statement("nowhere", "registered"))
    async with Client(serve()) as client:
        for first in range(0, len(posted), BATCH):
            await client.store(*posted[first : first + BATCH])
        await assert_recounted(client.server)
        for scheme in SCHEMES:
            nation = await client.report("provinces", scheme=scheme)
            assert nation["nation"]["registered"] == len(posted)
            assert sum(line["registered"] for line in nation["lines"]) == len(posted)
            for line in nation["lines"]:
                report = await client.report(f"provinces/{scheme}/{line['code']}")
                rows = report["communes"]["lines"]
                assert sum(row["registered"] for row in rows) == line["registered"], line
                assert report["totals"]["registered"] == line["registered"], line
                # each commune has at least the one who named it
                empty = [row for row in rows if row["code"].isdigit() and not row["registered"]]
                assert not empty, (scheme, line["code"], empty)
