"""The audit trail: noted where something is done, written to the store off the way of requests.

Imports `schemas` and the server's problems; imported by `lrs.http`, `lrs.cli` and the wiring.
"""
