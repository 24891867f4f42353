"""TLS and SASL, against a broker that wants both."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from lrs.adapters.kafka import Address, KafkaLog, Wanted, migrate
from lrs.adapters.kafka.address import Mechanism, Security
from schemas.errors import StoreError
from schemas.record import STATEMENTS, NewRecord
from tests.engines.certificates import Authority
from tests.engines.kafka import KafkaCluster
from tests.engines.kafka_jars import KafkaJars
from tests.engines.port import free_ports

USER, PASSWORD = "lrs", "secret-of-the-log"
WANTED = Wanted(statements=2, facts=2)


class Secured(NamedTuple):
    """A broker whose clients must prove who they are, by a certificate and by a password."""

    url: str
    security: Security
    folder: Path


@pytest.fixture(scope="module")
def secured(installed_kafka: KafkaJars, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("secured")
    authority = Authority(folder)
    authority.issue("broker")
    certificate, key = authority.issue("client")
    plain, controller, secure = free_ports(3)
    modules = "org.apache.kafka.common.security"
    listener = "listener.name.secure"
    properties = {
        "listeners": f"PLAINTEXT://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},"
        f"SECURE://127.0.0.1:{secure}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL",
        f"{listener}.ssl.keystore.type": "PEM",
        f"{listener}.ssl.keystore.location": str(folder / "broker.whole.pem"),
        f"{listener}.ssl.truststore.type": "PEM",
        f"{listener}.ssl.truststore.location": str(authority.certificate),
        f"{listener}.ssl.client.auth": "required",
        f"{listener}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        f"{listener}.plain.sasl.jaas.config": f"{modules}.plain.PlainLoginModule required "
        f'user_{USER}="{PASSWORD}";',
        f"{listener}.scram-sha-256.sasl.jaas.config": f"{modules}.scram.ScramLoginModule required;",
        f"{listener}.scram-sha-512.sasl.jaas.config": f"{modules}.scram.ScramLoginModule required;",
    }
    scram = [f"SCRAM-SHA-{bits}=[name={USER},password={PASSWORD}]" for bits in (256, 512)]
    cluster = KafkaCluster(
        installed_kafka, folder / "kafka", ports=[plain, controller], properties=properties, scram=scram
    )
    security = Security(True, authority.certificate, certificate, key, "SCRAM-SHA-512", USER, PASSWORD)
    with cluster:
        cluster.start()
        yield Secured(f"kafka://127.0.0.1:{secure}", security, folder)


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_who_is_known_makes_topics_appends_reads_and_works_in_a_group(
    secured: Secured, mechanism: Mechanism
) -> None:
    security = replace(secured.security, mechanism=mechanism)
    address = Address.parse(f"{secured.url}/{mechanism.lower()}", security)
    await migrate(address, WANTED)
    log = await KafkaLog.open(address)
    try:
        appended = (await log.append(STATEMENTS, {0: [NewRecord(b"one"), NewRecord(b"two")]}))[0]
        assert [it.value for it in await log.read(STATEMENTS, 0, appended.first, 10)] == [b"one", b"two"]
        async with log.member(STATEMENTS, "statements") as member, asyncio.timeout(60):
            while await member.partitions() != {0, 1}:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    finally:
        await log.close()


async def test_who_is_not_known_is_refused_in_one_line_without_the_secret(secured: Secured) -> None:
    stranger = Authority(secured.folder, "stranger")
    certificate, key = stranger.issue("strangers-client")
    known = secured.security
    for changed in (
        replace(known, password="wrong"),
        replace(known, username="nobody"),
        replace(known, mechanism=None),
        replace(known, tls=False),
        replace(known, ca=stranger.certificate),
        replace(known, certificate=None, key=None),
        replace(known, certificate=certificate, key=key),
    ):
        with pytest.raises(StoreError) as raised:
            await migrate(Address.parse(secured.url, changed), WANTED)
        said = str(raised.value)
        assert "\n" not in said, said
        assert known.password not in said
        assert "LRS_KAFKA_MECHANISM and the user" in said
