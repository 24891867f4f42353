"""The installed Apache Kafka: its jars, got by Maven, and an archive of their classes for a quick start."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.engines.cache import Cache
from tests.engines.command import carry_out
from tests.engines.java import QUICK, find_java
from tests.engines.missing import Missing

NAME, VERSION = "kafka", "4.1.0"
MINUTES = 10
"""The longest that Maven may take; it is under one minute as a rule."""
PROJECT = f"""\
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>lrs</groupId>
  <artifactId>engines</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>{VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.24.3</version>
    </dependency>
  </dependencies>
</project>
"""
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
LOGGING = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{HH:mm:ss.SSS} %p %c{1}: %m%n
rootLogger.level = WARN
rootLogger.appenderRef.out.ref = out
"""
"""Warnings, to standard output; whoever starts a broker keeps that in a file."""


class KafkaJars:
    """Kafka in `folder`.

    Every command has `libs` as its directory, so that the paths of the jars are relative: the archive of
    classes holds for the same paths alone.
    """

    version = VERSION

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.libs = folder / "libs"

    @property
    def archive(self) -> Path:
        """Classes as they are in memory; a start with them takes half the time."""
        return self.folder / "classes.jsa"

    def command(self, program: str, *arguments: str, options: tuple[str, ...] = ()) -> list[str]:
        """How to run a program of Kafka's in the directory `libs`. Raises Missing where there is no Java."""
        jars = ":".join(sorted(jar.name for jar in self.libs.glob("*.jar")))
        if self.archive.exists():
            options = (f"-XX:SharedArchiveFile={self.archive}", "-Xlog:disable", *options)
        logging = f"-Dlog4j2.configurationFile={(self.folder / 'log4j2.properties').as_uri()}"
        return [find_java(), *QUICK, *options, logging, "-cp", jars, program, *arguments]


def find(cache: Cache) -> KafkaJars:
    """The installed one. Raises Missing where it is not, or there is no Java to run it."""
    folder = cache.installed(NAME, VERSION)
    if folder is None:
        raise Missing(f"Kafka {VERSION} is not installed: make engines")
    find_java()
    return KafkaJars(folder)


def install(cache: Cache) -> KafkaJars:
    """Kafka, by Maven. Raises Missing where there is no Java, no Maven, or no way to the registry."""
    find_java()
    return KafkaJars(cache.install(NAME, VERSION, _fill))


def _fill(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing("Kafka needs Maven to be installed: there is no `mvn`")
    (folder / "pom.xml").write_text(PROJECT)
    (folder / "log4j2.properties").write_text(LOGGING)
    libs = folder / "libs"
    carry_out("Maven", [maven, "-q", "-B", COPY, f"-DoutputDirectory={libs}"], folder, MINUTES * 60)
