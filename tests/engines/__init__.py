"""Real engines for the tests: an Apache Kafka broker and a server of MongoDB's protocol, on this machine.

`python -m tests.engines install` (`make engines`) puts them into a cache outside the checkout, from the
package registries alone; `python -m tests.engines cluster` (`make cluster`) runs one of each. `kafka_jars`
and `secantus` install; `kafka` and `mongodb` start processes that never outlive the one that started them.
The tests get theirs from the fixtures in `tests/conftest.py`, which never install anything.

Kafka is the real one. MongoDB itself is in no registry: `secantusd-rs`, or `secantusd-py`, is a beta server
of its protocol, one node, under GPL-2. It is a test tool: it is never shipped, and it is no store for
production. A figure or a test result got with it is this server's, not MongoDB's. `LRS_TEST_KAFKA` and
`LRS_TEST_MONGODB` point the same tests at others.

Nothing in the project but its tests may import this package.
"""
