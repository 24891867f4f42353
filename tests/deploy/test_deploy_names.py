"""What the files of `deploy/` name is there: settings, metrics, files, alerts, errors."""

import json
import re
from typing import Any

from lrs.settings import Settings
from schemas import errors
from tests.deploy.files import DEPLOY, ROOT, metrics, metrics_named, texts

README = (DEPLOY / "README.md").read_text(encoding="utf-8")
DASHBOARD = DEPLOY / "kubernetes" / "components" / "monitoring" / "dashboard.json"


def test_every_setting_is_one() -> None:
    known = {f"LRS_{name.upper()}" for name in Settings.model_fields}
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in texts()
        if path.name != "faults.md"  # which names what its tests were told
        for name in sorted(set(re.findall(r"\bLRS_[A-Z_]+", text)) - known)
    ]
    assert wrong == []


def test_every_metric_is_one() -> None:
    known = metrics()
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in texts()
        for name in sorted(metrics_named(text) - known)
    ]
    assert wrong == []


def test_the_page_lists_every_metric() -> None:
    families = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in metrics()}
    named = {re.sub(r"_total$", "", name) for name in metrics_named(README)}
    assert families - named == set()


def test_the_runbook_has_every_alert_and_every_error_that_asks_for_somebody() -> None:
    alerts = re.findall(r"alert: (\w+)", "".join(text for _, text in texts()))
    asking = [errors.NotPrepared, errors.OutsideLog, errors.WrongLog, errors.FormatTooNew]
    entries = set(re.findall(r"\*\*(\w+)\*\*", README))
    assert {*alerts, *(error.__name__ for error in asking)} - entries == set()


def test_links_lead_somewhere() -> None:
    for page in DEPLOY.glob("*.md"):
        for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_nothing_secret_is_written_down() -> None:
    for line in (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#") and name.endswith(("PASSWORD", "KEY")):
            assert value == "", name


def test_the_dashboard_asks_with_its_own_source() -> None:
    dashboard: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in dashboard["panels"]}
    assert len(places) == len(dashboard["panels"])
    for panel in panels:
        assert panel["datasource"]["uid"] == "${datasource}"
        assert all(metrics_named(target["expr"]) or "up{" in target["expr"] for target in panel["targets"])
