"""The adapters: one package for every technology that a port of `schemas.ports` is held with.

Each knows `schemas` and its own driver, wraps the driver's errors once at its edge, and passes the contract
suites in `tests/adapters`. Adapters never import each other, and only the wiring imports them.
"""
