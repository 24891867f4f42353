"""Where a Kafka cluster is: its address, and how to get in."""

from __future__ import annotations

from pathlib import Path

import pytest

from lrs.adapters.kafka import Address, Security
from schemas.errors import StoreError
from schemas.record import FACTS, STATEMENTS


def test_an_address_names_brokers_and_what_topics_begin_with() -> None:
    address = Address.parse("kafka://one:9092,two.example.vn:9093,[::1]:9094/hoc-tap.2")
    assert address.brokers == ("one:9092", "two.example.vn:9093", "[::1]:9094")
    assert address.topic(STATEMENTS) == "hoc-tap.2.statements"
    assert address.group("provinces") == "hoc-tap.2.provinces"
    assert Address.parse("kafka://one:9092").topic(FACTS) == FACTS


@pytest.mark.parametrize(
    "url",
    [
        "kafka://",
        "kafka://one",
        "kafka://one:9092,",
        "kafka://user:hidden@one:9092",
        "kafka://one:9092/a/b",
        "kafka://one:9092/a b",
        "kafka://one:9092?tls=1",
        "http://one:9092",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreError, match="kafka://host:port") as refused:
        Address.parse(url)
    assert "hidden" not in str(refused.value)


def test_options_say_how_to_get_in(tmp_path: Path) -> None:
    assert Security().options() == {"security_protocol": "PLAINTEXT"}
    sasl = Security(mechanism="SCRAM-SHA-512", username="lrs", password="secret").options()
    assert sasl["security_protocol"] == "SASL_PLAINTEXT"
    assert (sasl["sasl_mechanism"], sasl["sasl_plain_username"]) == ("SCRAM-SHA-512", "lrs")
    tls = Security(tls=True, mechanism="PLAIN").options()
    assert tls["security_protocol"] == "SASL_SSL"
    assert tls["ssl_context"].check_hostname
    with pytest.raises(StoreError, match="LRS_KAFKA_CA"):
        Security(tls=True, ca=tmp_path / "missing.pem").options()
    assert "secret" not in repr(Security(password="secret"))
