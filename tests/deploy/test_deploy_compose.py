"""compose.yaml: its services say what the program understands, and have no rights that they do not need."""

import re
from typing import Any

import pytest

from consumers.retry import GRACE
from lrs.adapters.kafka import writer
from lrs.settings import Settings
from lrs.wiring import MONGO
from tests.deploy.files import DEPLOY, ENDPOINT_DRAINS, documents, understood

ONCE = {"migrate", "mongodb-init"}
"""Services that end."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    (found,) = documents(DEPLOY / "compose.yaml")
    return dict(found)


@pytest.fixture(scope="module")
def ours(compose: dict[str, Any]) -> dict[str, Any]:
    """The services of our image."""
    services: dict[str, Any] = compose["services"]
    return {name: it for name, it in services.items() if it["image"].startswith("learning-records:")}


def test_the_program_understands_its_commands(ours: dict[str, Any]) -> None:
    assert ours.keys() == {"migrate", "endpoint", "statements", "provinces"}
    for service in ours.values():
        understood(service["command"])
    assert "--no-consumers" in ours["endpoint"]["command"]


def test_the_settings_are_taken(ours: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for service in ours.values():
        for name, value in service["environment"].items():
            monkeypatch.setenv(name, re.sub(r"\$\{\w+(:-([^}]*)|:\?[^}]*)?\}", r"\2", value) or "x")
        settings = Settings()
        assert settings.log.startswith("kafka:")
        assert settings.store.partition(":")[0] in MONGO


def test_nobody_has_rights(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service["user"].startswith(("0", "root")), name
        # its start script writes into its image
        assert service.get("read_only", False) is (name != "kafka"), name
        assert not service.keys() & {"privileged", "network_mode", "pid"}, name


def test_everybody_is_bounded_and_watched(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
        assert not service["image"].endswith(":latest"), name
        assert ":" in service["image"], name
        asks_nothing = service.get("healthcheck", {}).get("disable", False)
        # the endpoint's is the image's
        assert asks_nothing or "healthcheck" in service or name == "endpoint", name
        assert asks_nothing is (name in {"statements", "provinces", *ONCE}), name
        assert service["restart"] == ("no" if name in ONCE else "unless-stopped"), name


def test_who_waits_for_whom(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        awaited = service.get("depends_on", {})
        assert set(awaited) <= services.keys(), name
        if isinstance(awaited, dict):
            for other, how in awaited.items():
                done = other in ONCE
                expected = "service_completed_successfully" if done else "service_healthy"
                assert how["condition"] == expected, f"{name} waits for {other}"


def test_there_is_time_to_drain(ours: dict[str, Any]) -> None:
    assert _seconds(ours["endpoint"]["stop_grace_period"]) > ENDPOINT_DRAINS
    for name in ("statements", "provinces"):
        assert _seconds(ours[name]["stop_grace_period"]) > GRACE + writer.FAREWELL


def _seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def test_all_that_is_asked_of_the_environment_is_in_the_example() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    text += (DEPLOY / "compose.three.yaml").read_text(encoding="utf-8")
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", text))
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert asked == given


def test_what_is_mounted_is_there(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            if source.startswith("./"):
                assert (DEPLOY / source).exists(), f"{name}: {source}"
            elif not source.startswith("$"):
                assert source in compose["volumes"], f"{name}: {source}"
        for network in service["networks"]:
            assert network in compose["networks"], name


def test_three_of_each_builds_on_one_of_each(compose: dict[str, Any]) -> None:
    # its one tag says that a list is replaced, not added to
    text = (DEPLOY / "compose.three.yaml").read_text(encoding="utf-8").replace("!override", "")
    yaml = pytest.importorskip("yaml")
    three = yaml.safe_load(text)["services"]
    added = three.keys() - compose["services"].keys()
    assert added == {"kafka-2", "kafka-3", "mongodb-2", "mongodb-3"}
    for name in added:
        assert three[name]["hostname"] == name
        assert three[name]["extends"]["service"] in compose["services"]
    nodes = {three[name]["environment"]["KAFKA_NODE_ID"] for name in added if "kafka" in name}
    assert nodes == {"2", "3"}


def test_prometheus_goes_by_the_job_that_the_alerts_name(compose: dict[str, Any]) -> None:
    (found,) = documents(DEPLOY / "monitoring" / "prometheus.yml")
    (job,) = found["scrape_configs"]
    assert job["job_name"] == "learning-records"
    (lookup,) = job["dns_sd_configs"]
    assert lookup["names"] == ["endpoint"]
    assert lookup["port"] == Settings.model_fields["port"].default
    mounted = [volume.split(":")[1] for volume in compose["services"]["prometheus"]["volumes"]]
    assert {f"/etc/prometheus/{name}" for name in found["rule_files"]} <= set(mounted)
