"""The Java virtual machine that runs Kafka."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from tests.engines.missing import Missing

OLDEST = 17
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xshare:auto")
"""Options for a process that lives for a test: it starts soon and stays small."""


def find_java() -> str:
    """The program `java`, from `$JAVA_HOME` or the path. Raises Missing where it is absent or too old."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else None
    found = found or shutil.which("java")
    if found is None:
        raise Missing(f"Kafka needs Java {OLDEST} or newer: there is no `java`")
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST:
        first = next(iter(said.splitlines()), "nothing that says its version")
        raise Missing(f"Kafka needs Java {OLDEST} or newer: {found} is {first}")
    return found
