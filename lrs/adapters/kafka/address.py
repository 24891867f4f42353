"""Where a Kafka cluster is, and how to get in."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from schemas.errors import StoreError
from schemas.record import STATEMENTS

Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
PREFIX = STATEMENTS.partition(".")[0]
"""What topics' names begin with where the address says nothing else."""
REQUEST = 10_000
"""Milliseconds that a request to a broker may take."""

_BROKER = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}")
_PREFIX = re.compile(r"[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True, slots=True)
class Security:
    """TLS, and who we are. `ca`, `certificate` and `key` are files in PEM form."""

    tls: bool = False
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    mechanism: Mechanism | None = None
    username: str = ""
    password: str = field(default="", repr=False)

    def options(self) -> dict[str, Any]:
        """What every client of aiokafka is given. Raises StoreError where a file cannot be read."""
        options: dict[str, Any] = {
            "security_protocol": ("SASL_" if self.mechanism else "") + ("SSL" if self.tls else "PLAINTEXT")
        }
        if self.tls:
            try:
                context = ssl.create_default_context(cafile=self.ca)
                if self.certificate:
                    context.load_cert_chain(self.certificate, self.key)
            except (OSError, ssl.SSLError) as error:
                raise StoreError(f"LRS_KAFKA_CA, LRS_KAFKA_CERTIFICATE or LRS_KAFKA_KEY: {error}") from error
            options["ssl_context"] = context
        if self.mechanism:
            options["sasl_mechanism"] = self.mechanism
            options["sasl_plain_username"] = self.username
            options["sasl_plain_password"] = self.password
        return options


@dataclass(frozen=True, slots=True)
class Address:
    """Brokers to begin with (`host:port`), and what the topics' names begin with."""

    brokers: tuple[str, ...]
    prefix: str = PREFIX
    security: Security = Security()

    @classmethod
    def parse(cls, url: str, security: Security | None = None) -> Address:
        """The address `kafka://host:port[,host:port…][/prefix]`. Raises StoreError where it is none."""
        parts = urlsplit(url)
        brokers = tuple(parts.netloc.split(","))
        prefix = parts.path.strip("/") or PREFIX
        if (
            parts.scheme != "kafka"
            or not all(map(_BROKER.fullmatch, brokers))
            or not _PREFIX.fullmatch(prefix)
            or parts.query
        ):
            raise StoreError(
                "LRS_LOG is no address of a log: write kafka://host:port[,host:port…][/prefix], "
                "with what is secret in LRS_KAFKA_…"
            )
        return cls(brokers, prefix, security or Security())

    def topic(self, name: str) -> str:
        """How Kafka calls the topic `name` (`lrs.statements`) here."""
        return f"{self.prefix}.{name.partition('.')[2]}"

    def group(self, consumer: str) -> str:
        """How Kafka calls the group of a consumer."""
        return f"{self.prefix}.{consumer}"

    def options(self) -> dict[str, Any]:
        """What every client of aiokafka is given."""
        return {
            "bootstrap_servers": list(self.brokers),
            "request_timeout_ms": REQUEST,
            "client_id": "lrs",
            **self.security.options(),
        }
