"""Every figure that the reports show, read over HTTP, under the keys of the recount."""

import base64
import json
from collections.abc import Collection, Iterable, Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

from .places import IMPLIED, NOT_STATED

SCHEMES = ("vn-2004", "vn-2025")
GROUPS = ("*", NOT_STATED, *IMPLIED)
MEASURES = {
    "registered": "registered",
    "registered_inferred": "registered-inferred",
    "active": "active",
    "trained": "trained",
    "certified": "certified",
    "confirmed": "confirmed",
    "statements": "statements",
}
"""By a report's column the measure in a key."""
COLUMN = {measure: column for column, measure in MEASURES.items()}


class Reports:
    """The reports of a server; a refusal is an error."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        parts = urlsplit(url)
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        credential = base64.b64encode(f"{key}:{secret}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credential}"}

    def get(self, path: str, **parameters: str) -> Any:
        asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
        self._connection.request("GET", f"{path}?{asked}", headers=self._headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}?{asked}: {response.status} {body[:500]!r}")
        return json.loads(body)

    def figures(self, periods: Iterable[str], platforms: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Every figure of every report, zeros too; some come several times, from several reports."""
        whole = ["total", *periods]
        for scheme in SCHEMES:
            codes: list[str] = []
            for group in GROUPS:
                for period in whole:
                    report = self.get("/reports/provinces", scheme=scheme, group=group, period=period)
                    codes = [line["code"] for line in report["lines"]]
                    for line in report["lines"]:
                        yield from _measures(f"{scheme}/{line['code']}", group, period, line)
                        yield from _linking(f"{scheme}/{line['code']}", group, line)
                    _check_sum(report)
            for code in codes:
                for group in GROUPS:
                    report = self.get(f"/reports/provinces/{scheme}/{code}", group=group)
                    yield from _province(f"{scheme}/{code}", report)
                    report = self.get("/reports/trend", scheme=scheme, code=code, group=group)
                    for step in report["steps"]:
                        yield from _measures(f"{scheme}/{code}", group, step["period"], step)
        for platform in platforms:
            yield from _platform(platform, self.get(f"/reports/platforms/{quote(platform, safe='')}"))

    def sums(
        self, cells: Collection[str], units: Collection[str], platforms: Iterable[str]
    ) -> Iterator[tuple[str, list[str], int]]:
        """Every figure that is a sum of others: what it is, the keys of what it sums, and its value.

        `units`: the lines whose sum is the nation, in vn-2025.
        """
        days = sorted({key.split("|")[3] for key in cells if key.startswith("g|")} - {"total"})
        days = [it for it in days if len(it) == 10]
        for plan in self.get("/reports/targets")["plans"]:
            for it in plan["targets"]:
                if it["count"] is None or it["indicator"] == "active":
                    continue
                own = it["indicator"] == "trained" and it["rule"]["own"]
                measure = f"trained:{plan['plan']}" if own else it["indicator"]
                of = [f"{it['scheme']}/{it['code']}"] if it["code"] else units
                until = [day for day in days if day <= it["due"]]
                keys = [f"g|{unit}|{it['group']}|{day}|{measure}" for unit in of for day in until]
                yield f"target {plan['plan']} {it['group']} {measure} {it['due']}", keys, it["count"]
        for group in GROUPS:
            trend = self.get("/reports/trend", scheme="vn-2025", group=group)
            for step in (*trend["steps"], {"period": "total", **trend["whole"]}):
                for unit_key, _ in _measures("", group, step["period"], step):
                    column = step[COLUMN[unit_key.rsplit("|", 1)[1]]]
                    yield f"trend {unit_key}", [unit_key.replace("||", f"|{it}|", 1) for it in units], column
        reasons = {
            name: [it["code"] for it in self.get(f"/reports/platforms/{quote(name, safe='')}")["reasons"]]
            for name in platforms
        }
        for line in self.get("/reports/platforms")["platforms"]:
            name = line["platform"]
            yield f"platform {name}", [f"p|{name}|counted"], line["counted"]
            yield f"platform {name}", [f"p|{name}|{it}" for it in reasons[name]], line["not_counted"]

    def fed(self) -> Iterator[tuple[str, int]]:
        """Every figure of the snapshots."""
        for it in self.get("/feeds/provinces")["snapshots"]:
            for period, measures in it["periods"].items():
                yield from _measures(f"{it['scheme']}/{it['code']}", it["group"], period, measures)


def _measures(line: str, group: str, period: str, said: Any) -> Iterator[tuple[str, int]]:
    for column, measure in MEASURES.items():
        if said.get(column) is not None:
            yield f"g|{line}|{group}|{period}|{measure}", said[column]


def _linking(line: str, group: str, said: Any) -> Iterator[tuple[str, int]]:
    """Persons, and accounts that are linked, where a line has them; and what is made of them is checked."""
    linking = said["linking"]
    if linking is None:
        return
    _check_linking(linking)
    yield f"g|{line}|{group}|total|registered", linking["learners"]
    yield f"g|{line}|{group}|total|persons", linking["persons"]
    yield f"g|{line}|{group}|total|linked", linking["linked_accounts"]


def _check_linking(said: Any) -> None:
    accounts = said["learners"] - said["persons"] + said["linked_accounts"]
    percent = round(100 * said["linked_accounts"] / accounts, 2) if accounts else None
    if (said["accounts"], said["linked_percent"]) != (accounts, percent):
        raise RuntimeError(f"{said}: that makes {accounts} accounts, of which {percent} % are linked")


def _province(unit: str, report: Any) -> Iterator[tuple[str, int]]:
    yield from _linking(unit, "*", report)
    yield from _measures(unit, "*", "total", report["totals"])
    for line in report["communes"]["lines"]:
        yield from _measures(f"{unit}/{line['code']}", "*", "total", line)
    for line in report["groups"]["lines"]:
        yield from _measures(unit, line["code"], "total", line)
    for line in report["months"]["lines"]:
        yield from _measures(unit, "*", line["month"], line)
    for line in report["topics"]:
        for done in ("started", "completed"):
            yield f"t|{unit}|{line['group']}|{line['topic']}|{done}", line[done]
    channels = report["channels"]
    for year in ({"year": "total", "lines": channels["lines"]}, *channels["years"]):
        for line in year["lines"]:
            for measure in ("active", "statements"):
                yield f"c|{unit}|{line['channel']}|{year['year']}|{measure}", line[measure]


def _platform(name: str, report: Any) -> Iterator[tuple[str, int]]:
    equation = report["equation"]
    yield f"p|{name}|counted", equation["counted"]
    yield f"p|{name}|voided", equation["voided"]
    for reason in report["reasons"]:
        yield f"p|{name}|{reason['code']}", reason["count"]


def _check_sum(report: Any) -> None:
    for column in MEASURES:
        values = [line[column] for line in report["lines"]]
        total = None if None in values else sum(values)
        if report["nation"][column] != total:
            raise RuntimeError(
                f"the nation's {column} is {report['nation'][column]}, its lines sum to {total}"
            )
    if report["linking"] is not None:
        _check_linking(report["linking"])
        for column in ("learners", "persons", "accounts", "linked_accounts"):
            total = sum(line["linking"][column] for line in report["lines"])
            if report["linking"][column] != total:
                raise RuntimeError(
                    f"the nation's {column} are {report['linking'][column]}, its lines sum to {total}"
                )
