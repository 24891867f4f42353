"""`lrs serve`, where it cannot begin."""

from __future__ import annotations

import socket

from tests.cli.shell import Shell


def test_a_port_that_is_in_use_is_named(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = shell.refused("serve", "--no-consumers", "--port", str(port))
    assert said.startswith(f"port {port} of 127.0.0.1 is in use")
    assert "LRS_PORT" in said
