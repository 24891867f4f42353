"""Kafka brokers in processes of their own: one, or a cluster to take apart."""

from __future__ import annotations

import asyncio
import base64
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from tests.engines.kafka_jars import KafkaJars
from tests.engines.missing import NotUp
from tests.engines.port import free_ports, is_taken, listens
from tests.engines.process import EngineProcess

Answer = TypeVar("Answer")

ATTEMPTS = 3
"""How often other ports are tried where somebody else was quicker."""
SMALL, SMALLEST = "384m", "256m"
"""The heap of a broker alone, and of one of several."""


class Broker(EngineProcess):
    """One broker, which is a controller too. Its port and its data stay the same over restarts."""

    def __init__(self, jars: KafkaJars, node: int, port: int, folder: Path, options: Sequence[str]) -> None:
        self.node = node
        self.folder = folder
        options = (*options, f"-XX:ErrorFile={folder}/crash.txt")
        command = jars.command("kafka.Kafka", str(folder / "server.properties"), options=options)
        super().__init__(f"broker-{node}", command, folder, port, directory=jars.libs)

    def start(self) -> Broker:
        """Start it and wait until it answers. Raises NotUp: so it does without a quorum of its cluster.

        Brokers that need each other are launched all, then awaited.
        """
        self.launch()
        self.await_ready()
        return self

    def restart(self) -> None:
        """Stop it, and start it again on the same port and data."""
        self.stop()
        self.start()

    def await_ready(self, others: int = 0) -> None:
        """Wait until it says that it is part of the cluster, and as many others are. Raises NotUp."""
        self.await_answer(lambda: self._sees(others))

    def _sees(self, others: int) -> bool:
        if not listens(self.port):
            return False
        seen = _aside(lambda: asyncio.run(_brokers(self.address)))
        return self.node in seen and len(seen) > others


class KafkaCluster:
    """`count` brokers in `folder`. Topics are not created by themselves; internal ones have up to 3 replicas.

    Sessions of consumer groups may be as short as a second, and a broker that is gone is missed after three.
    `properties` are added to those of every broker, `options` to those of its virtual machine. Where `ports`
    are given (for clients one per broker, then for controllers as many), these are taken, and data of an
    earlier run in the folder is used. `scram`: who is known from the beginning, as
    `SCRAM-SHA-512=[name=…,password=…]`.
    """

    def __init__(
        self, jars: KafkaJars, folder: Path, count: int = 1, *, ports: list[int] | None = None,
        properties: Mapping[str, str] | None = None, options: Sequence[str] = (), scram: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.folder = folder
        self.brokers: list[Broker] = []
        self._jars = jars
        self._count = count
        self._ports = ports
        self._properties = dict(properties or {})
        self._options = options
        self._scram = scram

    def __enter__(self) -> KafkaCluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def bootstrap(self) -> str:
        """The addresses of all brokers, with commas between them."""
        return ",".join(broker.address for broker in self.brokers)

    @property
    def url(self) -> str:
        """What the setting of the log takes."""
        return f"kafka://{self.bootstrap}"

    def start(self) -> KafkaCluster:
        """Start all brokers, and wait until each sees all the others. Raises NotUp.

        Once they were up, their ports and their data stay the same.
        """
        for attempt in range(1, ATTEMPTS + 1):
            ports = self._ports or free_ports(2 * self._count)
            try:
                self._start(ports)
            except NotUp as error:
                self.kill()
                if self._ports or attempt == ATTEMPTS or not is_taken(error):
                    raise
                shutil.rmtree(self.folder)
                self.brokers = []
            except BaseException:
                self.kill()
                raise
            else:
                self._ports = ports
                break
        return self

    def stop(self) -> bool:
        """Ask all to end; those that do not are killed: a broker without a quorum cannot leave in peace.

        Returns whether all ended by themselves.
        """
        with ThreadPoolExecutor() as pool:
            return all(list(pool.map(Broker.stop, self.brokers)))

    def kill(self) -> None:
        """kill -9 of all."""
        for broker in self.brokers:
            broker.kill()

    def leader(self, topic: str, partition: int) -> Broker:
        """The broker that leads a partition now."""
        running = next(broker for broker in self.brokers if broker.running)
        node = _aside(lambda: asyncio.run(_leader(running.address, topic, partition)))
        return next(broker for broker in self.brokers if broker.node == node)

    def _start(self, ports: list[int]) -> None:
        if not self.brokers:
            self._make(ports)
        for broker in self.brokers:
            broker.launch()
        for broker in self.brokers:
            broker.await_ready(self._count - 1)

    def _make(self, ports: list[int]) -> None:
        clients, controllers = ports[: self._count], ports[self._count :]
        heap = f"-Xmx{SMALL if self._count == 1 else SMALLEST}"
        quorum = ",".join(f"{node}@127.0.0.1:{port}" for node, port in enumerate(controllers, 1))
        for node, (port, controller) in enumerate(zip(clients, controllers, strict=True), 1):
            folder = self.folder / f"broker-{node}"
            folder.mkdir(parents=True, exist_ok=True)
            properties = self._written(node, port, controller, quorum, folder)
            (folder / "server.properties").write_text(properties)
            self.brokers.append(Broker(self._jars, node, port, folder, (heap, *self._options)))
        self._format()

    def _format(self) -> None:
        """Give the brokers that have no data yet the same cluster id."""
        cluster = "A" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]
        formatting = []
        for broker in self.brokers:
            if not (broker.folder / "data" / "meta.properties").exists():
                words = ["format", "-t", cluster, "-c", str(broker.folder / "server.properties")]
                words += [word for it in self._scram for word in ("--add-scram", it)]
                command = self._jars.command("kafka.tools.StorageTool", *words)
                process = EngineProcess(
                    f"format-{broker.node}", command, broker.folder, directory=self._jars.libs
                )
                process.launch()
                formatting.append(process)
        for process in formatting:
            if process.wait() != 0:
                raise NotUp(f"the folder of a broker cannot be formatted:\n{process.tail}")

    def _written(self, node: int, port: int, controller: int, quorum: str, folder: Path) -> str:
        replicas = str(min(3, self._count))
        in_sync = str(min(2, self._count))
        properties = {
            "process.roles": "broker,controller",
            "node.id": str(node),
            "controller.quorum.voters": quorum,
            "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(folder / "data"),
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": replicas,
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": replicas,
            "transaction.state.log.min.isr": in_sync,
            "transaction.state.log.num.partitions": "4",
            "share.coordinator.state.topic.replication.factor": replicas,
            "share.coordinator.state.topic.min.isr": in_sync,
            "group.initial.rebalance.delay.ms": "0",
            "group.min.session.timeout.ms": "1000",
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
            # Its default alone is half of the heap.
            "log.cleaner.dedupe.buffer.size": "8388608",
            **self._properties,
        }
        return "".join(f"{name}={value}\n" for name, value in properties.items())


def _aside(ask: Callable[[], Answer]) -> Answer:
    """The answer of a call that runs an event loop; ours may be running one already."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(ask).result()


async def _brokers(address: str) -> set[int]:
    """The brokers that a broker knows to be there; none where it does not answer."""
    client = AIOKafkaClient(bootstrap_servers=address, request_timeout_ms=2000)
    try:
        await client.bootstrap()
        return {broker.nodeId for broker in client.cluster.brokers()}
    except (KafkaError, OSError):
        return set()
    finally:
        await client.close()


async def _leader(address: str, topic: str, partition: int) -> int:
    client = AIOKafkaClient(bootstrap_servers=address, request_timeout_ms=2000)
    await client.bootstrap()
    try:
        await client.add_topic(topic)
        leader: int = client.cluster.leader_for_partition(TopicPartition(topic, partition))
        return leader
    finally:
        await client.close()
