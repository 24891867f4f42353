"""What happens to a record: the runner, the statement projector, the province aggregator, dead letters,
rebuilds.

Knows `schemas` only: every effect goes through a port of `schemas.ports`.
"""
