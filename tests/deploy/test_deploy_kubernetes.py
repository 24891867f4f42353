"""kubernetes/: the pieces name each other rightly, pods have no rights, and there is time to drain."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from consumers.retry import GRACE
from lrs.adapters.kafka import writer
from lrs.adapters.kafka.address import PREFIX, Address
from lrs.adapters.kafka.migrate import Wanted
from lrs.settings import Settings
from tests.deploy.files import DEPLOY, ENDPOINT_DRAINS, documents, metrics_named, open_paths, understood

KUBERNETES = DEPLOY / "kubernetes"
NAME = "app.kubernetes.io/name"
PODS = ("Deployment", "Job", "CronJob")
FROM_OUTSIDE = {"kafka-cluster-ca-cert", "mongodb-ca"}
"""What Strimzi makes of the Kafka, and trust-manager of the authorities; the README says so."""
OPTIONAL = {"persons"}
"""What an operator makes who links accounts; pods start without it."""

Resource = dict[str, Any]


@pytest.fixture(scope="module")
def resources() -> list[Resource]:
    """Every resource that is written down, but for kustomizations."""
    found = [it for path in sorted(KUBERNETES.rglob("*.yaml")) for it in documents(path)]
    return [it for it in found if it["kind"] not in ("Kustomization", "Component")]


def _of(resources: list[Resource], *kinds: str) -> dict[str, Resource]:
    return {it["metadata"]["name"]: it for it in resources if it["kind"] in kinds}


def _pod(resource: Resource) -> Resource:
    spec: Resource = resource["spec"]
    pod: Resource = spec.get("jobTemplate", {"spec": spec})["spec"]["template"]["spec"]
    return pod


def _container(resource: Resource) -> Resource:
    (container,) = _pod(resource)["containers"]
    return dict(container)


def _kustomizations() -> list[Path]:
    return sorted(KUBERNETES.rglob("kustomization.yaml"))


def test_every_file_is_in_its_kustomization() -> None:
    for path in _kustomizations():
        (found,) = documents(path)
        listed = {*found.get("resources", ()), *found.get("components", ())}
        for name in listed:
            assert (path.parent / name).exists(), f"{path}: {name}"
        # the one that may be taken in the place of another
        beside = {it.name for it in path.parent.glob("*.yaml")} - {path.name, "ingress.yaml"}
        assert beside == {name for name in listed if not name.startswith("..")}, path


def test_the_program_understands_its_arguments(resources: list[Resource]) -> None:
    ours = _of(resources, *PODS)
    assert ours.keys() == {"migrate", "edition", "endpoint", "statements", "provinces"}
    for resource in ours.values():
        understood(_container(resource)["args"])
        assert _container(resource)["image"] == "learning-records"


def test_the_settings_are_taken(resources: list[Resource], monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (KUBERNETES / "base", KUBERNETES / "overlays" / "example"):
        (found,) = documents(path / "kustomization.yaml")
        (generated,) = found["configMapGenerator"]
        for literal in generated["literals"]:
            name, _, value = literal.partition("=")
            monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.kafka_tls
    Address.parse(settings.log)
    mounts = {it["mountPath"] for it in _container(_of(resources, "Job")["migrate"])["volumeMounts"]}
    assert str(settings.kafka_ca and settings.kafka_ca.parent) in mounts
    (user,) = _of(resources, "KafkaUser").values()
    assert user["metadata"]["name"] == settings.kafka_username
    assert {acl["resource"].get("name", f"{PREFIX}.") for acl in user["spec"]["authorization"]["acls"]} == {
        f"{PREFIX}."
    }


def test_an_edition_is_published_once_a_day_of_the_figures(resources: list[Resource]) -> None:
    (job,) = _of(resources, "CronJob").values()
    timer = (DEPLOY / "lrs-edition.timer").read_text(encoding="utf-8")
    assert (job["spec"]["schedule"], job["spec"]["timeZone"]) == ("30 0 * * *", "Asia/Ho_Chi_Minh")
    assert "OnCalendar=*-*-* 00:30:00 Asia/Ho_Chi_Minh" in timer
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    service = (DEPLOY / "lrs-edition.service").read_text(encoding="utf-8")
    (line,) = [it for it in service.splitlines() if it.startswith("ExecStart=")]
    words = line.partition("/bin/lrs ")[2].split()
    understood(words)
    assert words == _container(job)["args"]


def test_pods_have_no_rights(resources: list[Resource]) -> None:
    for name, resource in _of(resources, *PODS).items():
        pod, container = _pod(resource), _container(resource)
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] == 10001, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert "memory" in container["resources"]["limits"], name
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}, name


def test_what_pods_refer_to_is_made(resources: list[Resource]) -> None:
    accounts = _of(resources, "ServiceAccount")
    (database,) = _of(resources, "MongoDBCommunity").values()
    made = {it["connectionStringSecretName"] for it in database["spec"]["users"]}
    made |= _of(resources, "KafkaUser").keys() | FROM_OUTSIDE | OPTIONAL | {"settings"}
    for name, resource in _of(resources, *PODS).items():
        pod, container = _pod(resource), _container(resource)
        assert pod["serviceAccountName"] in accounts, name
        volumes = {it["name"]: it for it in pod["volumes"]}
        assert volumes.keys() == {it["name"] for it in container["volumeMounts"]}, name
        referred = {it["configMapRef"]["name"] for it in container["envFrom"]}
        for it in container["env"]:
            if "valueFrom" in it:
                secret = it["valueFrom"]["secretKeyRef"]
                assert secret.get("optional", False) is (secret["name"] in OPTIONAL), name
                referred.add(secret["name"])
        for it in volumes.values():
            referred |= {it[kind][key] for kind, key in (("secret", "secretName"), ("configMap", "name"))
                         if kind in it}  # fmt: skip
        assert referred <= made, name


def test_probes_look_at_routes(resources: list[Resource]) -> None:
    probes = ("startupProbe", "livenessProbe", "readinessProbe")
    for name, resource in _of(resources, "Deployment").items():
        container = _container(resource)
        found = {it: container[it]["httpGet"] for it in probes if it in container}
        assert bool(found) is (name == "endpoint"), name
        for probe in found.values():
            assert probe["path"] in open_paths()
            assert probe["port"] in {port["name"] for port in container["ports"]}
    endpoint = _container(_of(resources, "Deployment")["endpoint"])
    assert endpoint["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert endpoint["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    assert [it["containerPort"] for it in endpoint["ports"]] == [Settings.model_fields["port"].default]


def test_there_is_time_to_drain(resources: list[Resource]) -> None:
    deployments = _of(resources, "Deployment")
    before = int(_container(deployments["endpoint"])["lifecycle"]["preStop"]["exec"]["command"][1])
    assert _pod(deployments["endpoint"])["terminationGracePeriodSeconds"] > before + ENDPOINT_DRAINS
    for name in ("statements", "provinces"):
        assert _pod(deployments[name])["terminationGracePeriodSeconds"] > GRACE + writer.FAREWELL


def test_labels_find_their_pods(resources: list[Resource]) -> None:
    deployments = _of(resources, "Deployment")
    for name, deployment in deployments.items():
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        assert deployment["spec"]["selector"]["matchLabels"] == labels == {NAME: name}
        for constraint in _pod(deployment)["topologySpreadConstraints"]:
            assert constraint["labelSelector"]["matchLabels"] == labels
    budgets = _of(resources, "PodDisruptionBudget")
    assert budgets.keys() == deployments.keys()
    for name, budget in budgets.items():
        assert budget["spec"]["selector"]["matchLabels"] == {NAME: name}
    service = _of(resources, "Service")["endpoint"]
    assert service["spec"]["selector"] == {NAME: "endpoint"}
    (monitor,) = _of(resources, "ServiceMonitor").values()
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    (asked,) = monitor["spec"]["endpoints"]
    assert asked["path"] in open_paths()
    assert asked["port"] in {port["name"] for port in service["spec"]["ports"]}
    pods = {"learning-records", *deployments}
    for name, policy in _of(resources, "NetworkPolicy").items():
        (value,) = policy["spec"]["podSelector"]["matchLabels"].values()
        assert value in pods, name


def test_what_scales_is_there_and_has_a_bound_of_use(resources: list[Resource]) -> None:
    deployments = _of(resources, "Deployment")
    (scaler,) = _of(resources, "HorizontalPodAutoscaler").values()
    assert scaler["spec"]["scaleTargetRef"]["name"] == "endpoint"
    assert "replicas" not in deployments["endpoint"]["spec"]
    arguments = _container(_of(resources, "Job")["migrate"])["args"]
    partitions = {
        "statements": int(arguments[arguments.index("--partitions") + 1]),
        "provinces": int(arguments[arguments.index("--facts-partitions") + 1]),
    }
    assert partitions["provinces"] == Wanted().facts
    objects = _of(resources, "ScaledObject")
    assert objects.keys() == partitions.keys()
    for name, it in objects.items():
        assert it["spec"]["scaleTargetRef"]["name"] in deployments
        assert it["spec"]["maxReplicaCount"] <= partitions[name]
        (trigger,) = it["spec"]["triggers"]
        assert metrics_named(trigger["metadata"]["query"]) == {"lrs_consumer_lag_records"}
        assert f'consumer="{name}"' in trigger["metadata"]["query"]


def test_the_rules_are_those_of_the_file(resources: list[Resource]) -> None:
    (rules,) = documents(DEPLOY / "prometheus-rules.yml")
    (resource,) = _of(resources, "PrometheusRule").values()
    assert resource["spec"]["groups"][: len(rules["groups"])] == rules["groups"]


def test_ways_in_lead_to_the_endpoint(resources: list[Resource]) -> None:
    ports = _of(resources, "Service")["endpoint"]["spec"]["ports"]
    (route,) = _of(resources, "HTTPRoute").values()
    for rule in route["spec"]["rules"]:
        for backend in rule.get("backendRefs", ()):
            assert backend["name"] == "endpoint"
            assert backend["port"] in {port["port"] for port in ports}
    (ingress,) = _of(resources, "Ingress").values()
    for rule in ingress["spec"]["rules"]:
        for path in rule["http"]["paths"]:
            assert path["backend"]["service"]["name"] == "endpoint"
            assert path["backend"]["service"]["port"]["name"] in {port["name"] for port in ports}
            assert path["path"] != "/metrics"


def test_engines_keep_three_copies_of_which_two_are_enough(resources: list[Resource]) -> None:
    (kafka,) = _of(resources, "Kafka").values()
    configuration = kafka["spec"]["kafka"]["config"]
    assert configuration["default.replication.factor"] == 3
    assert configuration["min.insync.replicas"] == 2
    assert configuration["unclean.leader.election.enable"] is False
    assert configuration["auto.create.topics.enable"] is False
    assert configuration["replica.fetch.max.bytes"] >= Settings().largest_unit
    assert {it["spec"]["replicas"] for it in _of(resources, "KafkaNodePool").values()} == {3}
    (database,) = _of(resources, "MongoDBCommunity").values()
    assert database["spec"]["members"] == 3


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kustomize is in kubectl, which is not there")
@pytest.mark.parametrize("folder", ["base", "overlays/example"])
def test_kustomize_builds_them(folder: str) -> None:
    command = ["kubectl", "kustomize", str(KUBERNETES / folder)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    assert "kind: Deployment" in built.stdout
