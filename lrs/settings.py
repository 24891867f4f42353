"""Every setting, from the environment (`LRS_…`) or a `.env` file; the README's table is checked against
this class.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

import orjson
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.xapi import Version


class Settings(BaseSettings):
    """What an operator may say. Sizes are bytes, times are seconds."""

    model_config = SettingsConfigDict(
        env_prefix="LRS_",
        env_file=".env",
        extra="ignore",
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(default=8080, ge=0, le=65535)
    """Port to listen on; 0 takes a free one and prints it."""
    log: str = "sqlite:///data/log.db"
    """Where the event log is: `sqlite:///path` (kept in files beside that path), or
    `kafka://host:port,host:port/prefix` (the prefix of the topics' names may be left out: `lrs`).
    """
    store: str = "sqlite:///data/store.db"
    """Where the store is: `sqlite:///path` (kept in files beside that path), or
    `mongodb://user:password@host,host/database?replicaSet=name&tls=true`.
    """
    kafka_tls: bool = False
    """Whether Kafka is spoken to over TLS."""
    kafka_ca: Path | None = None
    """File of the authorities that Kafka's certificates are checked with; by itself those of the system."""
    kafka_certificate: Path | None = None
    """File of our own certificate for Kafka, where its brokers ask for one."""
    kafka_key: Path | None = None
    """File of the key of that certificate."""
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    """How Kafka is told who we are (SASL); by itself not at all."""
    kafka_username: str = ""
    """Who we are to Kafka."""
    kafka_password: SecretStr = SecretStr("")
    """The password of that user."""
    kafka_compression: Literal["none", "gzip", "lz4", "zstd"] = "lz4"
    """How record batches are packed."""
    retention: float = Field(default=14, gt=0, le=18)
    """Days after which the log forgets what every consumer has passed; it holds personal data, which Kafka
    keeps up to a day longer.
    """
    audit_retention: float = Field(default=730, ge=1, le=3650)
    """Days for which the audit trail is kept."""
    snapshots: float = Field(default=60, ge=0, le=86_400)
    """Seconds between two looks at whether figures have changed that are to be told in `lrs.provinces`, and
    so in `/feeds/provinces`; 0: they are not told.
    """
    consumers: bool | None = None
    """Whether `lrs serve` also runs the consumers, each in a process of its own; by itself where the log and
    the store are files.
    """
    workers: int | None = Field(default=None, ge=0, le=64)
    """Processes that check request bodies beside the server; by itself one a core but one, up to 4."""
    dev: bool = False
    """Whether `lrs serve` makes a development credential with every scope, keeps it and prints it."""
    dev_credential: SecretStr | None = None
    """`key:secret` of a development credential with every scope; it is made, and not printed."""
    home_page: str = ""
    """Where the world finds this store: `authority` accounts have it. Empty: host and port."""
    path_prefix: str = Field(default="", pattern=r"^(/[A-Za-z0-9._~-]+)*$")
    """What a proxy puts before our paths and takes off (`/lrs`), so that links we answer have it."""
    xapi_default_version: Version = Version.V2_0_0
    """Version of xAPI that an answer names where its request names none that is spoken (`1.0.3`, `2.0.0`)."""
    xapi_down_conversion: bool = False
    """Whether a client of xAPI 1.0.x is answered statements without what 2.0.0 added, which 1.0.3 does not
    allow by itself; else as they are kept.
    """
    allowed_origins: tuple[Annotated[str, Field(pattern=r"^(\*|https?://[^/\s]+)$")], ...] = ("*",)
    """Origins (`https://host:port`) whose pages may call this from a browser, or `*` for all (JSON list)."""
    namespaces: tuple[str, ...] = ("https://w3id.org/bdhvs/",)
    """Namespaces of the programme's profile, under which its extensions are known (JSON list)."""
    person_secret: SecretStr = SecretStr("")
    """Under which persons' keys are kept as pseudonyms (`lrs person`): 16 characters at least, random, the
    same for ever.
    """
    refuse_identity_numbers: bool = False
    """Whether a statement is refused whose learner's account has a name of twelve digits, the form of a
    citizen's number; else it is taken, and its platform's report says so.
    """
    max_body: int = Field(default=16 * 1024 * 1024, ge=1024)
    """Largest request body; beyond it 413."""
    max_attachments: int = Field(default=256 * 1024 * 1024, ge=0)
    """Most bytes of the attachments of one request; beyond it 413. They are not held in memory."""
    signature_keys: Path | None = None
    """File, or folder of files, of RSA public keys or certificates (PEM): a signature without a certificate
    of its own must be of one of them. Without this setting such signatures are not verified.
    """
    max_statement: int = Field(default=1024 * 1024, ge=1024, le=2 * 1024 * 1024)
    """Largest statement of a request; beyond it 413. What a store makes of it must fit into 16 MiB."""
    max_batch: int = Field(default=1000, ge=1)
    """Most statements in one request; beyond it 413."""
    max_in_flight: int = Field(default=256 * 1024 * 1024, ge=1024)
    """Most bytes of requests being worked on at once; beyond it 503 with `Retry-After`."""
    max_unprojected: int = Field(default=500_000, ge=1)
    """Most statements appended here and not yet projected; beyond it 503 with `Retry-After`."""
    page_limit: int = Field(default=500, ge=1)
    """Most statements of one page of GET statements."""
    read_your_writes: float = Field(default=1.0, ge=0)
    """How long a read waits until what this endpoint appended for the same credential is visible."""
    smallest_cell: int = Field(default=10, ge=3, le=1000)
    """Fewest people that a public figure tells of: editions hide what is below, and what it follows from."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """How much is written to standard error."""

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.max_batch > self.max_unprojected:
            raise ValueError("LRS_MAX_BATCH is above LRS_MAX_UNPROJECTED: such batches would wait for ever")
        return self

    @property
    def embedded(self) -> bool:
        """Whether the log and the store are files of this machine."""
        return self.log.startswith("sqlite:") and self.store.startswith("sqlite:")

    @property
    def own_url(self) -> str:
        """The endpoint of these settings, on this machine. Raises ValueError where it takes a free port."""
        if self.port == 0:
            raise ValueError("LRS_PORT is 0, which is no port to send to: say --url")
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def largest_unit(self) -> int:
        """Bytes of the largest request as it is appended: with what is added to each statement."""
        return self.max_body + self.max_body // 4 + self.max_batch * 1024 + 1024 * 1024

    def environment(self) -> dict[str, str]:
        """These settings as the environment of a process that is to have the same."""
        values = self.model_dump(mode="json", exclude={"dev_credential"}, exclude_none=True)
        values["kafka_password"] = self.kafka_password.get_secret_value()
        values["person_secret"] = self.person_secret.get_secret_value()
        return {
            f"LRS_{name.upper()}": value if isinstance(value, str) else orjson.dumps(value).decode()
            for name, value in values.items()
        }
