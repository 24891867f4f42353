"""Who the audit trail says has run a command."""

from __future__ import annotations

import os
import pwd

import pytest

from lrs.audit.operator import operator


def test_nobody_names_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert operator() == f"user:{pwd.getpwuid(os.getuid()).pw_name}"


def test_who_has_no_name_on_the_machine_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)
    assert operator() == "user:4000000000"
