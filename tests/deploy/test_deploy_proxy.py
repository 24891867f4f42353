"""nginx.conf: its limits are the program's, and its patience is longer."""

import re

from lrs.endpoint.intake import PATIENCE
from lrs.serve import DRAIN
from lrs.settings import Settings
from tests.deploy.files import DEPLOY

CONFIGURATION = (DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")


def test_a_body_may_be_as_large_as_the_program_takes_it() -> None:
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", CONFIGURATION)
    assert int(megabytes) * 1024 * 1024 == Settings.model_fields["max_body"].default


def test_it_waits_longer_than_the_program() -> None:
    for name in ("proxy_read_timeout", "proxy_send_timeout"):
        (seconds,) = re.findall(rf"{name} (\d+)s;", CONFIGURATION)
        assert int(seconds) > PATIENCE + DRAIN


def test_blocks_are_closed() -> None:
    depth = 0
    for line in CONFIGURATION.splitlines():
        code = line.partition("#")[0]
        # a variable's braces are not a block's
        depth += code.count("{") - code.count("}")
        assert depth >= 0
        assert not code.strip() or code.rstrip().endswith(("{", "}", ";"))
    assert depth == 0


def test_headers_from_outside_are_not_handed_on() -> None:
    prefixed = CONFIGURATION[CONFIGURATION.index("location /lrs/ {") :].partition("}")[0]
    plain = CONFIGURATION[: CONFIGURATION.index("server {")]
    for header in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"):
        for block in (plain, prefixed):
            assert re.search(rf"proxy_set_header {header} ", block), header
    assert "X-Forwarded-Prefix /lrs;" in prefixed


def test_metrics_stay_inside() -> None:
    for path in ("/metrics", "/lrs/metrics"):
        assert re.search(rf"location = {path} {{\s+return 404;", CONFIGURATION)
